import createClient from 'openapi-fetch';
import type { paths } from '../../generated/api.d.ts';
import { isProblem, Problem, problemOf, unreachable } from './problem.ts';
import { renewSession } from './renewal.ts';

/** Every operation of the API, typed by its document. Requests of the page are made here and in the other files of this folder only. */
export const api = createClient<paths>({
  baseUrl: location.origin,
  // The server takes what changes anything from its own pages only, and they say so.
  headers: { 'x-requested-with': 'nosocial' },
  fetch: fetchSignedIn,
});

interface Fetched<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** The answer to a request. Throws `Problem`, also for one that got no answer; an `AbortError` stays one. */
export async function answerOf<Data>(request: Promise<Fetched<Data>>): Promise<Exclude<Data, undefined>> {
  const { data, error, response } = await request;
  if (!response.ok) throw problemOf(error, response);
  return data as Exclude<Data, undefined>;
}

/**
 * For requests that hold a password or a code. The server answers a wrong one as it answers who is not signed in, so the
 * session is made sure of before, and nothing is tried twice: a wrong one is the problem `proof-refused`.
 */
export async function answerOfProof<Data>(
  request: (once: { fetch: typeof reach }) => Promise<Fetched<Data>>,
): Promise<Exclude<Data, undefined>> {
  await answerOf(api.GET('/api/v1/account'));
  try {
    return await answerOf(request({ fetch: reach }));
  } catch (error) {
    if (!isProblem(error, 'not-authenticated')) throw error;
    const { status, message: detail } = error;
    throw new Problem({ code: 'proof-refused', status, detail }, {}, { cause: error });
  }
}

let tellSignedOut = (): void => undefined;

/** `listener` is told when a request finds that the session is over. */
export function whenSignedOut(listener: () => void): void {
  tellSignedOut = listener;
}

/** A token ends after a quarter of an hour: a request that came too late is made again with a new one. */
async function fetchSignedIn(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await reach(request);
  if (response.status !== 401 || new URL(request.url).pathname.startsWith('/api/v1/session')) return response;
  if (await renewSession()) return reach(again);
  tellSignedOut();
  return response;
}

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw unreachable(error);
  }
}
