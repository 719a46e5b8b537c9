import createClient from 'openapi-fetch';
import type { paths } from '../../generated/api.d.ts';
import { takeAhead } from './ahead.ts';
import { isOwn, ownHeaders } from './owner.ts';
import { isProblem, Problem, problemOf, unreachable } from './problem.ts';
import { renewSession } from './renewal.ts';

/** Every operation of the API, typed by its document. Requests of the page are made here and in the other files of this folder only. */
export const api = createClient<paths>({
  baseUrl: location.origin,
  fetch: fetchSignedIn,
});
api.use({
  onRequest: ({ request }) => {
    for (const [name, value] of Object.entries(ownHeaders())) request.headers.set(name, value);
  },
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

type SignedOut = (other: string | undefined) => Promise<boolean>;
let signedInAgain: SignedOut = () => Promise.resolve(false);

/**
 * `listener` is asked when a request finds that the session is over, and told who has signed in in its place, if anybody; it
 * answers once its user signed in again, or did not.
 */
export function whenSignedOut(listener: SignedOut): void {
  signedInAgain = listener;
}

/**
 * A token ends after a quarter of an hour: a request that came too late is made again with a new one. When the session is
 * over, it waits until its user has signed in again: nobody has to ask for anything twice.
 */
async function fetchSignedIn(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const ahead = await takeAhead(request.method, pathname + search)?.catch(() => undefined);
  if (ahead?.ok) return ahead;
  const again = request.clone();
  const response = await reach(request);
  if (response.status !== 401 || isOfSigningIn(pathname)) return response;
  const renewed = await renewSession();
  if (isOwn(renewed)) return reach(again);
  const isBack = await Promise.race([signedInAgain(renewed?.account.name), aborted(request.signal)]);
  return isBack ? reach(again) : response;
}

/** What is refused there is a password or a code. Not so of `/api/v1/sessions`. */
function isOfSigningIn(path: string): boolean {
  return path === '/api/v1/session' || path.startsWith('/api/v1/session/');
}

/** Rejects when it is: what nobody asks for any more waits for nobody. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const giveUp = (): void => reject(signal.reason as Error);
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
}

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw unreachable(error);
  }
}
