/** What single clients need beyond the protocol. Each entry names the client and the version it was seen with. */
import { parseHttpDate } from '../http/http-date.ts';
import type { PropertyChange } from './bodies/propertyupdate.ts';

/**
 * Windows looks for WebDAV at `/` of the server whatever path is mounted. Its first OPTIONS comes from `DavClnt` while
 * the WebClient service is not running yet, all else from the Mini-Redirector (Windows 7, 8.1 and 10 are recorded in
 * nextcloud/server#2986).
 */
export function isWindowsRedirector(userAgent: string | undefined): boolean {
  return userAgent !== undefined && /^(?:Microsoft-WebDAV-MiniRedir|DavClnt)\b/.test(userAgent);
}

/**
 * `getQuota()` of the npm package webdav (5.11) is a PROPFIND of Depth 0 without a body, which asks for allprop; RFC 4331
 * §3 would rather not have the quota there. Who says allprop in a body does not get it.
 */
export const ALLPROP_WITH_QUOTA = Buffer.from(
  '<propfind xmlns="DAV:"><allprop/><include><quota-available-bytes/><quota-used-bytes/></include></propfind>',
);

const WIN32 = 'urn:schemas-microsoft-com:';

export interface FileTimes {
  modifiedAtMs?: number;
  createdAtMs?: number;
}

/**
 * Windows' Mini-Redirector (6.1 to 10.0) keeps the times of a copied file by a PROPPATCH of `Z:Win32…` properties, which
 * it also wants to read back.
 */
export function win32Times(changes: readonly PropertyChange[]): FileTimes {
  const times: FileTimes = {};
  for (const change of changes) {
    if (change.kind !== 'set' || change.namespace !== WIN32) continue;
    const epochMs = parseHttpDate(change.text);
    if (epochMs === undefined) continue;
    if (change.name === 'Win32LastModifiedTime') times.modifiedAtMs = epochMs;
    if (change.name === 'Win32CreationTime') times.createdAtMs = epochMs;
  }
  return times;
}

/**
 * `X-OC-Mtime`: the file's own time in seconds, from the clients of ownCloud and Nextcloud, rclone 1.60 and others; iOS
 * sends decimals. Undefined for what is no time.
 */
export function parseOcMtime(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d{1,12}(?:\.\d+)?$/.test(header.trim())) return undefined;
  return Math.round(Number(header) * 1000);
}
