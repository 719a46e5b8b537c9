import { isOwn, ownHeaders } from './owner.ts';
import { problemOf, unreachable, type Problem } from './problem.ts';
import { renewSession } from './renewal.ts';

/** A connection that takes nothing for so long is dead, though nobody said so. */
const STALL_MS = 60_000;
/** The server makes a large file of what came before it answers. */
const ANSWER_MS = 10 * 60_000;

export interface Sending {
  readonly method: 'PUT' | 'POST' | 'PATCH' | 'HEAD' | 'DELETE';
  readonly address: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Blob;
  readonly signal: AbortSignal;
  readonly onprogress?: ((sentBytes: number) => void) | undefined;
}

export interface Sent {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
}

/**
 * A request whose progress is told, which `fetch` cannot. Throws `Problem`, also for one that got no answer; an
 * `AbortError` when `signal` fires.
 */
export async function send(sending: Sending): Promise<Sent> {
  // The same when it is made again: somebody else may have begun here meanwhile.
  const own = { ...sending, headers: { ...ownHeaders(), ...sending.headers } };
  const first = await request(own);
  const isRenewed = first.status === 401 && isOwn(await renewSession());
  const answer = isRenewed ? await request(own) : first;
  if (answer.status < 400)
    return { status: answer.status, header: (name) => answer.getResponseHeader(name) ?? undefined };
  throw refusal(answer);
}

function request({ method, address, headers = {}, body, signal, onprogress }: Sending): Promise<XMLHttpRequest> {
  signal.throwIfAborted();
  const xhr = new XMLHttpRequest();
  xhr.open(method, address);
  for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
  const { promise, resolve, reject } = Promise.withResolvers<XMLHttpRequest>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => xhr.abort(), ms);
  };
  const cancel = (): void => xhr.abort();
  signal.addEventListener('abort', cancel);
  xhr.upload.addEventListener('progress', ({ loaded }) => {
    patience(STALL_MS);
    onprogress?.(loaded);
  });
  xhr.upload.addEventListener('load', () => patience(ANSWER_MS));
  xhr.addEventListener('load', () => resolve(xhr));
  xhr.addEventListener('error', () => reject(unreachable(new Error('no answer'))));
  xhr.addEventListener('abort', () =>
    reject(signal.aborted ? new DOMException('cancelled', 'AbortError') : unreachable(new Error('no progress'))),
  );
  patience(body === undefined ? ANSWER_MS : STALL_MS);
  xhr.send(body ?? null);
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
  });
}

function refusal(xhr: XMLHttpRequest): Problem {
  let body: unknown;
  try {
    body = JSON.parse(xhr.responseText);
  } catch {
    // HEAD has none, and a proxy on the way speaks HTML.
  }
  const headers = { 'retry-after': xhr.getResponseHeader('retry-after') ?? '' };
  return problemOf(body, new Response(null, { status: xhr.status, statusText: xhr.statusText, headers }));
}
