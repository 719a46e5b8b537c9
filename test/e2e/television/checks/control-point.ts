import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { childElements, textOf, type XmlElement } from '../../../../src/http/xml/element.ts';
import { readXml } from '../../../../src/http/xml/reader.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Something in an answer of the content directory. */
export interface Shown {
  readonly id: string;
  readonly parentId: string;
  readonly childCount: number | undefined;
  readonly isContainer: boolean;
  readonly title: string;
  readonly resources: readonly Resource[];
  readonly albumArt: { readonly profile: string | undefined; readonly url: string } | undefined;
  readonly element: XmlElement;
}

export interface Resource {
  readonly url: string;
  /** `protocolInfo`, `size`, `duration`, … */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Page {
  readonly shown: readonly Shown[];
  readonly returned: number;
  readonly total: number;
}

export type Service = keyof typeof SERVICES;

const SERVICES = {
  directory: 'urn:schemas-upnp-org:service:ContentDirectory:1',
  connections: 'urn:schemas-upnp-org:service:ConnectionManager:1',
  registrar: 'urn:microsoft.com:service:X_MS_MediaReceiverRegistrar:1',
} as const;

const BROWSE = {
  BrowseFlag: 'BrowseDirectChildren',
  ...{ Filter: '*', StartingIndex: '0', RequestedCount: '0', SortCriteria: '' },
};

/** A fault of UPnP, by its number. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: number;

  constructor(code: number, text: string) {
    super(`${code} ${text}`);
    this.code = code;
  }
}

/** Asks any media server, knowing no more of it than where its description is. */
export class ControlPoint {
  readonly location: string;
  readonly description: XmlElement;
  readonly #agent: Agent;
  readonly #services: ReadonlyMap<string, { control: string; events: string }>;
  #filmsAt: string | undefined;

  private constructor(location: string, description: XmlElement, agent: Agent) {
    this.location = location;
    this.description = description;
    this.#agent = agent;
    const services = all(description, 'service').map((service) => {
      const at = (name: string): string => new URL(textIn(service, name), location).href;
      return [textIn(service, 'serviceType'), { control: at('controlURL'), events: at('eventSubURL') }] as const;
    });
    this.#services = new Map(services);
  }

  static async open(location: string): Promise<ControlPoint> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const { body } = await ask(location, {}, agent);
    return new ControlPoint(location, readLeniently(body), agent);
  }

  close(): void {
    this.#agent.destroy();
  }

  eventsOf(service: Service): string {
    return this.#services.get(SERVICES[service])?.events ?? '';
  }

  controlOf(service: Service): string {
    return this.#services.get(SERVICES[service])?.control ?? '';
  }

  async ask(url: string, asked: Asked = {}): Promise<Answer> {
    return ask(new URL(url, this.location).href, asked, this.#agent);
  }

  /** Throws a `Fault` where the server answers with one. */
  async act(
    service: Service,
    action: string,
    args: Readonly<Record<string, string>>,
    asked: Asked & { as?: Service } = {},
  ): Promise<Record<string, string>> {
    const type = SERVICES[asked.as ?? service];
    const given = Object.entries(args).map(([name, value]) => `<${name}>${escaped(value)}</${name}>`);
    const { status, body } = await this.ask(this.controlOf(service), {
      method: 'POST',
      headers: { 'content-type': 'text/xml; charset="utf-8"', soapaction: `"${type}#${action}"`, ...asked.headers },
      body:
        asked.body ??
        '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" ' +
          's:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>' +
          `<u:${action} xmlns:u="${type}">${given.join('')}</u:${action}></s:Body></s:Envelope>`,
    });
    const document = status === 200 || status === 500 ? readXml(body) : undefined;
    const [fault] = document ? all(document, 'UPnPError') : [];
    if (fault) throw new Fault(Number(textIn(fault, 'errorCode')), textIn(fault, 'errorDescription'));
    const [answer] = document ? all(document, `${action}Response`) : [];
    if (!answer) throw new Error(`${action} was answered with ${status} ${body.toString().slice(0, 200)}`);
    return Object.fromEntries(childElements(answer).map((element) => [element.name, rawText(element)]));
  }

  async browse(id: string, args: Readonly<Record<string, string>> = {}, asked: Asked = {}): Promise<Page> {
    return pageOf(await this.act('directory', 'Browse', { ObjectID: id, ...BROWSE, ...args }, asked));
  }

  async search(criteria: string, args: Readonly<Record<string, string>> = {}): Promise<Page> {
    const { BrowseFlag: _, ...common } = BROWSE;
    return pageOf(
      await this.act('directory', 'Search', { ContainerID: '0', SearchCriteria: criteria, ...common, ...args }),
    );
  }

  /** All containers and items, from the root down. */
  async walk(id = '0'): Promise<Shown[]> {
    const found: Shown[] = [];
    const { shown } = await this.browse(id);
    for (const each of shown) found.push(each, ...(each.isContainer ? await this.walk(each.id) : []));
    return found;
  }

  /** The first film whose title has that word. */
  async film(word: string, asked: Asked = {}): Promise<Shown & { readonly resource: Resource }> {
    this.#filmsAt ??= await this.#mostFilms();
    const { shown } = await this.browse(this.#filmsAt, {}, asked);
    for (const each of shown) {
      const [resource] = each.resources;
      if (resource && each.title.includes(word)) return { ...each, resource };
    }
    throw new Error(`no film that is called ${word} is shown`);
  }

  /** The container that shows most films directly. */
  async #mostFilms(): Promise<string> {
    const counts = new Map<string, number>();
    for (const { isContainer, parentId } of await this.walk()) {
      if (!isContainer) counts.set(parentId, (counts.get(parentId) ?? 0) + 1);
    }
    const [most] = [...counts].toSorted(([, one], [, other]) => other - one);
    return most?.[0] ?? '0';
  }
}

/** All elements of that name, at any depth. */
export function all(element: XmlElement, name: string): XmlElement[] {
  const below = childElements(element).flatMap((child) => all(child, name));
  return element.name === name ? [element, ...below] : below;
}

export function textIn(element: XmlElement, name: string): string {
  const [found] = all(element, name);
  return found ? textOf(found) : '';
}

/** A prefix that is declared nowhere is one of the faults that are looked for, by another check. */
function readLeniently(body: Buffer): XmlElement {
  try {
    return readXml(body);
  } catch {
    return readXml(Buffer.from(body.toString().replaceAll(/(<\/?)sec:/g, '$1')));
  }
}

function pageOf({ Result: result = '', NumberReturned: returned, TotalMatches: total }: Record<string, string>): Page {
  const document = readXml(Buffer.from(result));
  return {
    shown: childElements(document).map(shownIn),
    returned: Number(returned),
    total: Number(total),
  };
}

function shownIn(element: XmlElement): Shown {
  const { id = '', parentID: parentId = '', childCount } = attributesOf(element);
  const [art] = all(element, 'albumArtURI');
  return {
    ...{ id, parentId, element },
    childCount: childCount === undefined ? undefined : Number(childCount),
    isContainer: element.name === 'container',
    title: textIn(element, 'title'),
    resources: all(element, 'res').map((each) => ({ url: textOf(each), attributes: attributesOf(each) })),
    albumArt: art && { url: textOf(art), profile: attributesOf(art)['profileID'] },
  };
}

function attributesOf({ attributes }: XmlElement): Record<string, string> {
  return Object.fromEntries(attributes.map(({ name, value }) => [name, value]));
}

function rawText({ children }: XmlElement): string {
  return children.filter((child) => typeof child === 'string').join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

async function ask(url: string, { method = 'GET', headers, body }: Asked, agent: Agent): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const outgoing = httpRequest(url, { method, agent, headers: { 'user-agent': 'a television', ...headers } });
  outgoing.once('error', reject).once('response', (response) => {
    const { statusCode: status = 0, headers: came } = response;
    buffer(response).then((content) => resolve({ status, headers: came, body: content }), reject);
  });
  outgoing.end(body);
  return promise;
}
