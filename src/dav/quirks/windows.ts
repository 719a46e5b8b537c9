/** Windows' own WebDAV client, "Map network drive": Mini-Redirector 6.1 (Windows 7) to 10.0 (Windows 10 and 11). */
import { parseHttpDate } from '../../http/http-date.ts';
import type { PropertyChange } from '../bodies/propertyupdate.ts';

/**
 * Windows looks for WebDAV at `/` of the server whatever path is mounted. Its first OPTIONS comes from `DavClnt` while
 * the WebClient service is not running yet, all else from the Mini-Redirector (Windows 7, 8.1 and 10 are recorded in
 * nextcloud/server#2986).
 */
export function isWindowsRedirector(userAgent: string | undefined): boolean {
  return userAgent !== undefined && /^(?:Microsoft-WebDAV-MiniRedir|DavClnt)\b/.test(userAgent);
}

/** In the answer to OPTIONS: the Mini-Redirector (6.1 to 10.0) and Office take a server without it for FrontPage. */
export const AUTHOR_VIA_DAV = { 'MS-Author-Via': 'DAV' } as const;

const WIN32 = 'urn:schemas-microsoft-com:';

export interface FileTimes {
  modifiedAtMs?: number;
  createdAtMs?: number;
}

/**
 * The Mini-Redirector (6.1 to 10.0) keeps the times of a copied file by a PROPPATCH of `Z:Win32…` properties, which it
 * also wants to read back.
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
