import { fail, ok, warn, type Finding } from '../finding.ts';
import { SiteTimeout, type Site, type SiteAnswer } from './site.ts';

const SUBJECT = 'proxy';
/** Each is asked without a password, and so refused before it does anything. */
const METHODS = ['PROPFIND', 'PROPPATCH', 'MKCOL', 'PUT', 'COPY', 'MOVE', 'LOCK', 'UNLOCK', 'DELETE'] as const;
const PLACE = '/dav/nosocial-doctor';
/** Files above 4 GiB are what Windows cannot send anyway. */
const LARGE_BYTES = 4 * 1024 ** 3;
const SMALL_BYTES = 2 * 1024 ** 2;
const FIRST_BYTES = 64 * 1024;
const DRIP_BYTES = 16 * 1024;
const PATIENCE_MS = 5000;

/** Whether WebDAV comes through to the server that answers with this realm. For a site that is known to be ours. */
export async function checkMethods(site: Site, realm: string): Promise<Finding[]> {
  const refused: string[] = [];
  for (const method of METHODS) {
    const headers = { Destination: `${site.url.origin}${PLACE}-2`, Depth: '0' };
    const answer = await site.ask({ method, path: PLACE, headers });
    if (!isOurRefusal(answer, realm)) refused.push(`${method} (${describe(answer)})`);
  }
  const { headers } = await site.ask({ method: 'OPTIONS', path: '/dav/' });
  if (!/\b1\b/.test(headers['dav']?.toString() ?? '')) refused.push('OPTIONS (without the header DAV)');
  if (refused.length === 0) return [ok(SUBJECT, 'WebDAV comes through')];
  const advice = 'let all methods and their answers pass unchanged; config/ has samples for nginx, haproxy and Caddy';
  return [fail(SUBJECT, `something answers in the server's place: ${refused.join(', ')}`, advice)];
}

/** Whether large files come through; no more than two megabytes are sent. */
export async function checkBodySize(site: Site, realm: string, patienceMs = PATIENCE_MS): Promise<Finding[]> {
  const large = await put(site, { announcedBytes: LARGE_BYTES, sentBytes: FIRST_BYTES, patienceMs });
  if (large?.status === 413) {
    const advice = 'take its limit away: `client_max_body_size 0;` in nginx; the server has quotas of its own';
    return [fail(SUBJECT, 'it refuses large files', advice)];
  }
  if (large && isOurRefusal(large, realm)) return [ok(SUBJECT, 'large files come through')];
  const small = await put(site, { announcedBytes: SMALL_BYTES, sentBytes: SMALL_BYTES, patienceMs: PATIENCE_MS });
  if (small && isOurRefusal(small, realm)) {
    const advice = 'have it pass on what comes at once: `proxy_request_buffering off;` in nginx';
    return [warn(SUBJECT, 'it takes in all of a file before it hands on any: large ones may not come through', advice)];
  }
  const what = small ? describe(small) : 'no answer';
  return [fail(SUBJECT, `an upload of 2 MB gets ${what} in the server's place`, 'look into its log and its limits')];
}

async function put(
  site: Site,
  { announcedBytes, sentBytes, patienceMs }: { announcedBytes: number; sentBytes: number; patienceMs: number },
): Promise<SiteAnswer | undefined> {
  try {
    return await site.ask({
      method: 'PUT',
      path: PLACE,
      headers: { 'Content-Length': announcedBytes, 'Content-Type': 'application/octet-stream' },
      body: Buffer.alloc(sentBytes),
      ...(sentBytes < announcedBytes && { drip: Buffer.alloc(DRIP_BYTES) }),
      timeoutMs: patienceMs,
    });
  } catch (error) {
    // Who refuses while it is sent to may reset the connection, with its answer lost.
    if (error instanceof SiteTimeout || (error as NodeJS.ErrnoException).code !== undefined) return undefined;
    throw error;
  }
}

function isOurRefusal({ status, headers }: SiteAnswer, realm: string): boolean {
  return status === 401 && (headers['www-authenticate'] ?? '').includes(`realm="${realm}"`);
}

function describe({ status, headers }: SiteAnswer): string {
  if (status === 401) return '401 for a password of its own';
  if (status >= 300 && status < 400) return `${status} to ${headers.location ?? 'nowhere'}`;
  return String(status);
}
