import assert from 'node:assert/strict';
import { parseMultistatus, type DavEntry } from '../../support/multistatus.ts';
import { Phone } from './phone.ts';

export interface Photo {
  /** Folder and name on the phone: `Camera/IMG_1.jpg`. */
  readonly path: string;
  readonly content: Buffer;
  readonly takenAtSeconds: number;
}

/** Names that cameras, messengers and people give to photos. */
export const PHOTO_NAMES = [
  'IMG_20240212_112603.jpg',
  'IMG_5681.MOV',
  'PXL_20240601_101530123.RAW-01.COVER.jpg',
  'WhatsApp Image 2024-02-12 at 11.26.03 (1).jpeg',
  'Screenshot_20240212-112603_+49 151 (Kopie).png',
  '100%_größer & schöner #1;ä.heic',
  'Urlaub am Meer 😀 é.jpg'.normalize('NFD'),
  "L'été – « ici ».jpg",
  "a=b@c,d$e!f~g'h(i)j*k[l]{m}^n`o|p.jpg",
  `${'x'.repeat(251)}.jpg`,
];

const PROPFIND = {
  Depth: '1',
  'Content-Type': 'text/xml; charset=utf-8',
} as const;
const WANTED =
  '<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:"><D:prop><D:resourcetype/><D:displayname/>' +
  '<D:getcontentlength/><D:getlastmodified/><D:creationdate/><D:getetag/></D:prop></D:propfind>';

/**
 * FolderSync for Android, one-way to a server. Recorded: the order of requests and the temporary name `….tacitpart`
 * (photoprism/photoprism#1473: PROPFIND 401, PROPFIND, PROPFIND, PUT to the temporary name, PROPFIND of it, MOVE), the
 * headers of PUT (photoprism/photoprism#3959: `X-Oc-Mtime` to any WebDAV server, `Http.protocol.expect-Continue`, which
 * is no header of HTTP, and the final name at once, as it does when temporary names are switched off), a media type that
 * is none (owncloud/core#27368). Not recorded, and taken for common practice: what the body of PROPFIND asks for, that
 * MOVE says `Overwrite: T`, and that a file of the same size and time is left out.
 */
export class FolderSync {
  readonly phone: Phone;
  readonly #folder: string;
  readonly #usesTemporaryNames: boolean;
  /** PUTs so far. */
  uploads = 0;

  constructor(
    url: string,
    folder: string,
    { user, usesTemporaryNames }: { user: string; usesTemporaryNames: boolean },
  ) {
    this.phone = new Phone(url, { app: 'OkHttp', user, connections: 8 });
    this.#folder = folder;
    this.#usesTemporaryNames = usesTemporaryNames;
  }

  /** `breaksAt`: loses the network in the middle of this photo, and gives up. */
  async sync(photos: readonly Photo[], breaksAt?: Photo): Promise<void> {
    const base = `/dav/${encodeURI(this.#folder)}/`;
    await this.phone.expect(401, 'PROPFIND', base, { isAnonymous: true, headers: PROPFIND, body: WANTED });
    const there = new Map<string, Map<string, DavEntry>>();
    for (const folder of new Set(photos.map(({ path }) => path.split('/')[0]!))) {
      const target = `${base}${encodeURIComponent(folder)}/`;
      if (!(await this.#listed(base)).has(folder)) await this.phone.expect(201, 'MKCOL', target);
      there.set(folder, await this.#listed(target));
    }
    const waiting = photos.filter((photo) => !isThere(photo, there));
    const workers = Array.from({ length: 4 }, async () => {
      for (let photo = waiting.shift(); photo; photo = waiting.shift())
        await this.#upload(base, photo, photo === breaksAt);
    });
    await Promise.allSettled(workers);
    await Promise.all(workers);
  }

  async #listed(target: string): Promise<Map<string, DavEntry>> {
    const { body } = await this.phone.expect(207, 'PROPFIND', target, { headers: PROPFIND, body: WANTED });
    return namesIn(body);
  }

  async #upload(base: string, { path, content, takenAtSeconds }: Photo, isBreaking: boolean): Promise<void> {
    const target = base + path.split('/').map(encodeURIComponent).join('/');
    const name = this.#usesTemporaryNames ? `${target}.tacitpart` : target;
    const headers = {
      Translate: 'f',
      Pragma: 'no-cache',
      'Cache-Control': 'no-cache',
      'X-Oc-Mtime': String(takenAtSeconds),
      'Http.protocol.expect-Continue': 'true',
      'Content-Type': path.endsWith('.properties') ? '|' : 'image/jpeg',
    };
    const breaksAfter = isBreaking ? Math.floor(content.length / 2) : undefined;
    this.uploads += 1;
    const { status } = await this.phone.send('PUT', name, {
      headers,
      body: content,
      ...(breaksAfter !== undefined && { breaksAfter }),
    });
    assert.ok([201, 204].includes(status), `PUT ${name}: ${status}`);
    if (!this.#usesTemporaryNames) return;
    await this.phone.expect(207, 'PROPFIND', name, { headers: { ...PROPFIND, Depth: '0' }, body: WANTED });
    const moved = { Destination: this.phone.origin.origin + target, Overwrite: 'T' };
    const { status: movedStatus } = await this.phone.send('MOVE', name, { headers: moved });
    assert.ok([201, 204].includes(movedStatus), `MOVE ${name}: ${movedStatus}`);
  }
}

/**
 * PhotoSync for iOS and Android, automatic transfer to a WebDAV server. Recorded: OPTIONS, then MKCOL for each folder on
 * the way whether it is there or not, then PUT to the final name (photoprism/photoprism#1472 and #5715); that it wants
 * 207 of PROPFIND when it logs in (rigon/photo-gallery#44). Not recorded: its User-Agent; taken for common practice: that it
 * lists a folder before it transfers, and leaves out what is there with the same name and size.
 */
export class PhotoSync {
  readonly phone: Phone;
  readonly #folder: string;
  uploads = 0;

  constructor(url: string, folder: string, { user }: { user: string }) {
    this.phone = new Phone(url, { app: 'PhotoSync/4.9 CFNetwork/1496.0.7 Darwin/23.6.0', user, connections: 2 });
    this.#folder = folder;
  }

  async login(): Promise<void> {
    await this.phone.expect(401, 'PROPFIND', '/dav/', { headers: { Depth: '0' }, isAnonymous: true });
    await this.phone.expect(207, 'PROPFIND', '/dav/', { headers: { Depth: '0' } });
  }

  async transfer(photos: readonly Photo[], breaksAt?: Photo): Promise<void> {
    await this.phone.expect(200, 'OPTIONS', '/dav/');
    for (const album of new Set(photos.map(({ path }) => path.split('/')[0]!))) {
      const target = await this.#makeFolders(`${this.#folder}/${album}`);
      const there = new Map([[album, await this.phone.list(target)]]);
      for (const photo of photos.filter(({ path }) => path.startsWith(`${album}/`))) {
        if (!isThere(photo, there, 'size')) await this.#put(target, photo, photo === breaksAt);
      }
    }
  }

  async #makeFolders(path: string): Promise<string> {
    let target = '/dav';
    for (const name of path.split('/')) {
      target += `/${encodeURIComponent(name)}`;
      const { status } = await this.phone.send('MKCOL', target);
      assert.ok([201, 405].includes(status), `MKCOL ${target}: ${status}`);
    }
    return `${target}/`;
  }

  async #put(folder: string, { path, content }: Photo, isBreaking: boolean): Promise<void> {
    const target = folder + encodeURIComponent(path.split('/')[1]!);
    this.uploads += 1;
    const { status } = await this.phone.send('PUT', target, {
      body: content,
      ...(isBreaking && { breaksAfter: Math.floor(content.length / 2) }),
    });
    assert.ok([201, 204].includes(status), `PUT ${target}: ${status}`);
  }
}

function namesIn(body: Buffer): Map<string, DavEntry> {
  const [, ...members] = parseMultistatus(body.toString());
  return new Map(members.map((entry) => [decodeURIComponent(entry.href.replace(/\/$/, '').split('/').at(-1)!), entry]));
}

function isThere(
  { path, content, takenAtSeconds }: Photo,
  there: ReadonlyMap<string, ReadonlyMap<string, DavEntry>>,
  by: 'size' | 'size and time' = 'size and time',
): boolean {
  const [folder, name] = path.split('/');
  const properties = there.get(folder!)?.get(name!)?.properties;
  if (Number(properties?.get('DAV: getcontentlength')) !== content.length) return false;
  return by === 'size' || Date.parse(properties!.get('DAV: getlastmodified')!) === takenAtSeconds * 1000;
}
