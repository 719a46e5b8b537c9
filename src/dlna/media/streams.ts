import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { DomainError } from '../../lib/errors.ts';

/** Sets open several for one film (its index is at the end), and leave some behind when one seeks. */
const MOST_OF_ONE = 8;
/** Each has an open file and a buffer of 1 MiB. */
const MOST_OF_ALL = 64;
/**
 * A set that pauses stops reading, and holds its connection meanwhile. After an hour it is cut, and sets go on with a
 * range from where they were. A set that was switched off does not stay so long: it no longer answers the probes of TCP,
 * and the system gives it up after some fifteen minutes.
 */
const LONGEST_PAUSE_MS = 60 * 60_000;
/** What has not moved for so long makes room for a new one of the same set. */
const LEFT_BEHIND_MS = 5000;

interface Stream {
  readonly address: string;
  readonly response: ServerResponse;
  movedAtMs: number;
}

/** What is being sent to televisions. */
export class Streams {
  readonly #nowMs: () => number;
  readonly #running = new Set<Stream>();

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  get count(): number {
    return this.#running.size;
  }

  /** Counts `body` among what is sent to `address`, until `response` is closed. Throws `busy`. */
  watch(
    { address, response }: Pick<Stream, 'address' | 'response'>,
    body: AsyncIterable<string | Uint8Array>,
  ): AsyncIterable<string | Uint8Array> {
    // Whoever has left already is not told of again.
    if (response.destroyed) return body;
    this.#makeRoom(address);
    const stream = { address, response, movedAtMs: this.#nowMs() };
    this.#running.add(stream);
    response.once('close', () => this.#running.delete(stream));
    return this.#noting(stream, body);
  }

  /** Whether a connection on which nothing moves may go on. */
  mayPause(socket: Socket): boolean {
    const stream = [...this.#running].find(({ response }) => response.socket === socket);
    return stream !== undefined && this.#nowMs() - stream.movedAtMs < LONGEST_PAUSE_MS;
  }

  #makeRoom(address: string): void {
    const own = [...this.#running].filter((stream) => stream.address === address);
    if (own.length < MOST_OF_ONE && this.#running.size < MOST_OF_ALL) return;
    const [left] = own.sort((one, other) => one.movedAtMs - other.movedAtMs);
    if (left === undefined || this.#nowMs() - left.movedAtMs < LEFT_BEHIND_MS) {
      throw new DomainError('busy', 'too many streams at once', { retryAfterSeconds: 5 });
    }
    this.#running.delete(left);
    left.response.destroy();
  }

  async *#noting(stream: Stream, body: AsyncIterable<string | Uint8Array>): AsyncGenerator<string | Uint8Array, void> {
    for await (const piece of body) {
      stream.movedAtMs = this.#nowMs();
      yield piece;
    }
  }
}
