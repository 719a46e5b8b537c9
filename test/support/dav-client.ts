import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseMultistatus, type DavEntry } from './multistatus.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface RequestOptions {
  headers?: OutgoingHttpHeaders;
  /** A buffer or text goes with Content-Length, an iterable chunked. */
  body?: Buffer | string | AsyncIterable<Buffer> | undefined;
  signal?: AbortSignal;
}

/** Percent-encodes a path that is given as people write it. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** `content` in pieces, so that it is sent without a length. */
export async function* inPieces(content: Buffer, pieceBytes = 16_384): AsyncGenerator<Buffer> {
  for (let start = 0; start < content.length; start += pieceBytes) yield content.subarray(start, start + pieceBytes);
}

/** A WebDAV client without any opinion: sends what it is told and gives back what came. */
export class DavClient {
  readonly #base: URL;
  /** The value of the header. */
  readonly authorization: string;
  readonly #agent: Agent;
  readonly #isTls: boolean;

  /** `url` is the WebDAV root; paths are relative to it and not encoded. */
  constructor(url: string, user: { name: string; password: string }, maxSockets = 32) {
    this.#base = new URL(url.endsWith('/') ? url : `${url}/`);
    this.authorization = `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`;
    this.#isTls = this.#base.protocol === 'https:';
    this.#agent = new (this.#isTls ? TlsAgent : Agent)({ keepAlive: true, maxSockets });
  }

  close(): void {
    this.#agent.destroy();
  }

  urlOf(path: string): string {
    return this.#base.href + encodePath(path);
  }

  /** Rejects only when the connection fails. */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    const { body = '', headers = {}, signal } = options;
    const isWhole = typeof body === 'string' || Buffer.isBuffer(body);
    const length: OutgoingHttpHeaders = isWhole
      ? { 'content-length': Buffer.byteLength(body) }
      : { 'transfer-encoding': 'chunked' };
    const send = this.#isTls ? httpsRequest : httpRequest;
    const outgoing = send(this.urlOf(path), {
      method,
      agent: this.#agent,
      headers: { authorization: this.authorization, ...length, ...headers },
      ...(signal && { signal }),
    });
    const answered = once(outgoing, 'response') as Promise<
      [Readable & { statusCode: number; headers: IncomingHttpHeaders }]
    >;
    const sent = isWhole ? void outgoing.end(body) : pipeline(Readable.from(body), outgoing);
    // A server may refuse before it has read everything: then the answer counts, not the broken pipe.
    const sendFailure = sent?.then(
      () => undefined,
      (error: unknown) => error,
    );
    const [response] = await answered;
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    await sendFailure;
    return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
  }

  /** Sends and asserts the status; the message shows what the server said instead. */
  async expect(
    status: number | readonly number[],
    method: string,
    path: string,
    options?: RequestOptions,
  ): Promise<Answer> {
    const answer = await this.request(method, path, options);
    const wanted = typeof status === 'number' ? [status] : status;
    if (wanted.includes(answer.status)) return answer;
    return assert.fail(`${method} ${path}: ${answer.status}, not ${wanted.join(' or ')}: ${excerpt(answer.body)}`);
  }

  async put(path: string, content: Buffer | string): Promise<Answer> {
    return this.expect([201, 204], 'PUT', path, { body: content });
  }

  async get(path: string): Promise<Buffer> {
    return (await this.expect(200, 'GET', path)).body;
  }

  async makeCollection(path: string): Promise<void> {
    await this.expect(201, 'MKCOL', path);
  }

  /** The members of a collection by name. `properties` is the XML inside `prop`; everything is asked for without it. */
  async list(path: string, properties?: string): Promise<Map<string, DavEntry>> {
    const wanted = properties === undefined ? '<D:allprop/>' : `<D:prop>${properties}</D:prop>`;
    const { body } = await this.expect(207, 'PROPFIND', path, {
      headers: { depth: '1', 'content-type': 'application/xml' },
      body: `<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:">${wanted}</D:propfind>`,
    });
    const own = this.#pathOf(this.urlOf(path));
    const entries = parseMultistatus(body.toString()).filter((entry) => this.#pathOf(entry.href) !== own);
    return new Map(entries.map((entry) => [this.#pathOf(entry.href).split('/').at(-1)!, entry]));
  }

  /** Every path below a collection, with collections ending in a slash. */
  async walk(path: string): Promise<Map<string, DavEntry>> {
    const found = new Map<string, DavEntry>();
    const visit = async (below: string): Promise<void> => {
      for (const [name, entry] of await this.list(path === '' ? below : `${path}/${below}`)) {
        found.set(below + name + (entry.isCollection ? '/' : ''), entry);
        if (entry.isCollection) await visit(`${below}${name}/`);
      }
    };
    await visit('');
    return found;
  }

  /** Decoded, without a slash at its end: hrefs may be written with and without host. */
  #pathOf(href: string): string {
    return decodeURIComponent(new URL(href, this.#base).pathname.replace(/\/+$/, ''));
  }
}

function excerpt(body: Buffer): string {
  return body.subarray(0, 300).toString().replace(/\s+/g, ' ');
}
