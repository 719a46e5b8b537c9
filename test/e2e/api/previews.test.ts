import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { halves, seen, turnedHalves } from '../../previews/originals.ts';
import { ApiClient } from '../../support/api-client.ts';
import { runWell, Scratch, until } from '../../support/processes.ts';
import { DATABASES } from '../../support/databases.ts';
import { startServer } from '../../support/server.ts';
import { FilesServer, type Name } from './file-fixture.ts';

/** By night also on the other database, of which previews know nothing by themselves, and more kinds of films. */
const IS_WHOLE = process.env['NOSOCIAL_TEST_PREVIEWS'] === 'whole';
const FILMS = IS_WHOLE ? ['film.mp4', 'film.mkv', 'film.avi'] : ['film.mp4', 'film.mkv'];

/** ffmpeg and ffprobe in a folder of their own, which hang while there is a file `hang` beside them. */
async function installTools(folder: string): Promise<void> {
  await mkdir(folder);
  for (const tool of ['ffmpeg', 'ffprobe']) {
    const script =
      `#!/bin/sh\nif [ -e '${folder}/hang' ]; then exec sleep 1000; fi\n` +
      `PATH='${process.env['PATH'] ?? ''}'\nexec ${tool} "$@"\n`;
    await writeFile(join(folder, tool), script);
    await chmod(join(folder, tool), 0o755);
  }
}

/** Makes a file by ffmpeg. */
async function made(scratch: Scratch, name: string, args: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  await runWell('ffmpeg', ['-v', 'error', '-y', ...args, scratch.path(name)]);
  return new Uint8Array(await readFile(scratch.path(name)));
}

/** Without a type of its own: what it is stored as goes by its name. */
const copied = (bytes: Buffer): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

for (const database of DATABASES.slice(0, IS_WHOLE ? undefined : 1)) {
  describe(`previews by the API, on ${database.name}`, function () {
    this.timeout(120_000);
    const files = new FilesServer();
    let scratch: Scratch;
    before(async () => {
      scratch = await Scratch.create('films');
      const tools = scratch.path('bin');
      await installTools(tools);
      await files.start({ database, env: { PATH: `${tools}:${process.env['PATH'] ?? ''}` } });
    });
    after(async () => {
      await files.server.stop();
      await scratch.remove();
    });

    const preview = (name: Name, query: Record<string, string | number>, headers = {}) =>
      files.as(name).call('previewFile', { query, headers });
    const cached = async () =>
      (await readdir(join(files.server.dataFolder, 'previews'), { recursive: true })).filter((name) =>
        name.endsWith('.webp'),
      );

    it('are of what the server says', async () => {
      const { body } = await files.as('nora').ok('getServer');
      const manifest = JSON.parse(await readFile(join(import.meta.dirname, '../../../package.json'), 'utf8'));
      assert.equal(body.version, manifest.version);
      for (const type of ['image/jpeg', 'image/heic', 'image/svg+xml', 'video/*', 'audio/*']) {
        assert.ok(body.previews.mediaTypes.includes(type), type);
      }
      assert.deepEqual(body.previews.sizes, [256, 512, 1280, 2048]);
      await new ApiClient(files.server.url).refused('getServer', 'not-authenticated');
    });

    it('show a photograph upright, as what can do nothing in a page', async () => {
      const { etag } = await files.put('anna', '/photo.jpg', copied(await turnedHalves(6)));
      const { status, headers, bytes } = await preview('anna', { path: '/photo.jpg', size: '512' });
      assert.equal(status, 200);
      const { format, width, height, top, bottom } = await seen(bytes);
      assert.deepEqual(
        { format, width, height, top, bottom },
        {
          ...{ format: 'webp', width: 341, height: 512, top: 'red', bottom: 'blue' },
        },
      );
      const said = Object.fromEntries(
        [
          'content-type',
          'etag',
          'x-content-type-options',
          'content-security-policy',
          'cross-origin-resource-policy',
        ].map((name) => [name, headers.get(name)]),
      );
      assert.deepEqual(said, {
        'content-type': 'image/webp',
        etag: `"${etag}-512"`,
        'x-content-type-options': 'nosniff',
        'content-security-policy': "sandbox; default-src 'none'",
        'cross-origin-resource-policy': 'same-origin',
      });
    });

    it('are made outside of the server', async () => {
      await files.put('anna', '/outside.jpg', copied(await halves()));
      assert.equal((await preview('anna', { path: '/outside.jpg' })).status, 200);
      const loaded = await readFile(`/proc/${files.server.pid}/maps`, 'utf8');
      assert.ok(loaded.includes('node') && !/libvips|sharp/.test(loaded));
    });

    it('may be kept for good by who names the content, and never show another', async () => {
      const { id, etag } = await files.put('anna', '/changes.png', copied(await halves('png')));
      const named = await preview('anna', { id, etag });
      assert.equal(named.headers.get('cache-control'), 'private, max-age=31536000, immutable');
      const unnamed = await preview('anna', { id });
      assert.equal(unnamed.headers.get('cache-control'), 'private, no-cache');
      const validator = { 'If-None-Match': named.headers.get('etag')! };
      assert.equal((await preview('anna', { id }, validator)).status, 304);
      assert.equal((await preview('anna', { id, size: '512' }, validator)).status, 200);

      await files.put('anna', '/changes.png', copied(await turnedHalves(6)));
      const later = await preview('anna', { id, etag }, validator);
      assert.equal(later.status, 200);
      assert.equal(later.headers.get('cache-control'), 'private, no-cache');
      assert.equal((await seen(later.bytes)).top, 'red');

      const { body } = await files.as('anna').ok('listVersions', { query: { id } });
      const params = { id: body.items[0].id };
      const old = await files.as('anna').ok('previewVersion', { params, query: { id, etag } });
      assert.equal(old.headers.get('cache-control'), 'private, max-age=31536000, immutable');
      assert.equal((await seen(old.bytes)).left, 'red');
    });

    it('are made once for all copies', async () => {
      await files.put('anna', '/one.webp', copied(await halves('webp')));
      const one = await preview('anna', { path: '/one.webp' });
      const before = await cached();
      await files.as('anna').ok('copyFile', { body: { path: '/one.webp', to: '/two.webp' } });
      const two = await preview('anna', { path: '/two.webp' });
      assert.ok(two.status === 200 && two.bytes.equals(one.bytes));
      assert.deepEqual(await cached(), before);
    });

    it('are for those who may read the file', async () => {
      const { id } = await files.put('anna', '/private.jpg', copied(await halves()));
      assert.equal((await preview('anna', { id })).status, 200);
      for (const name of ['bert', 'nora', 'ada'] as const) {
        const hidden = await files.as(name).refused('previewFile', 'not-found', { query: { id } });
        const absent = await files.as(name).refused('previewFile', 'not-found', { query: { id: 999_999_999 } });
        assert.deepEqual({ ...hidden, requestId: '' }, { ...absent, requestId: '' });
      }
      await new ApiClient(files.server.url).refused('previewFile', 'not-authenticated', { query: { id } });
      await files.put('bert', '/Workspace/common.jpg', copied(await halves()));
      assert.equal((await preview('nora', { path: '/Workspace/common.jpg' })).status, 200);
    });

    it('are not to be had of everything', async () => {
      const none: [path: string, content: string][] = [
        ['/broken.jpg', 'no image'],
        ['/broken.mp4', 'no film'],
        ['/letter.txt', 'Dear all'],
        ['/empty.jpg', ''],
      ];
      for (const [path, content] of none) {
        await files.put('anna', path, copied(Buffer.from(content)));
        for (let times = 0; times < 2; times += 1) {
          await files.as('anna').refused('previewFile', 'no-preview', { query: { path } });
        }
      }
      await files.as('anna').refused('previewFile', 'is-a-collection', { query: { path: '/' } });
      await files.as('anna').refused('previewFile', 'not-found', { query: { path: '/nowhere.jpg' } });
      await files.as('anna').refused('previewFile', 'bad-request', { query: { path: '/broken.jpg', size: '300' } });
    });
    async function previewOf(path: string, content: Uint8Array<ArrayBuffer>) {
      await files.put('anna', path, content);
      return preview('anna', { path });
    }

    /** Black at first, then red at the left and blue at the right. */
    const FILM = [
      ...['-f', 'lavfi', '-i', 'color=black:s=320x240:r=2:d=1'],
      ...['-f', 'lavfi', '-i', 'color=red:s=160x240:r=2:d=19', '-f', 'lavfi', '-i', 'color=blue:s=160x240:r=2:d=19'],
      ...['-filter_complex', '[1][2]hstack[c];[0][c]concat=n=2', '-c:v', 'mpeg4', '-q:v', '2', '-g', '2'],
    ];

    for (const name of FILMS) {
      it(`show what ${name} is about, and not how it begins`, async () => {
        const { status, bytes } = await previewOf(`/${name}`, await made(scratch, name, FILM));
        assert.equal(status, 200);
        const { width, height, left, right } = await seen(bytes);
        assert.deepEqual({ width, height, left, right }, { width: 256, height: 192, left: 'red', right: 'blue' });
      });
    }

    it('show the cover of music, and nothing of what has none', async () => {
      await writeFile(scratch.path('cover.png'), await halves('png'));
      const sound = ['-f', 'lavfi', '-i', 'sine=d=1'];
      const cover = ['-i', scratch.path('cover.png'), '-map', '0', '-map', '1', '-c:v', 'copy', '-id3v2_version', '3'];
      const song = await made(scratch, 'song.mp3', [...sound, ...cover]);
      const { left, right } = await seen((await previewOf('/song.mp3', song)).bytes);
      assert.deepEqual([left, right], ['red', 'blue']);
      const bare = await made(scratch, 'bare.mp3', sound);
      assert.equal((await previewOf('/bare.mp3', bare)).body.code, 'no-preview');
    });

    it('open no file that a film names', async () => {
      await made(scratch, 'other.mp4', FILM);
      const other = scratch.path('other.mp4');
      const playlists: [name: string, content: string][] = [
        ['list.mp4', `ffconcat version 1.0\nfile ${other}\n`],
        ['stream.mp4', `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://${other}\n#EXT-X-ENDLIST\n`],
      ];
      for (const [name, content] of playlists) {
        assert.equal((await previewOf(`/${name}`, copied(Buffer.from(content)))).body.code, 'no-preview', name);
      }
    });

    it('that hang hold up no listing, and are given up by who goes away', async () => {
      const abort = new AbortController();
      const waiting = [];
      await writeFile(scratch.path('bin', 'hang'), '');
      await files.mkdir('anna', '/films');
      for (let index = 0; index < 5; index += 1) {
        const path = `/films/${index}.mp4`;
        await files.put('anna', path, copied(Buffer.from(path)));
        const query = { path };
        waiting.push(assert.rejects(files.as('anna').call('previewFile', { query, signal: abort.signal })));
      }
      await until('both places are taken', async () => {
        const said = await runWell('ps', ['-o', 'args', '--ppid', String(files.server.pid)]);
        return said.match(/^sleep 1000/gm)?.length === 2 ? true : undefined;
      });
      assert.equal((await files.names('anna', '/films')).length, 5);
      abort.abort();
      await Promise.all(waiting);
    });
  });
}

describe('a server without previews', function () {
  this.timeout(60_000);
  it('says so, and makes none', async () => {
    const server = await startServer({ env: { NOSOCIAL_PREVIEWS: 'false' } });
    try {
      await server.addUser('ada', { password: 'correct horse', role: 'admin' });
      const ada = await ApiClient.login(server.url, { name: 'ada', password: 'correct horse' });
      assert.deepEqual((await ada.ok('getServer')).body.previews.mediaTypes, []);
      await ada.ok('uploadFile', { query: { path: '/a.jpg' }, content: copied(await halves()) });
      await ada.refused('previewFile', 'no-preview', { query: { path: '/a.jpg' } });
      assert.ok(!(await readdir(server.dataFolder)).includes('previews'));
    } finally {
      await server.stop();
    }
  });
});
