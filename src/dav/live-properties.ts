import type { Lock, NodeKind } from '../core/node.ts';
import { expiresAtMs, type Expiry } from '../core/rules.ts';
import type { QuotaReport } from '../core/quota.ts';
import type { Located } from '../core/tree.ts';
import { servedType } from '../http/content-headers.ts';
import { httpDate, isoDate } from '../http/http-date.ts';
import { escapeXml, nameOf, type XmlName } from '../http/xml/element.ts';
import { activeLock, type LockView } from './lock-discovery.ts';
import { privilegeSet } from './privileges.ts';
import { WIN32_TIMES } from './quirks/windows.ts';
import { SUPPORTED_GRAMMARS } from './search/schema.ts';
import { SUPPORTED_REPORTS } from './sync-properties.ts';
import { DAV } from './xml/element.ts';

/** What the protocol has no property for. */
const NOSOCIAL = 'urn:nosocial:dav';

/** What a listing knows besides its nodes; looked up once, and only as far as the properties asked need it. */
export interface Scene {
  readonly view: LockView;
  /** Rendered locks from above that cover the entries. */
  readonly inheritedLocks: string;
  /** Locks on the entries themselves, by node id. */
  readonly ownLocks: ReadonlyMap<number, readonly Lock[]>;
  readonly quota: QuotaReport | undefined;
  /** The rule under which files here go to trash when nobody touches them. */
  readonly expiry: Expiry | undefined;
  readonly syncToken?: ((collection: Located) => string) | undefined;
}

/** A property that the server computes. */
export interface LiveProperty extends XmlName {
  /** The kind of node that has it; undefined: both. */
  readonly kind?: NodeKind;
  /** Not part of allprop (RFC 4331 §2: quota is only given to those who ask for it). */
  readonly isOnRequest?: boolean;
  /** A client may put its own value in its place. */
  readonly isSettable?: boolean;
  /** `rights`: it is not the same for everybody. */
  readonly needs?: 'locks' | 'quota' | 'expiry' | 'rights' | 'syncToken';
  /** '' when this very node has none. */
  render(entry: Located, href: string, scene: Scene): string;
}

const SUPPORTED_LOCK =
  '<D:supportedlock>' +
  '<D:lockentry><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockentry>' +
  '<D:lockentry><D:lockscope><D:shared/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockentry>' +
  '</D:supportedlock>';

/** RFC 4918 §15 and RFC 4331, in the order in which they are listed. */
const DAV_PROPERTIES: readonly Omit<LiveProperty, 'namespace'>[] = [
  {
    name: 'resourcetype',
    render: ({ node }) =>
      node.kind === 'collection' ? '<D:resourcetype><D:collection/></D:resourcetype>' : '<D:resourcetype/>',
  },
  {
    name: 'displayname',
    isSettable: true,
    render: ({ path }) => `<D:displayname>${escapeXml(path.segments.at(-1) ?? '')}</D:displayname>`,
  },
  {
    name: 'getcontentlength',
    kind: 'file',
    render: ({ node }) => `<D:getcontentlength>${node.sizeBytes}</D:getcontentlength>`,
  },
  {
    name: 'getcontenttype',
    kind: 'file',
    render: ({ node }) => `<D:getcontenttype>${escapeXml(servedType(node.mediaType))}</D:getcontenttype>`,
  },
  { name: 'getetag', render: ({ node }) => `<D:getetag>"${node.etag}"</D:getetag>` },
  {
    name: 'getlastmodified',
    render: ({ node }) => `<D:getlastmodified>${httpDate(node.modifiedAtMs)}</D:getlastmodified>`,
  },
  { name: 'creationdate', render: ({ node }) => `<D:creationdate>${isoDate(node.createdAtMs)}</D:creationdate>` },
  { name: 'supportedlock', render: () => SUPPORTED_LOCK },
  { name: 'lockdiscovery', needs: 'locks', render: renderLocks },
  { name: 'supported-query-grammar-set', kind: 'collection', isOnRequest: true, render: () => SUPPORTED_GRAMMARS },
  { name: 'supported-report-set', kind: 'collection', isOnRequest: true, render: () => SUPPORTED_REPORTS },
  { name: 'sync-token', kind: 'collection', isOnRequest: true, needs: 'syncToken', render: renderSyncToken },
  {
    name: 'quota-available-bytes',
    kind: 'collection',
    isOnRequest: true,
    needs: 'quota',
    render: (_entry, _href, { quota }) =>
      `<D:quota-available-bytes>${quota?.availableBytes ?? 0}</D:quota-available-bytes>`,
  },
  {
    name: 'current-user-privilege-set',
    isOnRequest: true,
    needs: 'rights',
    render: (entry, _href, { view }) => privilegeSet(view.actor, entry),
  },
  {
    name: 'quota-used-bytes',
    kind: 'collection',
    isOnRequest: true,
    needs: 'quota',
    render: (_entry, _href, { quota }) => `<D:quota-used-bytes>${quota?.usedBytes ?? 0}</D:quota-used-bytes>`,
  },
];

const LIVE_PROPERTIES: readonly LiveProperty[] = [
  ...DAV_PROPERTIES.map((property) => ({ ...property, namespace: DAV })),
  {
    namespace: NOSOCIAL,
    name: 'expires',
    kind: 'file',
    isOnRequest: true,
    needs: 'expiry',
    render: renderExpiry,
  },
  ...WIN32_TIMES,
];

const BY_NAME: ReadonlyMap<string, LiveProperty> = new Map(LIVE_PROPERTIES.map((live) => [nameOf(live), live]));

export function liveProperty(name: XmlName): LiveProperty | undefined {
  return BY_NAME.get(nameOf(name));
}

/** What allprop and propname list for a kind of node. */
export function standardProperties(kind: NodeKind): LiveProperty[] {
  return LIVE_PROPERTIES.filter((live) => live.isOnRequest !== true && (live.kind ?? kind) === kind);
}

function renderLocks({ node }: Located, href: string, { view, inheritedLocks, ownLocks }: Scene): string {
  let locks = inheritedLocks;
  for (const lock of ownLocks.get(node.id) ?? []) locks += activeLock(lock, href, view);
  return locks === '' ? '<D:lockdiscovery/>' : `<D:lockdiscovery>${locks}</D:lockdiscovery>`;
}

function renderSyncToken(entry: Located, _href: string, { syncToken }: Scene): string {
  return syncToken ? `<D:sync-token>${escapeXml(syncToken(entry))}</D:sync-token>` : '';
}

/** When the file goes to trash unless somebody touches it, as `DAV:creationdate` is written. */
function renderExpiry({ node }: Located, _href: string, { expiry }: Scene): string {
  if (!expiry) return '';
  return `<expires xmlns="${NOSOCIAL}">${isoDate(expiresAtMs(expiry, node.touchedAtMs))}</expires>`;
}
