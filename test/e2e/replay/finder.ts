import assert from 'node:assert/strict';
import { DavClient, encodePath, inPieces, type Answer } from '../../support/dav-client.ts';
import { find, parseXml, propstats, type Element } from '../../support/dav-xml.ts';

/** macOS 14, as its Finder and everything else on a mounted volume. */
export const WEBDAVFS = 'WebDAVFS/3.0.0 (03008000) Darwin/23.6.0 (x86_64)';

const XML = '<?xml version="1.0" encoding="utf-8"?>\n';
const STAT = `${XML}<D:propfind xmlns:D="DAV:">
<D:prop>
<D:getlastmodified/>
<D:getcontentlength/>
<D:creationdate/>
<D:resourcetype/>
</D:prop>
</D:propfind>
`;
const READDIR = `${XML}<D:propfind xmlns:D="DAV:">
<D:prop xmlns:A="http://www.apple.com/webdav_fs/props/">
<D:getlastmodified/>
<D:getcontentlength/>
<D:creationdate/>
<D:resourcetype/>
<A:appledoubleheader/>
</D:prop>
</D:propfind>
`;
const STATFS = `${XML}<D:propfind xmlns:D="DAV:">
<D:prop>
<D:quota-available-bytes/>
<D:quota-used-bytes/>
<D:quota/>
<D:quotaused/>
</D:prop>
</D:propfind>
`;
const IS_EMPTY = `${XML}<D:propfind xmlns:D="DAV:">
<D:prop>
<D:resourcetype/>
</D:prop>
</D:propfind>
`;
const LOCKINFO = `${XML}<D:lockinfo xmlns:D="DAV:">
<D:lockscope><D:exclusive/></D:lockscope>
<D:locktype><D:write/></D:locktype>
<D:owner>
<D:href>http://www.apple.com/webdav_fs/</D:href>
</D:owner>
</D:lockinfo>
`;

/** The first bytes of an AppleDouble file, and some that tell one content from another. */
export function appleDouble(what: string): Buffer {
  return Buffer.concat([Buffer.from('0005160700020000', 'hex'), Buffer.from(`Mac OS X        ${what}`)]);
}

export interface Copied {
  /** Undefined: a file without a length beforehand, as `cp` of a pipe. */
  announced?: number | undefined;
}

/**
 * Finder on a mounted volume, request by request. Methods, headers and bodies are those of Apple's open sources of
 * WebDAVFS (webdav_network.c of webdavfs-403.0.0.0.1); their order is that of the logs in pydio/pydio-core#581
 * (a file is copied), owncloud/core#24753 (saved by way of a temporary file), couling/WebDAV-Daemon#18 and
 * arut/nginx-dav-ext-module#1 and #40 (probes); that `._x` follows what happens to `x` is common knowledge of XNU.
 */
export class Finder {
  readonly #client: DavClient;

  constructor(davUrl: string, user: { name: string; password: string }) {
    this.#client = new DavClient(davUrl, user, 4);
  }

  close(): void {
    this.#client.close();
  }

  send(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: Buffer | string | AsyncIterable<Buffer>,
  ): Promise<Answer> {
    return this.#client.request(method, path, {
      headers: { 'user-agent': WEBDAVFS, accept: '*/*', ...headers },
      ...(body !== undefined && { body }),
    });
  }

  async expect(status: number, ...request: Parameters<Finder['send']>): Promise<Answer> {
    const answer = await this.send(...request);
    assert.equal(answer.status, status, `${request[0]} ${request[1]}: ${answer.body.toString().slice(0, 300)}`);
    // WebDAVFS takes `DAV:location` of an answer for where things have gone to.
    assert.doesNotMatch(answer.body.subarray(0, 65_536).toString(), /<[\w:]*location[\s/>]/);
    return answer;
  }

  /** OPTIONS and PROPFIND before it mounts; it mounts read-only what is not of class 2. */
  async mount(): Promise<void> {
    const { headers } = await this.expect(200, 'OPTIONS', '');
    assert.ok(String(headers['dav']).split(/,\s*/).includes('2'), 'class 2');
    const root = await this.stat('');
    assert.ok(find(root!.get('{DAV:}resourcetype')!, 'collection'), 'the root is a folder');
  }

  /** Of the four that statfs asks for, those that are there. */
  async statfs(): Promise<Map<string, Element>> {
    const answer = await this.#propfind('', '0', STATFS);
    const [byStatus] = [...propstats(answer.body).values()];
    assert.deepEqual([...byStatus!.get(404)!.keys()], ['{DAV:}quota', '{DAV:}quotaused']);
    return byStatus!.get(200)!;
  }

  /** Undefined for what is not there. */
  async stat(path: string): Promise<Map<string, Element> | undefined> {
    const answer = await this.send('PROPFIND', path, { 'content-type': 'text/xml', depth: '0' }, STAT);
    if (answer.status === 404) return undefined;
    assert.equal(answer.status, 207, `PROPFIND ${path}`);
    return [...propstats(answer.body).values()][0]!.get(200);
  }

  /** Names in a folder, byte for byte as the server has them. */
  async readdir(path: string): Promise<string[]> {
    const answer = await this.#propfind(path, '1', READDIR);
    const [, ...members] = [...propstats(answer.body).keys()];
    return members.map((href) => decodeURIComponent(href.replace(/\/$/, '').split('/').at(-1)!));
  }

  async sizeOf(path: string): Promise<number> {
    return Number((await this.stat(path))?.get('{DAV:}getcontentlength')?.text);
  }

  /** Copies a file in, and beside it what the file system has no place for. */
  async copyIn(path: string, content: Buffer, { announced = content.length }: Copied = {}): Promise<void> {
    assert.equal(await this.stat(path), undefined);
    await this.#create(path);
    assert.equal(await this.stat(sidecarOf(path)), undefined);
    const token = await this.lock(path);
    await this.expect(200, 'GET', path);
    await this.expect(204, 'PUT', path, this.#sequential(token, announced), inPieces(content));
    assert.equal(await this.sizeOf(path), content.length, 'the size is to be seen at once');
    await this.unlock(path, token);
    await this.writeSidecar(sidecarOf(path), appleDouble(path));
  }

  /** Writes a small file as at fsync: with a length, without a word of what to expect. */
  async writeSidecar(path: string, content: Buffer | string): Promise<void> {
    if (!(await this.stat(path))) await this.#create(path);
    const token = await this.lock(path);
    await this.expect(204, 'PUT', path, { if: `(<${token}>)` }, content);
    await this.stat(path);
    await this.unlock(path, token);
  }

  /** A window of the folder is opened, its icons are moved, it is closed. */
  async look(path: string, how = 'icons'): Promise<void> {
    const inside = path === '' ? '' : `${path}/`;
    await this.readdir(path);
    assert.equal(await this.stat(`${inside}._.`), undefined);
    await this.writeSidecar(`${inside}.DS_Store`, `\0\0\0\x01Bud1${how}`);
  }

  async makeFolder(path: string): Promise<void> {
    assert.equal(await this.stat(path), undefined);
    await this.expect(201, 'MKCOL', `${path}/`);
  }

  /** Renames a file or folder, and then what belongs to it. */
  async rename(from: string, to: string): Promise<void> {
    await this.#move(from, to);
    if (await this.stat(sidecarOf(from))) await this.#move(sidecarOf(from), sidecarOf(to));
  }

  /** Deletes a file, and then what belongs to it; of a folder it deletes all that it sees in it first. */
  async remove(path: string): Promise<void> {
    const type = (await this.stat(path))!.get('{DAV:}resourcetype')!;
    if (find(type, 'collection')) {
      for (const name of await this.readdir(path)) {
        if (await this.stat(`${path}/${name}`)) await this.remove(`${path}/${name}`);
      }
      const left = propstats((await this.#propfind(path, '1', IS_EMPTY)).body);
      assert.equal(left.size, 1, 'the folder is empty by now');
      await this.expect(204, 'DELETE', `${path}/`);
    } else {
      await this.expect(204, 'DELETE', path);
    }
    if (await this.stat(sidecarOf(path))) await this.expect(204, 'DELETE', sidecarOf(path));
  }

  async lock(path: string, timeout = 'Second-600'): Promise<string> {
    const headers = { depth: '0', timeout, 'content-type': 'text/xml; charset="utf-8"' };
    const { body } = await this.expect(200, 'LOCK', path, headers, LOCKINFO);
    return find(find(parseXml(body), 'locktoken')!, 'href')!.text;
  }

  /** Gives the time that the lock has now. */
  async refresh(path: string, token: string, timeout = 'Second-600'): Promise<string> {
    const headers = { depth: '0', timeout, 'content-type': 'text/xml', if: `(<${token}>)` };
    const { body } = await this.expect(200, 'LOCK', path, headers);
    return find(parseXml(body), 'timeout')!.text;
  }

  async unlock(path: string, token: string): Promise<void> {
    await this.expect(204, 'UNLOCK', path, { 'lock-token': `<${token}>` });
  }

  #sequential(token: string, expected: number | undefined): Record<string, string> {
    const length = expected === undefined ? {} : { 'x-expected-entity-length': String(expected) };
    return { if: `(<${token}>)`, ...length };
  }

  async #create(path: string): Promise<void> {
    await this.expect(201, 'PUT', path);
  }

  async #move(from: string, to: string): Promise<void> {
    const destination = this.#client.urlOf('') + encodePath(to);
    const { status } = await this.send('MOVE', from, { destination });
    assert.ok([201, 204].includes(status), `MOVE ${from}: ${status}`);
  }

  #propfind(path: string, depth: string, body: string): Promise<Answer> {
    return this.expect(207, 'PROPFIND', path, { 'content-type': 'text/xml', depth }, body);
  }
}

/** `a/b/x` has `a/b/._x`. */
export function sidecarOf(path: string): string {
  const names = path.split('/');
  return [...names.slice(0, -1), `._${names.at(-1)}`].join('/');
}
