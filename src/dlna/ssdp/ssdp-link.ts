import { setTimeout as delay } from 'node:timers/promises';
import type { ServedInterface } from '../interfaces.ts';
import { advertisementsOf, soughtBy, type Advertisement } from './advertisements.ts';
import { AnswerLimit } from './answer-limit.ts';
import { aliveMessage, answerMessage, byebyeMessage, MAX_AGE_SECONDS, parseSearch, type Search } from './messages.ts';
import { SsdpSockets, type Asker, type Heard } from './ssdp-sockets.ts';

/** UDA 1.0 §1.1.2: not all at once when the power comes back; each more than once, since packets get lost. */
const FIRST_WITHIN_MS = 100;
const ROUNDS = 3;
const BETWEEN_ROUNDS_MS = { min: 150, max: 300 };
/** UDA 1.0 §1.1.2: in half of the time that others rely on it, at irregular intervals. */
const AGAIN_AFTER_MS = { min: 600_000, max: (MAX_AGE_SECONDS / 2) * 1000 };
const GOODBYE_ROUNDS = 2;
/** What a goodbye may take when the system does not even say that it failed. */
const GOODBYE_LIMIT_MS = 500;
/** Who asks everybody without saying how long there is time. */
const USUAL_WAIT_SECONDS = 1;
/** Searches that wait for their answer. More at a time is no home, but a flood, and then nobody waits. */
const MAX_WAITING = 64;

export interface SsdpEvents {
  /** A search that could be understood; `answers` is how many things it found here. */
  readonly onSearch: (search: { address: string; target: string; answers: number }) => void;
  /** A bug, or a system that fails in an unknown way; a server must not end for that. */
  readonly onFault: (error: unknown) => void;
}

export interface SsdpTold {
  readonly udn: string;
  readonly server: string;
  /** Of the description, at the address of this very interface. */
  readonly location: string;
  /** Whether the device is served by another link in the same network: who hears a goodbye there would lose it. */
  readonly isServedOtherwise: () => boolean;
}

/** Announces the device on one network, and answers those there who look for it; UDA 1.0 §1. */
export class SsdpLink {
  readonly #link: ServedInterface;
  readonly #told: SsdpTold;
  readonly #wasServedBefore: boolean;
  readonly #advertisements: readonly Advertisement[];
  readonly #events: SsdpEvents;
  readonly #limit = new AnswerLimit();
  readonly #waiting = new Map<string, NodeJS.Timeout>();
  #sockets: SsdpSockets | undefined;
  #announcing = new AbortController();
  #announcedMs: number | undefined;
  #isClosed = false;

  private constructor(link: ServedInterface, told: SsdpTold, events: SsdpEvents) {
    this.#link = link;
    this.#told = told;
    this.#wasServedBefore = told.isServedOtherwise();
    this.#advertisements = advertisementsOf(told.udn);
    this.#events = events;
  }

  /** Throws when the system gives no sockets for it. The description must be served by then. */
  static async open(link: ServedInterface, told: SsdpTold, events: SsdpEvents): Promise<SsdpLink> {
    const opened = new SsdpLink(link, told, events);
    await opened.renew();
    return opened;
  }

  /** When all was announced last, in epoch milliseconds. */
  get announcedMs(): number | undefined {
    return this.#announcedMs;
  }

  /** Joins the network again and announces all anew: the machine slept meanwhile. Throws as `open`; all is as before then. */
  async renew(): Promise<void> {
    const sockets = await SsdpSockets.open(this.#link, (heard) => this.#hear(heard));
    if (this.#isClosed) {
      sockets.close();
      return;
    }
    this.#sockets?.close();
    this.#sockets = sockets;
    this.#beginAnnouncing();
  }

  /** Says goodbye, where nobody else serves the device; done within half a second whatever happens. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#announcing.abort();
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
    const limit = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => limit.resolve(undefined), GOODBYE_LIMIT_MS);
    const rounds = this.#told.isServedOtherwise() ? 0 : GOODBYE_ROUNDS;
    await Promise.race([this.#sayGoodbye(rounds), limit.promise]);
    clearTimeout(timer);
    this.#sockets?.close();
  }

  #beginAnnouncing(): void {
    this.#announcing.abort();
    this.#announcing = new AbortController();
    this.#announce(this.#announcing.signal).catch((error: unknown) => {
      if (!(error instanceof Error && error.name === 'AbortError')) this.#events.onFault(error);
    });
  }

  async #announce(signal: AbortSignal): Promise<void> {
    const pause = (ms: number): Promise<void> => delay(ms, undefined, { signal, ref: false });
    await pause(Math.random() * FIRST_WITHIN_MS);
    // Who still knows it from before a power cut takes it for new then, and subscribes again.
    if (this.#announcedMs === undefined && !this.#wasServedBefore) await this.#sayGoodbye(1);
    for (let round = 0; round < ROUNDS; round++) {
      await this.#sayAlive(signal);
      await pause(randomBetween(BETWEEN_ROUNDS_MS));
    }
    while (!signal.aborted) {
      await pause(randomBetween(AGAIN_AFTER_MS));
      await this.#sayAlive(signal);
    }
  }

  /** Nothing of it comes after a goodbye. */
  async #sayAlive(signal: AbortSignal): Promise<void> {
    for (const each of this.#advertisements) {
      signal.throwIfAborted();
      await this.#sockets?.send(aliveMessage(each, this.#told));
    }
    this.#announcedMs = Date.now();
  }

  async #sayGoodbye(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      for (const each of this.#advertisements) await this.#sockets?.send(byebyeMessage(each));
    }
  }

  #hear({ bytes, from, isMulticast }: Heard): void {
    const search = parseSearch(bytes);
    if (!search || from.port === 0 || this.#isClosed) return;
    const found = soughtBy(search.target, this.#advertisements);
    this.#events.onSearch({ address: from.address, target: search.target, answers: found.length });
    const waitMs = isMulticast ? waitOf(search) * Math.random() * 1000 : 0;
    if (found.length > 0) this.#answerLater(from, found, waitMs);
  }

  /** One who asks the same again before it is answered gets one answer. */
  #answerLater(to: Asker, found: readonly Advertisement[], waitMs: number): void {
    const key = [to.address, to.port, ...found.map(({ target }) => target)].join(' ');
    if (this.#waiting.has(key)) return;
    if (!this.#limit.take(to.address, found.length, performance.now())) return;
    const answer = (): void => {
      this.#waiting.delete(key);
      for (const each of found) void this.#sockets?.send(answerMessage(each, this.#told, Date.now()), to);
    };
    const isCrowded = this.#waiting.size >= MAX_WAITING;
    this.#waiting.set(key, setTimeout(answer, isCrowded ? 0 : waitMs).unref());
  }
}

function waitOf({ maxWaitSeconds }: Search): number {
  return maxWaitSeconds ?? USUAL_WAIT_SECONDS;
}

function randomBetween({ min, max }: { min: number; max: number }): number {
  return min + Math.random() * (max - min);
}
