/** Windows' own WebDAV client, "Map network drive": Mini-Redirector 6.1 (Windows 7) to 10.0 (Windows 10 and 11). */
import type { Located } from '../../core/tree.ts';
import { httpDate, parseHttpDate } from '../../http/http-date.ts';
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

export const WIN32 = 'urn:schemas-microsoft-com:';

export interface FileTimes {
  readonly modifiedAtMs?: number;
  readonly createdAtMs?: number;
}

const TIME_OF: ReadonlyMap<string, keyof FileTimes> = new Map([
  ['Win32LastModifiedTime', 'modifiedAtMs'],
  ['Win32CreationTime', 'createdAtMs'],
]);

/**
 * The Mini-Redirector (6.1 to 10.0) keeps the times of a copied file by a PROPPATCH of `Z:Win32…` properties. These two
 * become the times of the node. They are not stored besides: Windows believes them before `getlastmodified`
 * (mar10/wsgidav#112), so a file that somebody else has changed since would keep its old time for it.
 */
export function win32Times(changes: readonly PropertyChange[]): FileTimes {
  const times: { -readonly [time in keyof FileTimes]: FileTimes[time] } = {};
  for (const change of changes) {
    const time = timeOf(change);
    if (time) times[time.name] = time.epochMs;
  }
  return times;
}

/** Whether the change says nothing but what `win32Times` has taken. */
export function isWin32Time(change: PropertyChange): boolean {
  return timeOf(change) !== undefined;
}

function timeOf(change: PropertyChange): { name: keyof FileTimes; epochMs: number } | undefined {
  if (change.kind !== 'set' || change.namespace !== WIN32) return undefined;
  const name = TIME_OF.get(change.name);
  const epochMs = name && parseHttpDate(change.text);
  return name && epochMs !== undefined ? { name, epochMs } : undefined;
}

/** To read these times by name, as the Mini-Redirector or rclone may (rclone/rclone#5171). */
export const WIN32_TIMES = [...TIME_OF].map(([name, time]) => ({
  namespace: WIN32,
  name,
  isOnRequest: true,
  isSettable: true,
  render: ({ node }: Located) => `<Z:${name} xmlns:Z="${WIN32}">${httpDate(node[time])}</Z:${name}>`,
}));
