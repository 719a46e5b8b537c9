import { MAX_PROPERTY_BYTES_PER_NODE } from '../../core/node.ts';
import { childElements, serialize, type XmlElement, type XmlName } from '../../http/xml/element.ts';
import { readXml } from '../../http/xml/reader.ts';
import { DomainError } from '../../lib/errors.ts';
import { MAX_NAME_BYTES, MAX_PROPERTIES, MAX_VALUE_BYTES } from '../xml/body.ts';
import { isDav } from '../xml/element.ts';

export type PropertyChange =
  | (XmlName & { readonly kind: 'set'; readonly xml: string; readonly text: string })
  | (XmlName & { readonly kind: 'remove' });

/** RFC 4918 §14.19: the changes in the order in which they stand. Throws `bad-request`, `too-large`. */
export function parsePropertyUpdate(bytes: Uint8Array): PropertyChange[] {
  if (bytes.length === 0) throw new DomainError('bad-request', 'PROPPATCH takes a body');
  const root = readXml(bytes);
  if (!isDav(root, 'propertyupdate')) throw new DomainError('bad-request', 'the body is no DAV:propertyupdate');

  const named = childElements(root).flatMap((instruction) => {
    const change = isDav(instruction, 'set') ? setting : isDav(instruction, 'remove') ? removal : undefined;
    return change ? properties(instruction).map((property) => ({ change, property })) : [];
  });
  if (named.length === 0) throw new DomainError('bad-request', 'DAV:propertyupdate names no property');
  if (named.length > MAX_PROPERTIES) {
    throw new DomainError('too-large', `at most ${MAX_PROPERTIES} properties can be changed at once`);
  }
  let setBytes = 0;
  return named.map(({ change, property }) => {
    const changed = change(property);
    // Each repeats the language and the namespaces around it, so together they may be much longer than the body.
    if (changed.kind === 'set') setBytes += Buffer.byteLength(changed.xml);
    if (setBytes > MAX_PROPERTY_BYTES_PER_NODE) {
      throw new DomainError('too-large', `properties may have ${MAX_PROPERTY_BYTES_PER_NODE} bytes together at most`);
    }
    return changed;
  });
}

function properties(instruction: XmlElement): XmlElement[] {
  return childElements(instruction)
    .filter((child) => isDav(child, 'prop'))
    .flatMap(childElements);
}

function setting(property: XmlElement): PropertyChange {
  if (Buffer.byteLength(property.name) > MAX_NAME_BYTES) {
    throw new DomainError('too-large', `the name of a property may have ${MAX_NAME_BYTES} bytes at most`);
  }
  const xml = serialize(property);
  if (Buffer.byteLength(xml) > MAX_VALUE_BYTES) {
    throw new DomainError('too-large', `a property may have ${MAX_VALUE_BYTES} bytes at most`);
  }
  const text = property.children.filter((child) => typeof child === 'string').join('');
  return { kind: 'set', namespace: property.namespace, name: property.name, xml, text };
}

function removal({ namespace, name }: XmlElement): PropertyChange {
  return { kind: 'remove', namespace, name };
}
