import type { SeenTelevision } from '../api/contract/television-status.ts';
import type { MediaServerState } from '../dlna/media-server.ts';
import { viewerOf } from './television-settings.ts';

type Seen = Pick<MediaServerState, 'requests' | 'searches'>;

interface Known {
  userAgent: string;
  atMs: number;
  lastRequest: string | undefined;
  readonly problems: Set<string>;
}

/** Who asked for anything, or looked for it, the newest first. `viewers`: as the setting has them. */
export function seenTelevisions({ requests, searches }: Seen, viewers: readonly string[]): SeenTelevision[] {
  const known = new Map<string, Known>();
  const at = (address: string): Known => {
    const one = known.get(address) ?? { userAgent: '', atMs: 0, lastRequest: undefined, problems: new Set<string>() };
    known.set(address, one);
    return one;
  };
  for (const { address, atMs } of searches) at(address).atMs = atMs;
  for (const { address, atMs, userAgent, what, status, remarks } of requests) {
    const one = at(address);
    one.atMs = Math.max(one.atMs, atMs);
    if (userAgent !== '') one.userAgent = userAgent;
    one.lastRequest = what;
    if (isWrong(status, what)) for (const remark of remarks) one.problems.add(remark);
  }
  return [...known]
    .toSorted(([, one], [, other]) => other.atMs - one.atMs)
    .map(([address, one]) => viewOf(address, one, viewers));
}

/** Somebody left where there is no status, unless nothing was let be asked. */
export function isWrong(status: number | undefined, what: string): boolean {
  return status === undefined ? what === 'connection' : status >= 400;
}

function viewOf(address: string, one: Known, viewers: readonly string[]): SeenTelevision {
  const { userAgent, atMs, lastRequest, problems } = one;
  const viewer = viewerOf(address, viewers);
  return {
    ...{ address, userAgent, problems: [...problems], seenAt: new Date(atMs).toISOString() },
    ...(lastRequest !== undefined && { lastRequest }),
    ...(viewer !== undefined && { viewer }),
  };
}
