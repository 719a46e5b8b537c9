import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { PLACES } from '../../../src/api/page/places.ts';
import { pageRoutes } from '../../../src/api/page/routes.ts';
import type { Server } from '../../../src/http/server.ts';
import { createSite } from '../../../src/http/site.ts';
import { silentLog } from '../../support/silent-log.ts';
import { startServer } from '../../http/fixture.ts';
import { Scratch } from '../../support/processes.ts';

const FILES = {
  'index.html': '<!doctype html>',
  ...Object.fromEntries(PLACES.map((place) => [`${place}.html`.slice(1), '<!doctype html>'])),
  'assets/all.js': 'plain',
  'assets/all.js.br': 'as br',
  'assets/all.js.gz': 'as gzip',
  'assets/some.wasm': 'plain',
  'assets/gone.js': 'plain',
  'assets/gone.js.br': 'as br',
  'assets/late.js': 'plain',
};

describe('the files of the web page', () => {
  let scratch: Scratch;
  let server: Server;
  let url: string;

  before(async () => {
    scratch = await Scratch.create('page-files');
    await mkdir(scratch.path('assets'));
    for (const [name, content] of Object.entries(FILES)) {
      if (!name.includes('late')) await writeFile(scratch.path(name), content);
    }
    ({ server, url } = await serve(scratch.path('.')));
  });
  after(async () => {
    await server.close(0);
    await scratch.remove();
  });

  async function serve(folder: string) {
    const core = { store: { hasUsers: async () => true } };
    return startServer({ site: createSite([pageRoutes({ core, folder })], silentLog()) });
  }

  const get = (path: string, encodings: string, headers = {}, method = 'GET') =>
    fetch(url + path, { method, headers: { 'Accept-Encoding': encodings, ...headers } });

  const forms: [encodings: string, path: string, encoding: string | null, length: number][] = [
    ['gzip, deflate, br, zstd', '/assets/all.js', 'br', 5],
    ['gzip, deflate', '/assets/all.js', 'gzip', 7],
    ['br;q=0, gzip', '/assets/all.js', 'gzip', 7],
    ['identity', '/assets/all.js', null, 5],
    ['gzip, br', '/assets/some.wasm', null, 5],
  ];
  for (const [encodings, path, encoding, length] of forms) {
    it(`sends ${path} to one who takes ${encodings}`, async () => {
      const { status, headers } = await get(path, encodings, {}, 'HEAD');
      assert.equal(status, 200);
      assert.equal(headers.get('content-encoding'), encoding);
      assert.equal(headers.get('content-length'), String(length));
      assert.equal(headers.get('vary'), 'Accept-Encoding');
      assert.equal(headers.get('cache-control'), 'public, max-age=31536000, immutable');
      assert.match(
        headers.get('content-type') ?? '',
        path.endsWith('.js') ? /^text\/javascript/ : /^application\/wasm/,
      );
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/);
    });
  }

  it('sends what a client has only once, and never a part of what is compressed', async () => {
    const first = await get('/assets/all.js', 'br', {}, 'HEAD');
    const again = await get('/assets/all.js', 'br', {
      'If-None-Match': first.headers.get('etag'),
      'Cache-Control': 'max-age=0',
    });
    assert.equal(again.status, 304);
    assert.equal((await get('/assets/all.js', 'br', { Range: 'bytes=3-1' }, 'HEAD')).status, 200);
  });

  it('lives on when a file is gone, and sends no file that came later', async () => {
    await rm(scratch.path('assets/gone.js'));
    await rm(scratch.path('assets/gone.js.br'));
    await writeFile(scratch.path('assets/late.js'), 'plain');
    for (const path of ['/assets/gone.js', '/assets/late.js', '/assets/..%2findex.html', '/assets/']) {
      const { status, headers } = await get(path, 'br');
      assert.equal(status, 404, path);
      assert.equal(headers.get('content-encoding'), null);
      assert.equal(headers.get('cache-control'), 'no-store');
    }
    assert.equal((await get('/assets/some.wasm', 'br')).status, 200);
  });

  it('are none where the page was not built', async () => {
    const { server: empty, url: emptyUrl } = await serve(scratch.path('not-built'));
    assert.equal((await fetch(`${emptyUrl}/files`)).status, 404);
    await empty.close(0);
  });
});
