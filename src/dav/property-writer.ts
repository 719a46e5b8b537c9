import type { DeadProperty, NodeKind } from '../core/node.ts';
import type { Located } from '../core/tree.ts';
import { escapeAttribute, nameOf, type XmlName } from '../http/xml/element.ts';
import type { PropfindRequest } from './bodies/propfind.ts';
import { liveProperty, standardProperties, type LiveProperty, type Scene } from './live-properties.ts';
import { DAV } from './xml/element.ts';

/** Renders the `DAV:response` of one node after another for a request that was understood once. */
export interface PropertyWriter {
  /** What was asked, as a key: the same for requests that ask for the same. */
  readonly key: string;
  readonly needsLocks: boolean;
  readonly needsQuota: boolean;
  readonly needsExpiry: boolean;
  readonly needsSyncToken: boolean;
  readonly needsRights: boolean;
  /** Whether dead properties matter at all. */
  readonly needsDead: boolean;
  write(entry: Located, href: string, scene: Scene, dead: readonly DeadProperty[] | undefined): string;
}

/** The key of what a request without a body asks for. */
export const ALLPROP = 'allprop:';

/** What is written for nodes of one kind. */
interface Plan {
  readonly live: readonly LiveProperty[];
  /** Asked by name and not live here: found only among the dead ones. */
  readonly others: ReadonlyMap<string, XmlName>;
  /** `others` rendered as missing: the usual case, a node without dead properties. */
  readonly missing: string;
}

const OK_BEGIN = '<D:propstat><D:prop>';
const OK_END = '</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>';
const MISSING_END = '</D:prop><D:status>HTTP/1.1 404 Not Found</D:status></D:propstat>';

export function propertyWriter(asked: PropfindRequest): PropertyWriter {
  if (asked.kind === 'propname') return nameWriter();
  const names = asked.kind === 'prop' ? asked.names : asked.include;
  const withAll = asked.kind === 'allprop';
  const plans: Record<NodeKind, Plan> = {
    file: planFor('file', names, withAll),
    collection: planFor('collection', names, withAll),
  };
  const live = [...plans.file.live, ...plans.collection.live];
  const others = plans.file.others.size + plans.collection.others.size;
  return {
    key: `${asked.kind}:${names.map(nameOf).join()}`,
    needsLocks: live.some(({ needs }) => needs === 'locks'),
    needsQuota: live.some(({ needs }) => needs === 'quota'),
    needsExpiry: live.some(({ needs }) => needs === 'expiry'),
    needsSyncToken: live.some(({ needs }) => needs === 'syncToken'),
    needsRights: live.some(({ needs }) => needs === 'rights'),
    needsDead: withAll || others > 0 || live.some(({ isSettable }) => isSettable === true),
    write: (entry, href, scene, dead) => {
      const plan = plans[entry.node.kind];
      if (dead) return writeWithDead(plan, { entry, href, scene, dead, withAll });
      let found = '';
      let missing = plan.missing;
      for (const property of plan.live) {
        const rendered = property.render(entry, href, scene);
        if (rendered === '') missing += emptyElement(property);
        found += rendered;
      }
      return responseElement(href, found, missing);
    },
  };
}

function planFor(kind: NodeKind, names: readonly XmlName[], withAll: boolean): Plan {
  const live = new Set(withAll ? standardProperties(kind) : []);
  const others = new Map<string, XmlName>();
  for (const name of names) {
    const known = liveProperty(name);
    if (known && (known.kind ?? kind) === kind) live.add(known);
    else others.set(nameOf(name), name);
  }
  return { live: [...live], others, missing: missingElements(others.values()) };
}

function writeWithDead(
  plan: Plan,
  context: { entry: Located; href: string; scene: Scene; dead: readonly DeadProperty[]; withAll: boolean },
): string {
  const { entry, href, scene, dead, withAll } = context;
  const byName = new Map(dead.map((property) => [nameOf(property), property]));
  let found = '';
  const missing: XmlName[] = [];
  for (const property of plan.live) {
    const replaced = property.isSettable ? byName.get(nameOf(property)) : undefined;
    const rendered = replaced ? replaced.xml : property.render(entry, href, scene);
    if (rendered === '') missing.push(property);
    found += rendered;
    if (replaced) byName.delete(nameOf(replaced));
  }
  for (const [key, name] of plan.others) {
    const property = byName.get(key);
    if (property) found += property.xml;
    else missing.push(name);
    byName.delete(key);
  }
  if (withAll) for (const property of byName.values()) found += property.xml;
  return responseElement(href, found, missingElements(missing));
}

function responseElement(href: string, found: string, missing: string): string {
  const ok = found !== '' || missing === '' ? OK_BEGIN + found + OK_END : '';
  const absent = missing === '' ? '' : OK_BEGIN + missing + MISSING_END;
  return `<D:response><D:href>${href}</D:href>${ok}${absent}</D:response>\n`;
}

function missingElements(names: Iterable<XmlName>): string {
  return [...names].map(emptyElement).join('');
}

/** A property by its name alone. */
export function emptyElement({ namespace, name }: XmlName): string {
  if (namespace === DAV) return `<D:${name}/>`;
  return namespace === '' ? `<${name}/>` : `<${name} xmlns="${escapeAttribute(namespace)}"/>`;
}

function nameWriter(): PropertyWriter {
  const named = (kind: NodeKind) => missingElements(standardProperties(kind));
  const live: Record<NodeKind, string> = { file: named('file'), collection: named('collection') };
  return {
    key: 'propname',
    needsLocks: false,
    needsQuota: false,
    needsExpiry: false,
    needsSyncToken: false,
    needsRights: false,
    needsDead: true,
    write: ({ node }, href, _scene, dead) => {
      const own = (dead ?? []).filter((name) => !liveProperty(name));
      return responseElement(href, live[node.kind] + missingElements(own), '');
    },
  };
}
