import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MemoryBlobStore } from '../../src/blobs/memory.ts';
import type { Actor, Narrowing } from '../../src/core/actor.ts';
import type { Core, CoreSettings } from '../../src/core/core.ts';
import { createDavHandler, type DavSettings } from '../../src/dav/handler.ts';
import { createServerRootHandler } from '../../src/dav/server-root.ts';
import { DomainError } from '../../src/lib/errors.ts';
import { DavClient } from './dav-client.ts';
import type { FakeClock } from './fake-clock.ts';
import { RawConnection } from './raw-connection.ts';
import { TestCore } from './test-core.ts';

/** Every user of the test server has it. */
export const PASSWORD = 'open sesame';

export interface DavServerOptions {
  settings?: Partial<DavSettings>;
  core?: Partial<CoreSettings>;
  /** Changes or replaces parts of the core, to make them fail. */
  wrap?: (core: Core) => Core;
}

const DAV_SETTINGS: DavSettings = {
  prefix: '/dav',
  allowInfiniteDepth: false,
  windowsListingBytes: 1_000_000,
  publicUrl: 'https://cloud.example',
  realm: 'nosocial',
};

/**
 * The WebDAV edge on SQLite and memory, behind Node's own server: users `ann` and `ben` (advanced), `nora` (normal) and
 * `adam` (admin).
 */
export class DavServer {
  readonly core: Core;
  readonly clock: FakeClock;
  readonly blobs: MemoryBlobStore;
  /** What the edge logged as errors. */
  readonly failures: object[];
  readonly url: string;
  readonly #server: Server;
  readonly #test: TestCore;
  readonly #actors: Map<string, Actor>;
  readonly #clients: DavClient[] = [];

  private constructor(
    parts: Pick<DavServer, 'core' | 'clock' | 'blobs' | 'failures'>,
    server: Server,
    { test, actors }: { test: TestCore; actors: Map<string, Actor> },
  ) {
    this.core = parts.core;
    this.clock = parts.clock;
    this.blobs = parts.blobs;
    this.failures = parts.failures;
    this.#server = server;
    this.#test = test;
    this.#actors = actors;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start({ settings, core: coreSettings, wrap }: DavServerOptions = {}): Promise<DavServer> {
    const test = await TestCore.open(coreSettings);
    const { core: plain, clock, blobs } = test;
    const actors = new Map(test.actors);
    const core = wrap?.(plain) ?? plain;

    const failures: object[] = [];
    const context = {
      core,
      authenticate: async (request: IncomingMessage) => authenticate(actors, request),
      mayGoOn: () => Promise.resolve(true),
      requestId: (request: IncomingMessage) => `request-${request.method}`,
      forwardedHost: () => undefined,
      clientAddress: (request: IncomingMessage) => request.socket.remoteAddress ?? '',
      settings: { ...DAV_SETTINGS, ...settings },
      log: { error: (fields: object) => void failures.push(fields) },
    };
    const dav = createDavHandler(context);
    const root = createServerRootHandler(context);
    const handle = (...exchange: Parameters<typeof dav>) => {
      const isRoot = exchange[0].url === '/' || exchange[0].url === '*';
      void (isRoot ? root : dav)(...exchange);
    };
    const server = createServer({ maxHeaderSize: 16 * 1024 })
      .on('request', handle)
      .on('checkContinue', handle);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new DavServer({ core: plain, clock, blobs, failures }, server, { test, actors });
  }

  /** A client of `name`, at the root of the tree that this user sees. */
  as(name: string): DavClient {
    const client = new DavClient(`${this.url}/dav/`, { name, password: PASSWORD });
    this.#clients.push(client);
    return client;
  }

  actor(name: string): Actor {
    return this.#actors.get(name)!;
  }

  /** A client that acts for `name` with an app password that leaves this. */
  narrowed(name: string, narrowing: Narrowing): DavClient {
    const alias = `${name} ${JSON.stringify(narrowing).replaceAll(':', '=')}`;
    this.#actors.set(alias, { ...this.actor(name), narrowing });
    return this.as(alias);
  }

  connect(): Promise<RawConnection> {
    return RawConnection.open(this.url);
  }

  /** Sends one request line with `target` exactly as it is written, and gives the status and all that came. */
  async raw(method: string, target: string, headers: Record<string, string> = {}, body = ''): Promise<RawAnswer> {
    const connection = await this.connect();
    const authorization = `Basic ${Buffer.from(`ann:${PASSWORD}`).toString('base64')}`;
    const lines = Object.entries({ Host: 'test', Authorization: authorization, Connection: 'close', ...headers });
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    connection.socket.write(`${method} ${target} HTTP/1.1\r\n${head}\r\n${body}`);
    await connection.closed(5000);
    return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(connection.received)?.[1]), text: connection.received };
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.close();
    this.#server.closeAllConnections();
    this.#server.close();
    await this.#test.close();
  }
}

export interface RawAnswer {
  readonly status: number;
  readonly text: string;
}

function authenticate(actors: ReadonlyMap<string, Actor>, request: IncomingMessage): Actor {
  const credentials = Buffer.from((request.headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString();
  const [name = '', password] = credentials.split(':');
  const actor = password === PASSWORD ? actors.get(name) : undefined;
  if (!actor) throw new DomainError('not-authenticated', 'a user name and password are needed');
  return actor;
}
