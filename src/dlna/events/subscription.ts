import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Callback } from './callback-urls.ts';
import { eventMessage, type Properties } from './event-message.ts';
import { notify, type Reception } from './notify.ts';

const LAST_SEQUENCE = 0xffff_ffff;
/**
 * The first message may overtake the answer that names the subscription, in a subscriber that reads both at the same time:
 * it does not know then what it is about (GUPnP 1.6, on a busy machine). It is told again after these pauses.
 */
const FIRST_AGAIN_MS = [100, 400, 1500];

export interface SubscriptionOptions {
  readonly callbacks: readonly Callback[];
  /** The address of this machine that the subscriber asked. */
  readonly from: string;
  /** Gathers what is to be told of what changed; undefined when nothing did. Called when it can be told. */
  readonly takeChanges: () => Properties | undefined;
  /** From one message of changes to the next at least. */
  readonly betweenChangesMs: number;
  readonly onExpired: () => void;
}

/** Tells one subscriber of one service, one message after the other; UDA 1.0 §4. */
export class Subscription {
  readonly sid = `uuid:${randomUUID()}`;
  readonly #options: SubscriptionOptions;
  readonly #end = new AbortController();
  #sequence = 0;
  #expiry: NodeJS.Timeout | undefined;
  #later: NodeJS.Timeout | undefined;
  /** Nothing goes out before the first message. */
  #isBusy = true;
  #nextAtMs = 0;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
  }

  /** It ends that much later unless it is renewed again. */
  renew(seconds: number): void {
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(this.#options.onExpired, seconds * 1000).unref();
  }

  /** Tells how all is, which is to be done once the subscriber knows the subscription. */
  async begin(properties: Properties): Promise<void> {
    let reception = await this.#send(properties);
    for (const pauseMs of FIRST_AGAIN_MS) {
      if (reception !== 'not-known') break;
      await delay(pauseMs, undefined, { signal: this.#end.signal, ref: false }).catch(() => undefined);
      reception = await this.#send(properties);
    }
    this.#sequence = 1;
    await this.#tellAll(this.#next());
  }

  /** There is something to take. */
  async changed(): Promise<void> {
    if (!this.#isBusy && !this.#later) await this.#tellAll(this.#next());
  }

  end(): void {
    clearTimeout(this.#expiry);
    clearTimeout(this.#later);
    this.#end.abort();
  }

  async #tellAll(first: Properties | undefined): Promise<void> {
    this.#isBusy = true;
    for (let properties = first; properties; properties = this.#next()) await this.#tell(properties);
    this.#isBusy = false;
  }

  /** What is to be told now; undefined when it is to be told later, or there is nothing. */
  #next(): Properties | undefined {
    if (this.#end.signal.aborted) return undefined;
    const waitMs = this.#nextAtMs - performance.now();
    if (waitMs > 0) {
      this.#later = setTimeout(() => {
        this.#later = undefined;
        void this.changed();
      }, waitMs).unref();
      return undefined;
    }
    const changes = this.#options.takeChanges();
    if (changes) this.#nextAtMs = performance.now() + this.#options.betweenChangesMs;
    return changes;
  }

  /** What cannot be told is lost, and the subscriber sees by the next number that it missed it (UDA 1.0 §4.2.1). */
  async #tell(properties: Properties): Promise<void> {
    const sent = this.#send(properties);
    this.#sequence = sequenceAfter(this.#sequence);
    await sent;
  }

  #send(properties: Properties): Promise<Reception> {
    const { callbacks, from } = this.#options;
    const notification = { sid: this.sid, sequence: this.#sequence, body: eventMessage(properties), from };
    return notify(callbacks, notification, this.#end.signal);
  }
}

/** UDA 1.0 §4.2.1: after the last one comes 1, since 0 is for the first of all. */
export function sequenceAfter(sequence: number): number {
  return sequence === LAST_SEQUENCE ? 1 : sequence + 1;
}
