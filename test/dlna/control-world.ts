import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import type { Actor } from '../../src/core/actor.ts';
import { NO_CONDITIONS } from '../../src/core/core.ts';
import type { MediaFacts } from '../../src/core/media/facts.ts';
import { LibraryFollower } from '../../src/core/media/library-follower.ts';
import { MediaLibrary } from '../../src/core/media/media-library.ts';
import { putFile } from '../../src/core/transfer.ts';
import { find } from '../../src/core/tree.ts';
import type { DlnaContext, DlnaExchange } from '../../src/dlna/context.ts';
import { SERVICES, type ServiceName } from '../../src/dlna/device/services.ts';
import { control } from '../../src/dlna/soap/control.ts';
import type { Answer } from '../../src/http/answer.ts';
import { childElements, escapeXml, textOf, type XmlElement } from '../../src/http/xml/element.ts';
import { readXml } from '../../src/http/xml/reader.ts';
import { parsePlainPath } from '../../src/lib/node-path.ts';
import { TestCore } from '../support/test-core.ts';

export const SAMSUNG = 'DLNADOC/1.50 SEC_HHP_[TV] UE65JU7000/1.0 UPnP/1.0';
export const SAMSUNG_Q = 'DLNADOC/1.50 SEC_HHP_[TV] Samsung Q7 Series (49)/1.0';
export const LG = 'Linux/3.10.19-32.afro.4 UPnP/1.0 LGE WebOS TV LGE_DLNA_SDK/1.6.0/04.30.13 DLNADOC/1.50';

const NO_FACTS: MediaFacts = {
  ...{ container: undefined, durationMs: undefined, bitrateBps: undefined, width: undefined, height: undefined },
  ...{ videoCodec: undefined, videoProfile: undefined, bitDepth: undefined, frameRate: undefined },
  ...{ audioCodec: undefined, audioChannels: undefined, sampleRateHz: undefined, title: undefined },
  ...{ artist: undefined, album: undefined, genre: undefined, year: undefined, track: undefined },
};

export function factsOf(known: Partial<MediaFacts>): MediaFacts {
  return { ...NO_FACTS, ...known };
}

/** An object of DIDL-Lite as read. */
interface ReadObject {
  readonly type: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Texts of its properties by their names as written, but for `res`. */
  readonly properties: Readonly<Record<string, string>>;
  readonly resources: readonly { readonly attributes: Readonly<Record<string, string>>; readonly address: string }[];
}

export interface Page {
  readonly objects: readonly ReadObject[];
  readonly returned: number;
  readonly total: number;
  readonly updateId: number;
  readonly didl: string;
}

interface Fault {
  readonly fault: number;
}

/** The control side over a real library in SQLite, asked by calls as control points write them. */
export class ControlWorld {
  readonly test: TestCore;
  readonly context: DlnaContext;
  readonly remarks: string[] = [];
  viewer: Actor | undefined;
  readonly #follower: LibraryFollower;

  private constructor(test: TestCore, library: MediaLibrary, follower: LibraryFollower) {
    this.test = test;
    this.#follower = follower;
    this.context = {
      core: test.core,
      library,
      previewer: undefined as never,
      device: { udn: 'uuid:test', friendlyName: 'Films & more', version: '1' },
      secret: Buffer.alloc(32, 's'),
      viewerAt: async () => this.viewer,
    };
  }

  static async open(): Promise<ControlWorld> {
    const test = await TestCore.open();
    const library = new MediaLibrary(test.core);
    return new ControlWorld(
      test,
      library,
      await LibraryFollower.open(test.core, library, new AbortController().signal),
    );
  }

  /** A file in Movies, and what is known of its content, if anything is. */
  async add(path: string, mediaType: string, known?: Partial<MediaFacts>): Promise<number> {
    const actor = this.test.as('ann');
    const target = await find(this.test.core, actor, parsePlainPath(`Movies/${path}`));
    const body = { source: content(path), sizeBytes: undefined, mediaType };
    const how = { body, conditions: NO_CONDITIONS, signal: new AbortController().signal };
    const { nodeId } = await putFile(this.test.core, actor, target, how);
    await this.#follower.catchUp();
    const { content: shown } = await this.context.library.entry(nodeId).catch(() => ({ content: undefined }));
    if (known && shown) await this.context.library.recordFacts(shown.blobId, factsOf(known));
    return nodeId;
  }

  async addFolder(path: string): Promise<number> {
    const nodeId = await this.test.mkcol('ann', `Movies/${path}`);
    await this.#follower.catchUp();
    return nodeId;
  }

  async post(service: string, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Answer> {
    const exchange: DlnaExchange = {
      request: { method: 'POST', headers } as unknown as IncomingMessage,
      response: undefined as never,
      origin: 'http://192.168.7.1:8200',
      link: undefined as never,
      path: `/control/${service}`,
      remoteAddress: '192.168.7.2',
      userAgent: headers['user-agent'] ?? '',
      body: Buffer.from(body),
      remark: (text) => this.remarks.push(text),
    };
    return control(exchange, this.context);
  }

  /** The outcome by name, in order; or the code of the fault. */
  async call(
    service: ServiceName,
    action: string,
    args: Readonly<Record<string, string | number>> = {},
    userAgent = '',
  ): Promise<Record<string, string> | Fault> {
    const { type } = SERVICES[service];
    const headers = { soapaction: `"${type}#${action}"`, 'user-agent': userAgent };
    return outcomeOf(await this.post(service, callBody(type, action, args), headers), action, type);
  }

  async browse(objectId: string, more: Readonly<Record<string, string | number>> = {}, userAgent = ''): Promise<Page> {
    return this.#page(
      'Browse',
      { ObjectID: objectId, BrowseFlag: 'BrowseDirectChildren', ...WHOLE, ...more },
      userAgent,
    );
  }

  async metadata(objectId: string, filter = '*', userAgent = ''): Promise<ReadObject> {
    const args = { ObjectID: objectId, BrowseFlag: 'BrowseMetadata', ...WHOLE, Filter: filter };
    const { objects, returned, total } = await this.#page('Browse', args, userAgent);
    assert.deepEqual({ returned, total }, { returned: 1, total: 1 });
    return objects[0]!;
  }

  async search(criteria: string, more: Readonly<Record<string, string | number>> = {}): Promise<Page> {
    return this.#page('Search', { ContainerID: '0', SearchCriteria: criteria, ...WHOLE, ...more }, '');
  }

  async #page(action: string, args: Readonly<Record<string, string | number>>, userAgent: string): Promise<Page> {
    const outcome = await this.call('content-directory', action, args, userAgent);
    if ('fault' in outcome) throw new Error(`fault ${outcome.fault}: ${this.remarks.at(-1)}`);
    assert.deepEqual(Object.keys(outcome), ['Result', 'NumberReturned', 'TotalMatches', 'UpdateID']);
    const didl = outcome['Result']!;
    const objects = childElements(readXml(Buffer.from(didl))).map(readObject);
    const returned = Number(outcome['NumberReturned']);
    assert.equal(objects.length, returned);
    return { objects, returned, total: Number(outcome['TotalMatches']), updateId: Number(outcome['UpdateID']), didl };
  }

  async close(): Promise<void> {
    await this.test.close();
  }
}

const WHOLE = { Filter: '*', StartingIndex: 0, RequestedCount: 0, SortCriteria: '' };

export function titlesOf({ objects }: Page): string[] {
  return objects.map(({ properties }) => properties['dc:title'] ?? '');
}

export function idsOf({ objects }: Page): string[] {
  return objects.map(({ attributes }) => attributes['id'] ?? '');
}

export function callBody(type: string, action: string, args: Readonly<Record<string, string | number>>): string {
  const values = Object.entries(args).map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`);
  return (
    '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"' +
    ' s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">' +
    `<s:Body><u:${action} xmlns:u="${type}">${values.join('')}</u:${action}></s:Body></s:Envelope>`
  );
}

export function outcomeOf(answer: Answer, action: string, type: string): Record<string, string> | Fault {
  assert.equal(answer.headers?.['Content-Type'], 'text/xml; charset="utf-8"');
  assert.equal(answer.headers['EXT'], '');
  const [body] = childElements(readXml(Buffer.from(answer.body as string)));
  const [content] = childElements(body!);
  if (answer.status === 500) {
    assert.equal(content?.name, 'Fault');
    const [error] = childElements(childElements(content).find(({ name }) => name === 'detail')!);
    assert.equal(error?.namespace, 'urn:schemas-upnp-org:control-1-0');
    const [code, description] = childElements(error);
    assert.notEqual(textOf(description!), '');
    return { fault: Number(textOf(code!)) };
  }
  assert.equal(answer.status, 200);
  assert.deepEqual([content?.namespace, content?.name], [type, `${action}Response`]);
  return Object.fromEntries(childElements(content!).map((value) => [value.name, textOf(value)]));
}

function readObject(element: XmlElement): ReadObject {
  const members = childElements(element);
  const written = ({ prefix, name }: XmlElement): string => (prefix === '' ? name : `${prefix}:${name}`);
  return {
    type: element.name,
    attributes: attributesOf(element),
    properties: Object.fromEntries(
      members.filter(({ name }) => name !== 'res').map((member) => [written(member), textOf(member)]),
    ),
    resources: members
      .filter(({ name }) => name === 'res')
      .map((member) => ({ attributes: attributesOf(member), address: textOf(member) })),
  };
}

function attributesOf({ attributes }: XmlElement): Record<string, string> {
  return Object.fromEntries(attributes.map(({ name, value }) => [name, value]));
}

async function* content(path: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`what is in ${path}`);
}
