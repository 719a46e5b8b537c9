import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { DavClient } from '../../support/dav-client.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { ACCOUNT } from '../clients/fixture.ts';
import { Proxy, settingsIn, type ProxyKind } from './proxy.ts';
import { ADDRESS, NAME, openStage, type Stage } from './stage.ts';

export const PUBLIC_URL = `https://${NAME}`;
export const SMALL = { name: 'small', password: 'little room', quota: '1MB' };
export const WRONG = { name: ACCOUNT.name, password: 'not the password' };

/** A server as the comments of a configuration want it, and the proxy before it. */
export interface Setting {
  readonly stage: Stage;
  readonly server: TestServer;
  readonly proxy: Proxy;
  /** Through the proxy. */
  readonly dav: DavClient;
  /** Past it. */
  readonly direct: DavClient;
  close(): Promise<void>;
}

export async function openSetting(kind: ProxyKind): Promise<Setting> {
  const stage = await openStage();
  const settings = stage.scratch.path('nosocial.yaml');
  await writeFile(settings, await settingsIn(kind));
  const listen = /^listen: '(.*)'$/m.exec(await readFile(settings, 'utf8'))?.[1] ?? '';
  const stack = new AsyncDisposableStack();
  try {
    const server = await startServer({
      listen,
      args: ['--config', settings],
      env: { NOSOCIAL_LOG_LEVEL: 'debug', NOSOCIAL_LOG_FORMAT: 'json' },
    });
    stack.defer(() => server.stop());
    await server.addUser(ACCOUNT.name, { password: ACCOUNT.password });
    await server.addUser(SMALL.name, SMALL);
    const proxy = await Proxy.start(stage, kind);
    stack.defer(() => proxy.stop());
    const dav = new DavClient(`${PUBLIC_URL}/dav/`, ACCOUNT);
    const direct = new DavClient(server.davUrl, ACCOUNT);
    stack.defer(() => {
      dav.close();
      direct.close();
    });
    return { stage, server, proxy, dav, direct, close: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** The value of the header. */
export function basic({ name, password }: { name: string; password: string }): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

export interface Question {
  method?: string;
  /** Sent exactly as it stands here. */
  target: string;
  headers?: Record<string, string>;
  body?: string;
  /** Which of this machine's addresses asks. */
  localAddress?: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

/** One request through the proxy, on a connection of its own. */
export async function ask(question: Question): Promise<Reply> {
  const { method = 'GET', target, headers = {}, body = '', localAddress } = question;
  const outgoing = httpsRequest({
    host: NAME,
    path: target,
    method,
    agent: false,
    family: localAddress?.includes(':') ? 6 : 4,
    headers: { authorization: basic(ACCOUNT), 'content-length': Buffer.byteLength(body), ...headers },
    localAddress: localAddress ?? ADDRESS,
  });
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [
    AsyncIterable<Buffer> & { statusCode: number; headers: Reply['headers'] },
  ];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() };
}

/** In the place of the server: answers with the headers that it was asked with. */
export class Echo {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start({ hostname, port }: URL): Promise<Echo> {
    const server = createServer((request, response) => response.end(JSON.stringify(request.headers)));
    server.listen(Number(port), hostname);
    await once(server, 'listening');
    return new Echo(server);
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
