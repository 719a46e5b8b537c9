/** webdavclient3 3.14.6, from which Python programs are made. */

/**
 * Its `copy()` (3.14.6) sends `Depth: 1` for a folder unless it is told otherwise, and means the folder with all in it;
 * RFC 4918 §9.8.3 knows 0 and infinity. It does not give its own name, but that of the library below it.
 */
export function copyDepthHeader(depth: string | undefined, userAgent: string | undefined): string | undefined {
  return depth === '1' && userAgent?.startsWith('python-requests/') ? 'infinity' : depth;
}
