import { request as httpRequest } from 'node:http';
import { XML_TYPE } from '../device/describe.ts';
import type { Callback } from './callback-urls.ts';

/** For a connection and an answer. UDA 1.0 §4.2.1 would have it be 30 s; a set that is there answers at once. */
const ANSWER_WITHIN_MS = 5000;
const MAX_ANSWER_HEADER_BYTES = 8192;

export interface Notification {
  readonly sid: string;
  readonly sequence: number;
  readonly body: string;
  /** The address of this machine that it is sent from. */
  readonly from: string;
}

/** `not-known`: the subscriber knows of no such subscription (412; UDA 1.0 §4.2.1). `lost`: it was not taken otherwise. */
export type Reception = 'taken' | 'not-known' | 'lost';

/** Tells the first of `callbacks` that takes it. Never rejects; follows no redirection. */
export async function notify(
  callbacks: readonly Callback[],
  notification: Notification,
  signal: AbortSignal,
): Promise<Reception> {
  let reception: Reception = 'lost';
  for (const callback of callbacks) {
    if (signal.aborted) return reception;
    const found = await receptionOf(callback, notification, signal).catch((): Reception => 'lost');
    if (found === 'taken') return found;
    if (found === 'not-known') reception = found;
  }
  return reception;
}

async function receptionOf(
  { address, port, path }: Callback,
  { sid, sequence, body, from }: Notification,
  signal: AbortSignal,
): Promise<Reception> {
  const { promise, resolve } = Promise.withResolvers<Reception>();
  const request = httpRequest({
    method: 'NOTIFY',
    host: address,
    port,
    path,
    localAddress: from,
    agent: false,
    maxHeaderSize: MAX_ANSWER_HEADER_BYTES,
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    headers: {
      HOST: `${address}:${port}`,
      'CONTENT-TYPE': XML_TYPE,
      'CONTENT-LENGTH': Buffer.byteLength(body),
      NT: 'upnp:event',
      NTS: 'upnp:propchange',
      SID: sid,
      SEQ: sequence,
    },
  });
  request.once('response', (response) => {
    const { statusCode = 0 } = response;
    if (statusCode >= 200 && statusCode < 300) resolve('taken');
    else resolve(statusCode === 412 ? 'not-known' : 'lost');
    // Whatever it says beyond that, for as long as it may take.
    response.on('error', () => undefined).resume();
  });
  request.on('error', () => resolve('lost'));
  request.once('close', () => resolve('lost'));
  request.end(body);
  return promise;
}
