import assert from 'node:assert/strict';
import type { Answer, DavClient } from './dav-client.ts';
import { parseMultistatus } from './multistatus.ts';

export interface SyncAsk {
  readonly token: string;
  readonly level: '1' | 'infinite';
  readonly limit?: number | undefined;
}

export function syncBody({ token, level, limit }: SyncAsk, properties = '<D:getetag/><D:resourcetype/>'): string {
  const most = limit === undefined ? '' : `<D:limit><D:nresults>${limit}</D:nresults></D:limit>`;
  return (
    `<?xml version="1.0" encoding="utf-8"?><D:sync-collection xmlns:D="DAV:"><D:sync-token>${token}</D:sync-token>` +
    `<D:sync-level>${level}</D:sync-level>${most}<D:prop>${properties}</D:prop></D:sync-collection>`
  );
}

/** A client that keeps a mirror of a collection by RFC 6578 alone: paths below it, with the etags of files. */
export class SyncClient {
  readonly entries = new Map<string, string>();
  token = '';
  readonly #dav: DavClient;
  readonly #path: string;
  readonly #level: '1' | 'infinite';

  constructor(dav: DavClient, path: string, level: '1' | 'infinite') {
    this.#dav = dav;
    this.#path = path;
    this.#level = level;
  }

  ask(limit?: number): Promise<Answer> {
    const body = syncBody({ token: this.token, level: this.#level, limit });
    return this.#dav.request('REPORT', this.#path, { headers: { 'content-type': 'application/xml' }, body });
  }

  /** Gets all that is new, a page after the other. Gives how many there were. */
  async catchUp(limit?: number): Promise<number> {
    for (let pages = 1; ; pages += 1) {
      const { status, body } = await this.ask(limit);
      if (status === 403) {
        assert.match(body.toString(), /<D:valid-sync-token\/>/);
        assert.notEqual(this.token, '');
        this.token = '';
        this.entries.clear();
        continue;
      }
      assert.equal(status, 207, body.toString());
      if (!this.#take(body.toString(), limit)) return pages;
    }
  }

  /** Whether there is more. */
  #take(xml: string, limit: number | undefined): boolean {
    const base = new URL(this.#dav.urlOf(this.#path)).pathname.replace(/\/*$/, '/');
    const responses = parseMultistatus(xml);
    const isTruncated = responses.some(({ href, status }) => href === base && status === 507);
    const members = responses.filter(({ href }) => href !== base);
    assert.equal(new Set(members.map(({ href }) => href)).size, members.length, 'a member appears once');
    assert.ok(limit === undefined || members.length <= limit);
    for (const { href, status, properties, isCollection } of members) {
      assert.ok(href.startsWith(base), href);
      const path = decodeURIComponent(href.slice(base.length).replace(/\/$/, ''));
      if (status === 404 || !isCollection) this.#drop(path);
      if (status !== 404) this.entries.set(path, isCollection ? 'folder' : (properties.get('DAV: getetag') ?? ''));
    }
    this.token = /<D:sync-token>([^<]+)<\/D:sync-token>/.exec(xml)?.[1] ?? '';
    assert.match(this.token, /^[a-z][a-z0-9+.-]*:/, 'a URI');
    return isTruncated;
  }

  #drop(path: string): void {
    for (const known of this.entries.keys()) {
      if (known === path || known.startsWith(`${path}/`)) this.entries.delete(known);
    }
  }

  /** What is there must be what is known. */
  async assertTrue(): Promise<void> {
    const whole = await this.#dav.walk(this.#path);
    const seen = [...whole].map(([path, { isCollection, properties }]): [string, string] => [
      path.replace(/\/$/, ''),
      isCollection ? 'folder' : (properties.get('DAV: getetag') ?? ''),
    ]);
    const wanted = this.#level === '1' ? seen.filter(([path]) => !path.includes('/')) : seen;
    assert.deepEqual([...this.entries].sort(), wanted.sort());
  }
}
