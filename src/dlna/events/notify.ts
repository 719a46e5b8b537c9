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

/** Tells the first of `callbacks` that takes it; false when none does. Never rejects; follows no redirection. */
export async function notify(
  callbacks: readonly Callback[],
  notification: Notification,
  signal: AbortSignal,
): Promise<boolean> {
  for (const callback of callbacks) {
    if (signal.aborted) return false;
    const isDone = await isTaken(callback, notification, signal).catch(() => false);
    if (isDone) return true;
  }
  return false;
}

async function isTaken(
  { address, port, path }: Callback,
  { sid, sequence, body, from }: Notification,
  signal: AbortSignal,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
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
    resolve(statusCode >= 200 && statusCode < 300);
    // Whatever it says beyond that, for as long as it may take.
    response.on('error', () => undefined).resume();
  });
  request.on('error', () => resolve(false));
  request.once('close', () => resolve(false));
  request.end(body);
  return promise;
}
