import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { find, parseXml, propstats, type Element } from '../../support/dav-xml.ts';

/** Windows 10 22H2. */
const AGENT = 'Microsoft-WebDAV-MiniRedir/10.0.19045';
const WIN32 = '{urn:schemas-microsoft-com:}';
const FILE_TIME = 'Fri, 17 May 2024 18:30:12 GMT';
const CREATED = 'Wed, 15 May 2024 09:00:00 GMT';

export interface WindowsAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface WindowsRequest {
  readonly headers?: Record<string, string>;
  readonly body?: Buffer | string;
  /** Before Windows knows that it needs a password. */
  readonly isAnonymous?: boolean;
  readonly agent?: string;
}

/** The names of a folder, and what the server says of each. */
export type WindowsListing = ReadonlyMap<string, ReadonlyMap<string, Element>>;

/**
 * Windows Explorer on a drive that is mapped to a folder of the server, request by request as the Mini-Redirector of
 * Windows 7 to 11 was recorded: mar10/wsgidav#112 (a file is copied), nextcloud/server#2986 (mounting) and #9790 (Excel
 * saves), danmunn/redmine_dmsf#334 (a new folder, probes), dgraziotin/docker-nginx-webdav-nononsense#8 (Windows 11),
 * swisspol/GCDWebServer#319 (LOCK in full).
 */
export class WindowsExplorer {
  readonly #origin: URL;
  readonly #share: string;
  readonly #authorization: string;
  readonly #computer: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });

  /** `share`: the path of the mapped folder, `/dav`. */
  constructor(url: string, share: string, { name, computer = 'DESKTOP-1' }: { name: string; computer?: string }) {
    this.#origin = new URL(url);
    this.#share = share;
    this.#authorization = `Basic ${Buffer.from(`${name}:secret-word`).toString('base64')}`;
    this.#computer = computer;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Sends one request to a path of the server, as it is written. */
  async send(method: string, target: string, request: WindowsRequest = {}): Promise<WindowsAnswer> {
    const { headers = {}, body = '', isAnonymous = false, agent = AGENT } = request;
    const outgoing = httpRequest(this.#origin, {
      method,
      path: target,
      agent: this.#agent,
      headers: {
        Connection: 'Keep-Alive',
        'User-Agent': agent,
        translate: 'f',
        ...headers,
        'Content-Length': Buffer.byteLength(body),
        Host: this.#origin.host,
        ...(!isAnonymous && { Authorization: this.#authorization }),
      },
    });
    outgoing.end(body);
    const [response] = (await once(outgoing, 'response')) as [
      Readable & { statusCode: number; headers: IncomingHttpHeaders },
    ];
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece as Buffer);
    return { status: response.statusCode, headers: response.headers, body: Buffer.concat(pieces) };
  }

  /** Sends to a path below the share, and wants that status. */
  async expect(status: number, method: string, path: string, request: WindowsRequest = {}): Promise<WindowsAnswer> {
    const answer = await this.send(method, this.targetOf(path), request);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.body.toString().slice(0, 400)}`);
    return answer;
  }

  /** As Windows writes URLs: UTF-8, and of what a URL may hold as little as possible encoded. */
  targetOf(path: string): string {
    const encoded = encodeURIComponent(path).replace(/%(?:2F|24|26|2B|2C|3B|3D|40|5B|5D)/g, decodeURIComponent);
    return path === '' ? this.#share : `${this.#share}/${encoded}`;
  }

  /** `net use`: first without a password, up to the root of the server, then what is mapped. */
  async mount(): Promise<void> {
    const segments = this.#share.split('/').filter((segment) => segment !== '');
    const parents = ['/', ...segments.map((_, index) => `/${segments.slice(0, index + 1).join('/')}`)];
    for (const agent of ['DavClnt', AGENT]) {
      const { status, headers } = await this.send('OPTIONS', '/', { isAnonymous: true, agent });
      assert.equal(status, 200);
      assert.match(String(headers['dav']), /\b1\b.*\b2\b/);
      assert.equal(headers['ms-author-via'], 'DAV');
      assert.match(String(headers.allow), /PROPFIND.*LOCK/);
    }
    const refused = await this.send('PROPFIND', this.#share, { isAnonymous: true, headers: { Depth: '0' } });
    assert.equal(refused.status, 401);
    assert.match(String(refused.headers['www-authenticate']), /^Basic realm=/);
    for (const target of parents) {
      const { status, body } = await this.send('PROPFIND', target, { headers: { Depth: '0' } });
      assert.equal(status, 207, target);
      assert.ok(find(parseXml(body), 'collection'), `${target} is a folder`);
    }
  }

  /** What the drive's properties show. */
  async freeBytes(): Promise<number> {
    const { body } = await this.expect(207, 'PROPFIND', '', { headers: { Depth: '0' } });
    return Number(find(parseXml(body), 'quota-available-bytes')!.text);
  }

  /** Whether something is there: PROPFIND of Depth 0, without a slash even for a folder. */
  async exists(path: string): Promise<boolean> {
    const { status, body } = await this.send('PROPFIND', this.targetOf(path), { headers: { Depth: '0' } });
    if (status === 404) assert.ok(body.length < 200, `${body.length} bytes say that nothing is at ${path}`);
    else assert.equal(status, 207);
    return status === 207;
  }

  /** Opens a folder: looks for what could change how it is shown, then lists it. */
  async open(path: string): Promise<WindowsListing> {
    const below = path === '' ? '' : `${path}/`;
    for (const probe of ['desktop.ini', 'folder.jpg', 'folder.gif', 'Thumbs.db']) await this.exists(below + probe);
    const { body } = await this.expect(207, 'PROPFIND', path, { headers: { Depth: '1' } });
    const listing = new Map<string, ReadonlyMap<string, Element>>();
    for (const [href, byStatus] of [...propstats(body)].slice(1)) {
      assert.ok(href.startsWith('/'), `${href} is an absolute path`);
      listing.set(decodeURIComponent(href.replace(/\/$/, '').split('/').at(-1)!), byStatus.get(200)!);
    }
    return listing;
  }

  /** A file from another drive: it keeps its times. `attributes` are FILE_ATTRIBUTE_…, in hex. */
  async copyIn(path: string, content: Buffer | string, attributes = '00000020'): Promise<void> {
    if (!(await this.exists(path))) await this.expect(201, 'PUT', path);
    const token = await this.lock(path);
    const times = [
      ['Win32CreationTime', CREATED],
      ['Win32LastAccessTime', FILE_TIME],
      ['Win32LastModifiedTime', FILE_TIME],
      ['Win32FileAttributes', '00000000'],
    ] as const;
    await this.setProperties(path, times, token);
    await this.expect(200, 'HEAD', path);
    if (content.length > 0) await this.expect(204, 'PUT', path, { headers: submitted(token), body: content });
    await this.setProperties(
      path,
      [
        ['Win32LastModifiedTime', FILE_TIME],
        ['Win32FileAttributes', attributes],
      ],
      token,
    );
    await this.unlock(path, token);
  }

  /** Takes the lock that Windows takes whenever a file is opened for writing: no Depth, an hour. */
  async lock(path: string, status = 200): Promise<string> {
    const body =
      '<?xml version="1.0" encoding="utf-8" ?><D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>' +
      `<D:locktype><D:write/></D:locktype><D:owner><D:href>${this.#computer}\\user</D:href></D:owner></D:lockinfo>`;
    const { headers } = await this.expect(status, 'LOCK', path, {
      headers: { 'Content-Type': 'text/xml; charset="utf-8"', Timeout: 'Second-3600' },
      body,
    });
    const token = /^<(.+)>$/.exec(String(headers['lock-token']))?.[1];
    assert.ok(token, 'the token of a lock is in a header');
    return token;
  }

  async refresh(path: string, token: string): Promise<void> {
    const { body } = await this.expect(200, 'LOCK', path, {
      headers: { Timeout: 'Second-3600', ...submitted(token) },
    });
    assert.equal(find(parseXml(body), 'locktoken')!.children[0]!.text, token);
    assert.match(find(parseXml(body), 'timeout')!.text, /^Second-3[56]\d\d$/);
  }

  async unlock(path: string, token: string): Promise<void> {
    await this.expect(204, 'UNLOCK', path, { headers: { 'Lock-Token': `<${token}>` } });
  }

  /** All or nothing, and the answer must say that each was taken: anything else is "disk full" to Windows. */
  async setProperties(
    path: string,
    properties: readonly (readonly [name: string, value: string])[],
    token?: string,
  ): Promise<void> {
    const set = properties.map(([name, value]) => `<Z:${name}>${value}</Z:${name}>`).join('');
    const { body } = await this.expect(207, 'PROPPATCH', path, {
      headers: { 'Content-Type': 'text/xml; charset="utf-8"', ...(token !== undefined && submitted(token)) },
      body:
        '<?xml version="1.0" encoding="utf-8" ?><D:propertyupdate xmlns:D="DAV:" ' +
        `xmlns:Z="urn:schemas-microsoft-com:"><D:set><D:prop>${set}</D:prop></D:set></D:propertyupdate>`,
    });
    const [byStatus] = [...propstats(body).values()];
    assert.deepEqual([...byStatus!.keys()], [200]);
    assert.deepEqual(
      [...byStatus!.get(200)!.keys()],
      properties.map(([name]) => WIN32 + name),
    );
  }

  async read(path: string): Promise<Buffer> {
    return (await this.expect(200, 'GET', path)).body;
  }

  /** "New folder", and its attributes. */
  async newFolder(path: string): Promise<void> {
    assert.equal(await this.exists(path), false);
    await this.expect(201, 'MKCOL', path);
    await this.setProperties(path, [['Win32FileAttributes', '00000010']]);
    assert.equal(await this.exists(path), true);
  }

  /** Renames or moves; 412 where something has the name. */
  async move(from: string, to: string, status = 201): Promise<void> {
    await this.expect(status, 'MOVE', from, {
      headers: { Destination: `${this.#origin.origin}${this.targetOf(to)}`, Overwrite: 'F' },
    });
  }

  /** Deletes a file, or a folder with everything in it, one by one. */
  async remove(path: string): Promise<void> {
    const { body } = await this.expect(207, 'PROPFIND', path, { headers: { Depth: '0' } });
    if (find(parseXml(body), 'collection')) {
      for (const name of (await this.open(path)).keys()) await this.remove(`${path}/${name}`);
    }
    await this.expect(204, 'DELETE', path);
  }
}

/** The token as Windows submits it, for whatever the request is for. */
export function submitted(token: string): Record<string, string> {
  return { If: `(<${token}>)` };
}
