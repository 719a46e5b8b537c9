import { childElements, textOf, type XmlElement } from '../../http/xml/element.ts';
import { readXml } from '../../http/xml/reader.ts';
import { DomainError } from '../../lib/errors.ts';
import { UpnpError } from './upnp-error.ts';

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';

/** What a control point asks for, UDA 1.0 §3.2.1. */
export interface Call {
  readonly serviceType: string;
  readonly action: string;
  /** By their names; of several of one name the first. */
  readonly args: ReadonlyMap<string, string>;
}

/**
 * Reads a call from a body and its SOAPACTION, which some control points leave out: the body says it all. Throws
 * `bad-request`, as `readXml` does, and 401 when the two speak of different actions.
 */
export function readCall(body: Uint8Array, soapAction: string | undefined): Call {
  const element = actionOf(readXml(body));
  const named = soapAction?.trim().replaceAll(/^"|"$/g, '');
  if (named !== undefined && named !== '' && named !== `${element.namespace}#${element.name}`) {
    throw new UpnpError(401, `SOAPACTION is ${named}, the body asks for ${element.namespace}#${element.name}`);
  }
  const args = new Map<string, string>();
  for (const argument of childElements(element)) {
    if (!args.has(argument.name)) args.set(argument.name, textOf(argument));
  }
  return { serviceType: element.namespace, action: element.name, args };
}

function actionOf(envelope: XmlElement): XmlElement {
  const body = isOf(envelope, 'Envelope') ? childElements(envelope).find((child) => isOf(child, 'Body')) : undefined;
  const [action] = body ? childElements(body) : [];
  if (action === undefined) throw new DomainError('bad-request', 'the body is no SOAP envelope with an action in it');
  return action;
}

function isOf({ namespace, name }: XmlElement, wanted: string): boolean {
  return namespace === SOAP && name === wanted;
}
