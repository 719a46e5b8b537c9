import { hostname } from 'node:os';
import { Announcer } from '../announce/announcer.ts';
import type { Listener } from '../announce/links.ts';
import type { Config } from '../config/load.ts';
import type { Log } from '../observe/log.ts';
import type { Listening } from './addresses.ts';

/** The server, as far as others can be told where it is. */
interface Told {
  readonly address: Listening | undefined;
  readonly secureAddress?: Listening | undefined;
}

/** Tells the networks where the server is, unless that is turned off; undefined then. */
export function beginAnnouncing({ announce }: Config, server: Told, log: Log): Announcer | undefined {
  if (!announce) return undefined;
  const announcer = new Announcer({
    hostName: hostname(),
    listeners: () => listenersOf(server),
    onAnnounced: (where) => log.info(where, 'announced by mDNS'),
    onProblem: (problem) => log.warn(problem, 'not announced by mDNS; clients need the address'),
  });
  announcer.start();
  return announcer;
}

function listenersOf({ address, secureAddress }: Told): Listener[] {
  return [
    ...(address === undefined ? [] : [{ ...address, isTls: false }]),
    ...(secureAddress === undefined ? [] : [{ ...secureAddress, isTls: true }]),
  ];
}
