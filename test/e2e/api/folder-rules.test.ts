import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import type { ApiClient } from '../../support/api-client.ts';
import { COMPOUND, HTML, JPEG, MP4, PDF, PNG, PROGRAM, TEXT } from '../../support/contents.ts';
import type { DavClient } from '../../support/dav-client.ts';
import { lockBody } from '../../support/dav-xml.ts';
import { TusClient } from '../../support/tus-client.ts';
import { describeFiles } from './file-fixture.ts';

const LARGE = Buffer.alloc(300_000, ' ');
const large = (head: Uint8Array) => Buffer.concat([head, LARGE]);
const PDF_IN_GALLERY = /the folder "Gallery" takes only images, audio and video; "[^"]+" is a PDF document/i;

describeFiles('folders with rules', (files) => {
  let anna: ApiClient;
  let dav: DavClient;

  before(async () => {
    anna = files.as('anna');
    dav = files.dav('anna');
    for (const [name, content] of [
      ['photo.jpg', JPEG],
      ['paper.jpg', PDF],
      ['trip/a.png', PNG],
      ['trip/day/b.jpg', large(JPEG)],
      ['mixed/a.png', PNG],
      ['mixed/day/b.jpg', PDF],
    ] as const) {
      await files.mkdir('anna', `/Mere/ways/${name.split('/').slice(0, -1).join('/')}`).catch(() => undefined);
      await dav.put(`Mere/ways/${name}`, content);
    }
    await dav.put('Gallery/there.jpg', JPEG);
  });
  after(() => dav.close());

  const to = (path: string, headers: Record<string, string> = {}) => ({
    headers: { destination: `/dav/${path}`, ...headers },
  });
  const exists = async (path: string) => (await dav.request('HEAD', path)).status === 200;
  async function* pieces(content: Buffer, pieceBytes = 4096): AsyncGenerator<Buffer> {
    for (let start = 0; start < content.length; start += pieceBytes) yield content.subarray(start, start + pieceBytes);
  }
  /** Refuses, says why in words, and leaves nothing. */
  async function refusedByDav(method: string, path: string, options: Parameters<DavClient['request']>[2], why: RegExp) {
    const { body, headers } = await dav.expect(403, method, path, options);
    assert.match(headers['content-type']!, /^text\/plain/);
    assert.match(body.toString(), why);
  }

  describe('over WebDAV', () => {
    it('take what they are for', async () => {
      await dav.expect(201, 'PUT', 'Gallery/small.png', { body: PNG });
      await dav.expect(201, 'PUT', 'Gallery/large.mp4', { body: large(MP4) });
      await dav.expect(201, 'PUT', 'Gallery/chunked.jpg', { body: pieces(large(JPEG)) });
      await dav.expect(201, 'PUT', 'Gallery/no-ending', { body: JPEG });
      await dav.expect(201, 'MKCOL', 'Gallery/album');
      await dav.expect(201, 'PUT', 'Gallery/album/deep.jpg', { body: JPEG });
      await dav.expect(201, 'COPY', 'Mere/ways/trip', to('Gallery/copied'));
      await dav.expect(201, 'MOVE', 'Gallery/copied', to('Gallery/moved'));
    });

    it('refuse everything else by PUT, small, large and chunked, and name the rule', async () => {
      await refusedByDav('PUT', 'Gallery/new.jpg', { body: PDF }, PDF_IN_GALLERY);
      await refusedByDav('PUT', 'Gallery/album/new.jpg', { body: PDF }, PDF_IN_GALLERY);
      await refusedByDav('PUT', 'Gallery/new.jpg', { body: large(PDF) }, PDF_IN_GALLERY);
      await refusedByDav('PUT', 'Gallery/new.jpg', { body: pieces(PDF) }, PDF_IN_GALLERY);
      await refusedByDav('PUT', 'Gallery/new.jpg', { body: pieces(large(PDF), 1000) }, PDF_IN_GALLERY);
      await refusedByDav('PUT', 'Gallery/setup.jpg', { body: PROGRAM }, /Windows program/);
      await refusedByDav('PUT', 'Gallery/setup.exe', { body: PROGRAM }, /no files named \*\.exe/);
      await refusedByDav('PUT', 'Gallery/report.pdf', { body: PDF }, /no files named \*\.pdf/);
      await refusedByDav('PUT', 'Gallery/page.jpg', { body: HTML }, /web page/);
      await refusedByDav('PUT', 'Gallery/old.jpg', { body: COMPOUND }, /office document/);
      await refusedByDav('PUT', 'Gallery/notes.txt', { body: TEXT }, /text file/);
      await refusedByDav('PUT', 'Gallery/there.jpg', { body: PDF }, PDF_IN_GALLERY);
      assert.deepEqual(await dav.get('Gallery/there.jpg'), JPEG);
      assert.equal(await exists('Gallery/new.jpg'), false);
    });

    it('refuse by name and size before a byte of the body is asked for', async () => {
      await anna.ok('putPolicy', { query: { path: await folder('capped') }, body: { rules: { maxFileBytes: 1000 } } });
      for (const [path, why] of [
        ['Gallery/film.exe', /\*\.exe/],
        ['Mere/capped/film.mp4', /at most 1000 bytes/],
      ] as const) {
        const outgoing = request(dav.urlOf(path), {
          method: 'PUT',
          headers: { authorization: dav.authorization, expect: '100-continue', 'content-length': 10_000_000_000 },
        });
        outgoing.on('continue', () => assert.fail('it asked for the body'));
        outgoing.flushHeaders();
        const [response] = (await once(outgoing, 'response')) as [AsyncIterable<Buffer> & { statusCode: number }];
        assert.equal(response.statusCode, 403);
        const body: Buffer[] = [];
        for await (const chunk of response) body.push(chunk);
        assert.match(Buffer.concat(body).toString(), why);
        outgoing.destroy();
      }
    });

    it('refuse a long body when its beginning shows what it is', async () => {
      let sent = 0;
      async function* endless(): AsyncGenerator<Buffer> {
        yield PDF;
        for (; sent < 100_000_000; sent += 65_536) yield Buffer.alloc(65_536, ' ');
      }
      await dav.request('PUT', 'Gallery/endless.jpg', { body: endless() }).then(
        ({ status }) => assert.equal(status, 403),
        // The server closes what it does not read; the client may see that first.
        (error: unknown) => assert.match(String((error as NodeJS.ErrnoException).code), /EPIPE|ECONNRESET/),
      );
      assert.ok(sent < 100_000_000, 'all of it was taken');
      assert.equal(await exists('Gallery/endless.jpg'), false);
    });

    it('leave nothing of a body that breaks off', async () => {
      const abort = new AbortController();
      async function* broken(): AsyncGenerator<Buffer> {
        yield large(JPEG);
        abort.abort();
        yield LARGE;
      }
      await assert.rejects(dav.request('PUT', 'Gallery/broken.jpg', { body: broken(), signal: abort.signal }));
      assert.equal(await exists('Gallery/broken.jpg'), false);
    });

    it('take an empty file first, by PUT or LOCK, and refuse its content then', async () => {
      await dav.expect(201, 'PUT', 'Gallery/empty.jpg', { body: '' });
      await refusedByDav('PUT', 'Gallery/empty.jpg', { body: PDF }, PDF_IN_GALLERY);
      await dav.expect(204, 'PUT', 'Gallery/empty.jpg', { body: JPEG });
      const locked = await dav.expect(201, 'LOCK', 'Gallery/locked.jpg', { body: lockBody() });
      const token = String(locked.headers['lock-token']);
      const held = { headers: { if: `(${token})` } };
      await refusedByDav('PUT', 'Gallery/locked.jpg', { ...held, body: PDF }, PDF_IN_GALLERY);
      await dav.expect([201, 204], 'PUT', 'Gallery/locked.jpg', { ...held, body: JPEG });
      await dav.expect(204, 'UNLOCK', 'Gallery/locked.jpg', { headers: { 'lock-token': token } });
      await refusedByDav('LOCK', 'Gallery/locked.exe', { body: lockBody() }, /\*\.exe/);
      await refusedByDav('PUT', 'Gallery/empty.exe', { body: '' }, /\*\.exe/);
    });

    it('refuse MOVE and COPY of files and trees, onto something or not, before anything moves', async () => {
      for (const method of ['MOVE', 'COPY'] as const) {
        await refusedByDav(method, 'Mere/ways/paper.jpg', to('Gallery/paper.jpg'), PDF_IN_GALLERY);
        await refusedByDav(method, 'Mere/ways/paper.jpg', to('Gallery/there.jpg'), PDF_IN_GALLERY);
        await refusedByDav(method, 'Mere/ways/photo.jpg', to('Gallery/photo.exe'), /\*\.exe/);
        await refusedByDav(method, 'Mere/ways/mixed', to('Gallery/mixed'), PDF_IN_GALLERY);
        await refusedByDav(method, 'Mere/ways/mixed', to('Gallery/album'), PDF_IN_GALLERY);
      }
      await refusedByDav('MOVE', 'Gallery/there.jpg', to('Gallery/there.exe'), /\*\.exe/);
      assert.deepEqual(await dav.get('Gallery/there.jpg'), JPEG);
      assert.ok(await exists('Gallery/album/deep.jpg'));
      assert.ok((await exists('Mere/ways/paper.jpg')) && (await exists('Mere/ways/mixed/day/b.jpg')));
      assert.equal(await exists('Gallery/mixed'), false);
    });
  });

  /** Makes a folder in Mere; gives its path. */
  async function folder(name: string): Promise<string> {
    await files.mkdir('anna', `/Mere/${name}`);
    return `/Mere/${name}`;
  }

  describe('over the API', () => {
    const folderId = async () => (await anna.ok('getFile', { query: { path: '/Gallery' } })).body.id as number;

    it('refuse uploads, and say which rule of which folder', async () => {
      const upload = (path: string, content: Buffer) => ({ query: { path }, content: Uint8Array.from(content) });
      await anna.ok('uploadFile', upload('/Gallery/api.jpg', JPEG));
      for (const content of [PDF, large(PDF)]) {
        const problem = await anna.refused('uploadFile', 'rule-violated', upload('/Gallery/api.png', content));
        assert.match(problem.detail, PDF_IN_GALLERY);
        const { rule, folder: name, file } = problem;
        assert.deepEqual({ rule, name, file }, { rule: 'allowTypes', name: 'Gallery', file: 'api.png' });
        assert.equal(problem.folderId, await folderId());
      }
    });

    it('refuse resumable uploads at their beginning, by the first bytes, and at the end', async () => {
      const { url } = files.server;
      const tus = await TusClient.login(url, { name: 'anna', password: 'correct horse' });
      const named = (path: string) => ({ path, filename: path.split('/').at(-1)! });
      const early = await tus.tryCreate(named('/Gallery/tus.exe'), 1000);
      assert.deepEqual([early.status, early.body.code], [403, 'rule-violated']);
      const content = large(PDF);
      const place = await tus.create(named('/Gallery/tus.jpg'), content.length);
      const refusal = await tus.patch(place, 0, content);
      assert.deepEqual([refusal.status, refusal.body.code], [403, 'rule-violated']);
      assert.equal(await exists('Gallery/tus.jpg'), false);
      const right = large(JPEG);
      const good = await tus.create(named('/Gallery/tus.jpg'), right.length);
      assert.equal((await tus.patch(good, 0, right)).status, 204);
      assert.deepEqual(await dav.get('Gallery/tus.jpg'), right);
      await tus.send('DELETE', place);
    });

    it('refuse moves, copies and many changes at once', async () => {
      for (const how of ['moveFile', 'copyFile']) {
        const problem = await anna.refused(how, 'rule-violated', {
          body: { path: '/Mere/ways/mixed', to: '/Gallery/x' },
        });
        assert.match(problem.detail, PDF_IN_GALLERY);
      }
      const operations = ['photo.jpg', 'paper.jpg'].map((name) => {
        return { action: 'copy', path: `/Mere/ways/${name}`, to: '/Gallery/bulk/' };
      });
      await files.mkdir('anna', '/Gallery/bulk');
      const { body } = await anna.ok('changeFiles', { body: { operations } });
      assert.deepEqual(
        body.results.map((result: { problem?: { code: string } }) => result.problem?.code),
        [undefined, 'rule-violated'],
      );
    });

    it('refuse what comes back from the trash and old versions', async () => {
      const path = await folder('later');
      await dav.put('Mere/later/f.jpg', PDF);
      await dav.put('Mere/later/f.jpg', JPEG);
      await dav.put('Mere/later/g.jpg', PDF);
      const { trashId } = (await anna.ok('deleteFile', { query: { path: `${path}/g.jpg` } })).body;
      await anna.ok('putPolicy', { query: { path }, body: { preset: 'gallery' } });
      await anna.refused('restoreTrash', 'rule-violated', { params: { id: trashId } });
      await anna.ok('restoreTrash', { params: { id: trashId }, body: { to: '/Mere/' } });
      const query = { path: `${path}/f.jpg` };
      const [version] = await anna.all('listVersions', { query });
      await anna.refused('restoreVersion', 'rule-violated', { params: { id: version.id }, query });
      assert.deepEqual(await dav.get('Mere/later/f.jpg'), JPEG);
    });

    it('are made, changed, looked at and taken away', async () => {
      const path = await folder('papers');
      const query = { path };
      const rules = { allowTypes: ['documents'], maxFileBytes: 1_000_000, expireAfterDays: 30 };
      await anna.ok('putPolicy', { query, body: { rules } });
      await anna.ok('changePolicy', { query, body: { rules: { refuseExtensions: ['.RTF'], expireAfterDays: null } } });
      const { body } = await anna.ok('getEffectiveRules', { query });
      assert.deepEqual(body.policy.rules, {
        allowTypes: ['documents'],
        maxFileBytes: 1_000_000,
        refuseExtensions: ['rtf'],
      });
      const listed = (await anna.all('listPolicies', { query: { limit: 2 } })) as { path: string; preset: string }[];
      assert.deepEqual(
        listed.filter(({ preset }) => preset !== 'own' && preset !== 'gallery').map((policy) => policy.path),
        ['/Special', '/Temporary'],
      );
      assert.ok(listed.some((policy) => policy.path === path));
      await dav.put('Mere/papers/letter.txt', TEXT);
      const inside = (await anna.ok('getEffectiveRules', { query: { path: `${path}/letter.txt` } })).body;
      assert.deepEqual(
        inside.rules
          .map(({ rule, folder: from }: { rule: string; folder: { path: string } }) => [rule, from.path])
          .sort(),
        [
          ['allowTypes', path],
          ['maxFileBytes', path],
          ['refuseExtensions', path],
        ],
      );
      await anna.ok('changePolicy', { query, body: { isEnabled: false } });
      assert.deepEqual((await anna.ok('getEffectiveRules', { query })).body.rules, []);
      await dav.put('Mere/papers/photo.jpg', JPEG);
      await anna.ok('deletePolicy', { query });
      await anna.refused('deletePolicy', 'not-found', { query });
      for (const wrong of [{ allowTypes: ['pictures'] }, { maxFileBytes: -1 }, { nothing: 1 }]) {
        await anna.refused('putPolicy', 'bad-request', { query, body: { rules: wrong } });
      }
    });

    it('leave what was there, and list it', async () => {
      const path = await folder('kept');
      for (const name of ['a.pdf', 'b.pdf', 'c.pdf']) await dav.put(`Mere/kept/${name}`, PDF);
      await dav.put('Mere/kept/d.jpg', JPEG);
      await anna.ok('putPolicy', { query: { path }, body: { rules: { allowTypes: ['images'] } } });
      const offenders = await anna.all('listOffenders', { query: { path: '/Mere/kept', limit: 2 } });
      assert.deepEqual(
        offenders.map((offender) => [offender.path, offender.contentType, offender.rule]),
        ['a.pdf', 'b.pdf', 'c.pdf'].map((name) => [`${path}/${name}`, 'application/pdf', 'allowTypes']),
      );
      assert.deepEqual(await dav.get('Mere/kept/a.pdf'), PDF);
      await dav.expect(201, 'MOVE', 'Mere/kept/a.pdf', to('Mere/kept/renamed.pdf'));
    });

    it('are made by those who may remove everything there, and seen by nobody else', async () => {
      const body = { rules: { maxFileBytes: 10 } };
      await files.as('bert').refused('putPolicy', 'forbidden', { query: { path: '/Workspace' }, body });
      await files.as('nora').refused('putPolicy', 'forbidden', { query: { path: '/Movies' }, body });
      await files.as('bert').refused('putPolicy', 'not-found', { query: { path: '/Mere/papers' }, body });
      const { id } = (await anna.ok('getFile', { query: { path: '/Gallery' } })).body;
      for (const call of ['getEffectiveRules', 'listOffenders', 'deletePolicy']) {
        await files.as('bert').refused(call, 'not-found', { query: { id } });
        await files.as('ada').refused(call, 'not-found', { query: { id } });
      }
      const forged = Buffer.from(JSON.stringify([{ id, after: '' }])).toString('base64url');
      const spied = await files.as('bert').ok('listOffenders', { query: { path: '/', cursor: forged } });
      assert.deepEqual(spied.body, { items: [] });
      const seen = await files.as('bert').all('listPolicies');
      assert.deepEqual(seen.map(({ path }) => path).sort(), ['/Gallery', '/Special', '/Temporary']);
      await files.as('ada').ok('putPolicy', { query: { path: '/Workspace' }, body });
      await files.as('bert').refused('uploadFile', 'rule-violated', {
        query: { path: '/Workspace/large.txt' },
        content: 'longer than ten bytes',
      });
      await files.as('ada').ok('deletePolicy', { query: { path: '/Workspace' } });
    });
  });

  describe('after all that', () => {
    it('have left nothing in the store that does not belong there', async () => {
      const { stdout, stderr } = await files.server.cli(['fsck', '--json']);
      assert.deepEqual((JSON.parse(stdout || stderr) as { findings: unknown[] }).findings, []);
    });
  });
});
