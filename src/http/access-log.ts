import type { Log } from '../observe/log.ts';
import type { RequestSample } from '../observe/metrics.ts';
import type { RequestContext } from './request-context.ts';

/** A request that has been answered, or broken off. */
export type FinishedRequest = RequestSample & Pick<RequestContext, 'id' | 'path' | 'edge' | 'user' | 'remoteAddress'>;

/** One line for each request, for whoever looks for something: at the level `debug`. */
export function logAccess(log: Log, request: FinishedRequest): void {
  if (!log.isLevelEnabled('debug')) return;
  const { id, method, path, status, seconds, bytesIn, bytesOut, user, remoteAddress } = request;
  log.debug(
    {
      method,
      path: publicPath(path),
      status,
      ms: Math.round(seconds * 1e5) / 100,
      bytesIn,
      bytesOut,
      ...(user && { userId: user.userId }),
      address: remoteAddress,
      requestId: id,
    },
    'request',
  );
}

/** A path as it may stand in a log: links are secrets. */
function publicPath(path: string): string {
  return path.replace(/^\/(setup|s|shared)\/.*$/, '/$1/…');
}
