/**
 * Headers and properties of the clients of ownCloud (2.11) and Nextcloud (3.7) that others have taken up: rclone 1.60,
 * FolderSync.
 */
import type { Digest, DigestAlgorithm } from '../../core/digest.ts';
import type { PropertyChange } from '../bodies/propertyupdate.ts';
import { DAV } from '../xml/element.ts';

/**
 * `X-OC-Mtime`, and `X-OC-CTime` (Nextcloud's Android client): a file's own time in seconds; iOS sends decimals.
 * Undefined for what is no time. The answer says that it was taken. FolderSync sends it to any WebDAV server
 * (photoprism/photoprism#3959).
 */
export function parseOcTime(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d{1,12}(?:\.\d+)?$/.test(header.trim())) return undefined;
  return Math.round(Number(header) * 1000);
}

export const OC_MTIME_ACCEPTED = { 'X-OC-MTime': 'accepted' } as const;
export const OC_CTIME_ACCEPTED = { 'X-OC-CTime': 'accepted' } as const;

/**
 * PROPPATCH of `DAV:lastmodified`, which is not `getlastmodified`, sets the time to so many seconds: how rclone (from
 * 1.63, with vendor owncloud or nextcloud) and users of cadaver (lavv17/lftp#237) keep times without sending a file again.
 */
export function ocModifiedTime(changes: readonly PropertyChange[]): { modifiedAtMs?: number } {
  const change = changes.findLast(isOcModifiedTime);
  const modifiedAtMs = change?.kind === 'set' ? parseOcTime(change.text) : undefined;
  return modifiedAtMs === undefined ? {} : { modifiedAtMs };
}

/** Nothing of it is stored besides. */
export function isOcModifiedTime(change: PropertyChange): boolean {
  const isNamed = change.namespace === DAV && change.name === 'lastmodified';
  return isNamed && change.kind === 'set' && parseOcTime(change.text) !== undefined;
}

const CHECKSUMS: ReadonlyMap<string, DigestAlgorithm> = new Map([
  ['sha256', 'sha256'],
  ['sha1', 'sha1'],
  ['md5', 'md5'],
  ['adler32', 'adler32'],
]);

/**
 * `OC-Checksum`: `SHA1:…`, or several separated by spaces. Nobody has looked yet whether they are hexadecimal. ownCloud's
 * desktop client writes Adler-32 without leading zeros.
 */
export function parseOcChecksum(header: string | undefined): Digest[] {
  return (header?.trim().split(/\s+/) ?? []).flatMap((part) => {
    const [kind = '', hex = ''] = part.split(':');
    const algorithm = CHECKSUMS.get(kind.toLowerCase());
    if (!algorithm) return [];
    return [{ algorithm, hex: algorithm === 'adler32' && hex !== '' ? hex.padStart(8, '0') : hex }];
  });
}
