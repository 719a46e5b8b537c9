/** Listings for the Mini-Redirector of Windows 7 to 11, which shows a folder as empty when its listing is long. */
import type { DeadProperty, NodeKind } from '../../core/node.ts';
import type { Located } from '../../core/tree.ts';
import { httpDate, isoDate } from '../../http/http-date.ts';
import type { PropertyWriter } from '../property-writer.ts';
import { WIN32 } from './windows.ts';

/** What is said of each entry. */
type Detail = 'all' | 'no-creation' | 'no-times';

/**
 * The Mini-Redirector asks for all properties whatever it needs (Microsoft KB 912152), and makes do with the few that
 * sabre/dav gives, without locks, type, etag or display name. It ignores elements without a prefix (Windows 7,
 * golang/go#11177), so `D:` stays. Win32CreationTime and Win32LastModifiedTime say the same as creationdate and
 * getlastmodified here.
 *
 * An answer of more bytes than `FileAttributesLimitInBytes` of the WebClient service says, 1,000,000 unless an
 * administrator raises it, is an empty folder to it (KB 912152; Windows 10 in ramondeklein/nwebdav#70). So a folder whose
 * listing is too long goes without creation times, and then without times at all: names and sizes are better than no
 * folder. The first of these by which a listing fits is sent.
 */
export const WINDOWS_LISTINGS: readonly PropertyWriter[] = (['all', 'no-creation', 'no-times'] as const).map(
  (detail) => ({
    key: `windows:${detail}`,
    needsLocks: false,
    needsQuota: false,
    needsExpiry: false,
    needsSyncToken: false,
    needsRights: false,
    needsDead: true,
    write: (entry, href, _scene, dead) => windowsResponse(detail, entry, { href, dead }),
  }),
);

const BEFORE_LENGTH: Readonly<Record<Detail, string>> = {
  all: '<D:resourcetype/><D:getcontentlength>',
  'no-creation': '<D:resourcetype/><D:getcontentlength>',
  'no-times': '<D:getcontentlength>',
};
const COLLECTION = '<D:resourcetype><D:collection/></D:resourcetype>';

function windowsResponse(
  detail: Detail,
  { node }: Located,
  { href, dead }: { href: string; dead: readonly DeadProperty[] | undefined },
): string {
  let properties =
    node.kind === 'collection' ? COLLECTION : `${BEFORE_LENGTH[detail]}${node.sizeBytes}</D:getcontentlength>`;
  if (detail !== 'no-times') properties += `<D:getlastmodified>${httpDate(node.modifiedAtMs)}</D:getlastmodified>`;
  if (detail === 'all') properties += `<D:creationdate>${isoDate(node.createdAtMs)}</D:creationdate>`;
  if (dead) properties += attributesOf(node.kind, dead);
  return (
    `<D:response><D:href>${href}</D:href><D:propstat><D:prop>${properties}</D:prop>` +
    '<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>'
  );
}

/** FILE_ATTRIBUTE_…: a file is an archive or normal by itself, a folder a directory. */
const ORDINARY: Readonly<Record<NodeKind, number>> = { file: 0x20 | 0x80, collection: 0x10 };

/** `Win32FileAttributes` as it was stored, where it says more than what Windows takes for granted: hidden, read-only, … */
function attributesOf(kind: NodeKind, dead: readonly DeadProperty[]): string {
  const stored = dead.find(({ namespace, name }) => namespace === WIN32 && name === 'Win32FileAttributes')?.xml ?? '';
  const hex = />([\da-f]{8})</i.exec(stored)?.[1] ?? '0';
  return (parseInt(hex, 16) & ~ORDINARY[kind]) === 0 ? '' : stored;
}
