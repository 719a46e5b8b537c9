import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { until } from './processes.ts';

/** A message of an event, as it came. */
export interface Told {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly sequence: number;
  /** Values by the names of their state variables. */
  readonly properties: Readonly<Record<string, string>>;
}

/** Something on this machine that is told of events. */
export class EventSubscriber {
  readonly told: Told[] = [];
  /** What it answers with, once this resolves. */
  answer: () => Promise<{ status: number; headers?: Record<string, string> }> = () => Promise.resolve({ status: 200 });
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<EventSubscriber> {
    const server = createServer((request, response) => {
      void text(request).then(async (body) => {
        const { url: path = '', headers } = request;
        const properties = [...body.matchAll(/<e:property><(\w+)>(.*?)<\/\1><\/e:property>/g)];
        subscriber.told.push({
          path: `${request.method} ${path}`,
          headers,
          sequence: Number(headers['seq']),
          properties: Object.fromEntries(properties.map(([, name = '', value = '']) => [name, value])),
        });
        const { status, headers: answered = {} } = await subscriber.answer();
        response.writeHead(status, answered).end();
      });
    });
    const subscriber = new EventSubscriber(server);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    server.listen(0, '127.0.0.1', () => resolve(undefined));
    await promise;
    return subscriber;
  }

  /** `<http://127.0.0.1:…/path>`. */
  callback(path = '/'): string {
    return `<http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}>`;
  }

  /** Waits for so many messages in all. */
  async toldAtLeast(count: number): Promise<readonly Told[]> {
    const enough = (): readonly Told[] | undefined => (this.told.length >= count ? this.told : undefined);
    return until(`${count} messages`, enough, { timeoutMs: 20_000 });
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#server.close(() => resolve(undefined));
    this.#server.closeAllConnections();
    await promise;
  }
}

/** Sends a request without a body, with a method that `fetch` may not know. */
export async function ask(
  method: string,
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: IncomingHttpHeaders }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; headers: IncomingHttpHeaders }>();
  const request = httpRequest(url, { method, headers, agent: false });
  request.once('response', (response) => {
    response.resume().once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
  });
  request.once('error', reject);
  request.end();
  return promise;
}
