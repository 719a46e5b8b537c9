import assert from 'node:assert/strict';
import { createParser, type EventSourceMessage } from 'eventsource-parser';

export interface ServerEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: any;
}

/** Reads an event stream as `EventSource` does, without coming back by itself. */
export class EventClient {
  readonly #abort = new AbortController();
  readonly #waiting: ServerEvent[] = [];
  readonly #comments: string[] = [];
  #wake: (() => void) | undefined;
  #isEnded = false;
  /** Of the last event that had one. */
  lastEventId: string | undefined;
  readonly headers: Headers;

  private constructor(response: Response) {
    this.headers = response.headers;
    void this.#read(response.body!);
  }

  static async open(
    url: string,
    credentials: Readonly<Record<string, string>>,
    lastEventId?: string,
  ): Promise<EventClient> {
    const abort = new AbortController();
    const response = await fetch(new URL('/api/v1/events', url), {
      headers: { ...credentials, ...(lastEventId !== undefined && { 'Last-Event-ID': lastEventId }) },
      signal: abort.signal,
    });
    assert.equal(response.status, 200, response.status === 200 ? '' : await response.text());
    const client = new EventClient(response);
    client.#abort.signal.addEventListener('abort', () => abort.abort());
    return client;
  }

  /** The next event; undefined at the end of the stream. */
  async next(): Promise<ServerEvent | undefined> {
    while (this.#waiting.length === 0 && !this.#isEnded) {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      this.#wake = () => resolve(undefined);
      await promise;
    }
    return this.#waiting.shift();
  }

  /** The next event of a kind; the others are passed over. */
  async nextOf(event: string): Promise<ServerEvent> {
    for (let next = await this.next(); next; next = await this.next()) if (next.event === event) return next;
    throw new Error(`the stream ended before any ${event}`);
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const parser = createParser({
      onEvent: (message) => this.#take(message),
      onComment: (comment) => this.#comments.push(comment),
    });
    const decoder = new TextDecoder();
    try {
      for await (const piece of body) parser.feed(decoder.decode(piece, { stream: true }));
    } catch {
      // Broken off: the end of the stream as well.
    }
    this.#isEnded = true;
    this.#wake?.();
  }

  #take({ event = 'message', id, data }: EventSourceMessage): void {
    if (id !== undefined) this.lastEventId = id;
    this.#waiting.push({ event, id, data: JSON.parse(data) as unknown });
    this.#wake?.();
  }
}
