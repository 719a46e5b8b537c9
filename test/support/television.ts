import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { DavClient } from './dav-client.ts';
import { until } from './processes.ts';
import { startServer, type ServerOptions, type TestServer } from './server.ts';

export const ANN = { name: 'ann', password: 'long enough for ann', role: 'admin' } as const;
const CONTENT_DIRECTORY = 'urn:schemas-upnp-org:service:ContentDirectory:1';

export interface TelevisionAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Something that is played, as a control point is told of it. */
export interface ShownItem {
  readonly id: string;
  readonly title: string;
  /** Of all that is offered, the thing itself first. */
  readonly resources: readonly { readonly protocolInfo: string; readonly url: string }[];
  readonly thumbnail: string | undefined;
}

interface TelevisionOptions {
  readonly userAgent?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly body?: string;
  /** Another address of this machine, on a connection of its own. */
  readonly from?: string;
}

/** A real server whose media server is on loopback, and a control point. */
export class TestTelevision {
  readonly server: TestServer;
  /** The owner of all that is shown. */
  readonly dav: DavClient;
  readonly #agent = new Agent({ keepAlive: true });

  private constructor(server: TestServer) {
    this.server = server;
    this.dav = new DavClient(server.davUrl, ANN);
  }

  static async start({ env, ...options }: ServerOptions = {}): Promise<TestTelevision> {
    const own = { NOSOCIAL_DLNA: 'on', NOSOCIAL_DLNA_INTERFACES: 'lo', NOSOCIAL_DLNA_PORT: '0' };
    const server = await startServer({ ...options, env: { ...own, ...env } });
    await server.addUser(ANN.name, ANN);
    return new TestTelevision(server);
  }

  /** `http://127.0.0.1:PORT`, where the server is for televisions. */
  get origin(): string {
    const origin = /^television +(http:\S+)/m.exec(this.server.stdout)?.[1];
    assert.ok(origin, `the server is on no television:\n${this.server.stdout}`);
    return origin;
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    this.dav.close();
    await this.server.stop();
  }

  /** A path of the media server, or a whole URL that it gave. */
  async ask(path: string, options: TelevisionOptions = {}): Promise<TelevisionAnswer> {
    const response = await this.begin(path, options);
    return { status: response.statusCode ?? 0, headers: response.headers, body: await buffer(response) };
  }

  /** The same, of which nothing has been read yet. */
  async begin(path: string, options: TelevisionOptions = {}): Promise<IncomingMessage> {
    const { method = 'GET', userAgent = 'a television', headers, body, from } = options;
    const url = new URL(path, this.origin);
    const connection = from === undefined ? { agent: this.#agent } : { localAddress: from };
    const outgoing = httpRequest(url, { method, ...connection, headers: { 'user-agent': userAgent, ...headers } });
    outgoing.end(body);
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    return response;
  }

  /** Calls an action of the content directory. */
  async act(
    action: string,
    args: Readonly<Record<string, string | number>>,
    options: Pick<TelevisionOptions, 'userAgent' | 'from'> = {},
  ): Promise<string> {
    const given = Object.entries(args).map(([name, value]) => `<${name}>${value}</${name}>`);
    const { status, body } = await this.ask('/control/content-directory', {
      method: 'POST',
      ...options,
      headers: { 'content-type': 'text/xml; charset="utf-8"', soapaction: `"${CONTENT_DIRECTORY}#${action}"` },
      body:
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>' +
        `<u:${action} xmlns:u="${CONTENT_DIRECTORY}">${given.join('')}</u:${action}></s:Body></s:Envelope>`,
    });
    assert.equal(status, 200, body.toString());
    return body.toString();
  }

  /** Everything that is in a container. */
  async items(container: string, userAgent?: string): Promise<ShownItem[]> {
    const args = {
      ...{ ObjectID: container, BrowseFlag: 'BrowseDirectChildren', Filter: '*' },
      ...{ StartingIndex: 0, RequestedCount: 0, SortCriteria: '' },
    };
    const answer = await this.act('Browse', args, userAgent === undefined ? {} : { userAgent });
    const result = unescaped(/<Result>(.*)<\/Result>/s.exec(answer)?.[1] ?? '');
    return [...result.matchAll(/<item id="([^"]+)".*?<\/item>/gs)].map(([xml, id = '']) => ({
      id,
      title: unescaped(/<dc:title>(.*?)<\/dc:title>/.exec(xml)?.[1] ?? ''),
      resources: [...xml.matchAll(/<res protocolInfo="([^"]*)"[^>]*>([^<]*)<\/res>/g)].map(
        ([, protocolInfo = '', url = '']) => ({ protocolInfo, url }),
      ),
      thumbnail: /<upnp:albumArtURI[^>]*>([^<]*)</.exec(xml)?.[1],
    }));
  }

  /** The item of that title, as soon as it is shown as it should be. */
  async shown(
    title: string,
    {
      isReady = () => true,
      container = 'titles',
      userAgent,
    }: {
      isReady?: (item: ShownItem) => boolean;
      container?: string;
      userAgent?: string;
    } = {},
  ): Promise<ShownItem> {
    const find = async (): Promise<ShownItem | undefined> =>
      (await this.items(container, userAgent)).find((item) => item.title === title && isReady(item));
    return until(`"${title}" is shown`, find, { timeoutMs: 20_000 });
  }

  /** The address of what is played. */
  async addressOf(title: string, container?: string): Promise<string> {
    const { resources } = await this.shown(title, container === undefined ? {} : { container });
    return resources[0]?.url ?? '';
  }
}

function unescaped(xml: string): string {
  return xml
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}
