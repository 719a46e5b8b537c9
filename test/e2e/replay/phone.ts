import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { parseMultistatus, type DavEntry } from '../../support/multistatus.ts';

export interface PhoneAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface PhoneRequest {
  readonly headers?: Record<string, string>;
  readonly body?: Buffer | string;
  /** Without a user and password, as most apps send their first request. */
  readonly isAnonymous?: boolean;
  /** Sends so much of the body, and then loses the network. */
  readonly breaksAfter?: number;
}

/** An app on a phone: sends targets as it writes them, over a few connections that it keeps. */
export class Phone {
  readonly origin: URL;
  readonly #agentName: string;
  readonly #authorization: string;
  readonly #agent: Agent;
  readonly #connections = new Set<unknown>();

  constructor(url: string, { app, user, connections = 4 }: { app: string; user: string; connections?: number }) {
    this.origin = new URL(url);
    this.#agentName = app;
    this.#authorization = `Basic ${Buffer.from(`${user}:secret-word`).toString('base64')}`;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  close(): void {
    this.#agent.destroy();
  }

  /** How many connections it took so far. */
  get connectionCount(): number {
    return this.#connections.size;
  }

  async send(method: string, target: string, request: PhoneRequest = {}): Promise<PhoneAnswer> {
    const { headers = {}, body, isAnonymous = false, breaksAfter } = request;
    const outgoing = httpRequest(this.origin, {
      method,
      path: target,
      agent: this.#agent,
      headers: {
        'User-Agent': this.#agentName,
        'Accept-Encoding': 'gzip',
        ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }),
        ...(!isAnonymous && { Authorization: this.#authorization }),
        ...headers,
      },
    });
    outgoing.on('socket', (socket) => this.#connections.add(socket));
    if (breaksAfter !== undefined) {
      const [broken] = await Promise.all([
        once(outgoing, 'error'),
        new Promise<void>((sent) =>
          outgoing.write(Buffer.from(body ?? '').subarray(0, breaksAfter), () => sent()),
        ).then(() => outgoing.destroy(new Error('the network is gone'))),
      ]);
      throw broken[0];
    }
    const isWaiting = headers['Expect'] !== undefined;
    const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
    if (isWaiting) {
      outgoing.flushHeaders();
      const told = await Promise.race([once(outgoing, 'continue').then(() => true), answered.then(() => false)]);
      outgoing.end(told ? body : '');
    } else {
      outgoing.end(body);
    }
    const [response] = await answered;
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece as Buffer);
    return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces) };
  }

  async expect(status: number, method: string, target: string, request?: PhoneRequest): Promise<PhoneAnswer> {
    const answer = await this.send(method, target, request);
    assert.equal(answer.status, status, `${method} ${target}: ${answer.body.toString().slice(0, 300)}`);
    return answer;
  }

  /** PROPFIND without a body, as most apps list; entries by name, the folder itself left out. */
  async list(target: string, headers: Record<string, string> = {}): Promise<Map<string, DavEntry>> {
    const { body } = await this.expect(207, 'PROPFIND', target, { headers: { Depth: '1', ...headers } });
    const [, ...members] = parseMultistatus(body.toString());
    return new Map(members.map((entry) => [nameOf(entry.href), entry]));
  }
}

function nameOf(href: string): string {
  return decodeURIComponent(href.replace(/\/$/, '').split('/').at(-1)!);
}
