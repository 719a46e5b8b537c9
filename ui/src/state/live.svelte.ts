import { endAhead } from '../api/ahead.ts';
import type { Schemas } from '../api/schemas.ts';
import { session } from './session.svelte.ts';

export type Change = Schemas['Change'];
type Job = Schemas['Job'];

interface Listeners {
  /** Somebody changed something that one may see. */
  change: (change: Change) => void;
  /** A job of one's own is further. */
  job: (job: Job) => void;
  /** What happened meanwhile is not known: load everything anew. */
  reset: () => void;
}

const RECONNECT_MS = 5000;
/** So long a tab that nobody looks at goes on listening. */
const HIDDEN_MS = 2000;

/**
 * What happens on the server, as it happens (`GET /api/v1/events`), while somebody is signed in and looks at the page. A
 * browser has six connections to a server without TLS, for all of its tabs: were one held by each, the seventh would hang.
 */
class Live {
  isConnected = $state(false);
  #isWanted = false;
  #source: EventSource | undefined;
  #hiding: ReturnType<typeof setTimeout> | undefined;
  #lastId = '';
  readonly #listeners = {
    change: new Set<Listeners['change']>(),
    job: new Set<Listeners['job']>(),
    reset: new Set<Listeners['reset']>(),
  };

  /** Returns how to end it. */
  on<Kind extends keyof Listeners>(kind: Kind, listener: Listeners[Kind]): () => void {
    const listeners = this.#listeners[kind] as Set<Listeners[Kind]>;
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  connect(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    document.addEventListener('visibilitychange', this.#watch);
    this.#open();
  }

  disconnect(): void {
    this.#isWanted = false;
    document.removeEventListener('visibilitychange', this.#watch);
    clearTimeout(this.#hiding);
    this.#close();
  }

  readonly #watch = (): void => {
    clearTimeout(this.#hiding);
    if (document.hidden) this.#hiding = setTimeout(() => this.#close(), HIDDEN_MS);
    else void this.#connectAgain();
  };

  #open(): void {
    const { account } = session;
    if (!this.#isWanted || this.#source !== undefined || document.hidden || account === undefined) return;
    const place = this.#lastId === '' ? '' : `&lastEventId=${encodeURIComponent(this.#lastId)}`;
    const source = new EventSource(`/api/v1/events?account=${account.id}${place}`);
    this.#source = source;
    source.addEventListener('ready', (event) => {
      const isFirst = this.#lastId === '';
      this.#lastId = event.lastEventId;
      this.isConnected = true;
      endAhead();
      // What was asked for before may be of the time before this.
      if (isFirst) this.#reset();
    });
    source.addEventListener('change', (event: MessageEvent<string>) => {
      this.#lastId = event.lastEventId;
      const change = JSON.parse(event.data) as Change;
      this.#listeners.change.forEach((listener) => listener(change));
    });
    source.addEventListener('job', (event: MessageEvent<string>) => {
      const job = JSON.parse(event.data) as Job;
      this.#listeners.job.forEach((listener) => listener(job));
    });
    source.addEventListener('quota', (event: MessageEvent<string>) => {
      const quota = JSON.parse(event.data) as { usedBytes: number; quotaBytes: number };
      if (session.account) session.account = { ...session.account, ...quota };
    });
    source.addEventListener('reset', (event) => {
      this.#lastId = event.lastEventId;
      this.isConnected = true;
      this.#reset();
    });
    source.addEventListener('end', () => this.#reconnect());
    source.addEventListener('error', () => {
      this.isConnected = false;
      // Refused outright, and the browser does not try again by itself.
      if (source.readyState === EventSource.CLOSED) this.#reconnect();
    });
  }

  #reset(): void {
    this.#listeners.reset.forEach((listener) => listener());
  }

  #close(): void {
    this.#source?.close();
    this.#source = undefined;
    this.isConnected = false;
  }

  #reconnect(): void {
    this.#close();
    setTimeout(() => void this.#connectAgain(), RECONNECT_MS);
  }

  /** By way of the account: that renews a token that has ended, and tells when the session is over. */
  async #connectAgain(): Promise<void> {
    if (!this.#isWanted || this.#source || document.hidden) return;
    if (!session.account || session.isOver) return;
    try {
      await session.refresh();
      this.#open();
    } catch {
      this.#reconnect();
    }
  }
}

export const live = new Live();
