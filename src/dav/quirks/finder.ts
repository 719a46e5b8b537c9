/**
 * macOS' own WebDAV client, "Connect to Server" in Finder: WebDAVFS (sources of 403.0.0.0.1, which calls itself
 * `WebDAVFS/3.0.0`), and `WebDAVLib`, by which the system tries an address first.
 */
import { isSidecarName } from '../../core/sidecar.ts';

function isWebdavFs(userAgent: string | undefined): boolean {
  return userAgent !== undefined && /^WebDAV(?:FS|Lib)\//.test(userAgent);
}

/**
 * Finder keeps beside each file and in each folder what no other system knows (`._x`, `.DS_Store`), and wants to find it
 * again. Only what WebDAVFS writes under such a name is hidden, and only from others: a `._x` of any other client is
 * that client's file. WebDAVFS moves and deletes `._x` itself after `x`; for those who do not see it, it goes along.
 */
export function seesSidecars(userAgent: string | undefined): boolean {
  return isWebdavFs(userAgent);
}

export function makesSidecar(userAgent: string | undefined, name: string): boolean {
  return isSidecarName(name) && isWebdavFs(userAgent);
}

/**
 * How long a body without Content-Length is to become: WebDAVFS (`setup_seq_write`) copies files in chunks and says the
 * length so, which the kernel got from who writes the file. A copy that somebody breaks off ends its body properly
 * (`cleanup_seq_write` closes the stream), so less than this is no whole file. More of it is: the file has grown.
 * Undefined for what is no length.
 */
export function parseExpectedLength(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,20}$/.test(header.trim()) ? Number(header) : undefined;
}
