import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Contender } from './contenders/contender.ts';

const READ_BYTES = 1024 * 1024;
const HEAD_END = '\r\n\r\n';

export interface Question {
  readonly headers?: Readonly<Record<string, string | number>>;
  /** Many pieces need a Content-Length among the headers. */
  readonly body?: string | Iterable<Buffer>;
}

export interface Reply {
  readonly status: number;
  readonly bodyBytes: number;
  /** From the first byte sent to the last one received. */
  readonly tookMs: number;
}

/**
 * One kept connection that asks one thing at a time and throws bodies away. Cheap beside any server: it reads into one
 * buffer and looks at nothing but lengths.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #root: URL;
  readonly #authorization: string;
  #reader: ReplyReader | undefined;

  private constructor(contender: Contender) {
    this.#root = new URL(contender.davUrl);
    this.#authorization = contender.authorization;
    const onread = {
      buffer: Buffer.allocUnsafe(READ_BYTES),
      callback: (length: number, buffer: Uint8Array) => {
        this.#reader?.take(buffer as Buffer, length);
        return true;
      },
    };
    this.#socket = connect({ port: Number(this.#root.port), host: this.#root.hostname, noDelay: true, onread });
    const fail = (why: string) => this.#reader?.fail(new Error(`${contender.name}: the connection ${why}`));
    this.#socket.on('error', (error) => fail(error.message)).on('end', () => fail('ended'));
  }

  static async open(contender: Contender): Promise<Connection> {
    const connection = new Connection(contender);
    await once(connection.#socket, 'connect');
    return connection;
  }

  close(): void {
    this.#socket.destroy();
  }

  /** `path` is below the WebDAV root and encoded. */
  async ask(method: string, path: string, { headers = {}, body = '' }: Question = {}): Promise<Reply> {
    const reader = new ReplyReader();
    this.#reader = reader;
    const isText = typeof body === 'string';
    const length = isText && body !== '' ? { 'Content-Length': Buffer.byteLength(body) } : {};
    const all = { Host: this.#root.host, Authorization: this.#authorization, ...length, ...headers };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    const startedAt = performance.now();
    this.#socket.write(
      `${method} ${this.#root.pathname}${path} HTTP/1.1\r\n${lines.join('')}\r\n${isText ? body : ''}`,
    );
    if (!isText) await this.#send(body);
    const { status, bodyBytes } = await reader.done;
    return { status, bodyBytes, tookMs: performance.now() - startedAt };
  }

  /** The same, but throws unless the answer says that it was done. */
  async order(method: string, path: string, question?: Question): Promise<Reply> {
    const reply = await this.ask(method, path, question);
    if (reply.status < 300) return reply;
    throw new Error(`${method} ${this.#root.href}${path}: ${reply.status}`);
  }

  /** The absolute URL of a path, as Destination wants it. */
  urlOf(path: string): string {
    return this.#root.href + path;
  }

  async #send(pieces: Iterable<Buffer>): Promise<void> {
    for (const piece of pieces) {
      if (!this.#socket.write(piece)) await once(this.#socket, 'drain');
    }
  }
}

/** Finds the end of one answer: by its length, by its chunks, or at once where it has no body. */
class ReplyReader {
  readonly #done = Promise.withResolvers<{ status: number; bodyBytes: number }>();
  #head = '';
  #status = 0;
  /** Bytes of the body, or of the chunk, that are still to come. */
  #left = 0;
  /** The line with a chunk's length as far as it came; undefined where the body is not in chunks. */
  #chunkLine: string | undefined;
  #isLast = false;
  #bodyBytes = 0;

  get done(): Promise<{ status: number; bodyBytes: number }> {
    return this.#done.promise;
  }

  fail(error: Error): void {
    this.#done.reject(error);
  }

  take(buffer: Buffer, length: number): void {
    const start = this.#status === 0 ? this.#takeHead(buffer, length) : 0;
    if (this.#status === 0) return;
    if (this.#chunkLine === undefined) this.#takeBody(length - start);
    else this.#takeChunks(buffer, start, length);
  }

  #takeHead(buffer: Buffer, length: number): number {
    const before = this.#head.length;
    this.#head += buffer.toString('latin1', 0, length);
    const end = this.#head.indexOf(HEAD_END);
    if (end < 0) return length;
    const head = this.#head.slice(0, end);
    this.#status = Number(head.slice(9, 12));
    const sized = /^content-length: *(\d+)/im.exec(head)?.[1];
    if (/^transfer-encoding: *chunked/im.test(head)) this.#chunkLine = '';
    else this.#left = Number(sized ?? 0);
    return end + HEAD_END.length - before;
  }

  #takeBody(count: number): void {
    this.#left -= count;
    this.#bodyBytes += count;
    if (this.#left === 0) this.#finish();
  }

  #takeChunks(buffer: Buffer, start: number, length: number): void {
    for (let at = start; at < length;) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, length - at);
        this.#left -= taken;
        this.#bodyBytes += taken;
        at += taken;
        continue;
      }
      const lineEnd = buffer.indexOf(10, at);
      const end = lineEnd < 0 || lineEnd >= length ? length : lineEnd + 1;
      this.#chunkLine = (this.#chunkLine ?? '') + buffer.toString('latin1', at, end);
      at = end;
      if (this.#chunkLine.endsWith('\n')) this.#endChunkLine(this.#chunkLine.trim());
    }
  }

  /** The empty line behind a chunk, a chunk's length, or, behind the length 0, the last empty line. */
  #endChunkLine(line: string): void {
    if (line === '' && this.#isLast) this.#finish();
    this.#chunkLine = '';
    if (line === '') return;
    const size = parseInt(line, 16);
    this.#isLast = size === 0;
    this.#left = size;
  }

  #finish(): void {
    this.#done.resolve({ status: this.#status, bodyBytes: this.#bodyBytes });
  }
}
