import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { DIFFICULT_NAMES } from '../../support/sample-tree.ts';
import { describeFiles, type Name } from './file-fixture.ts';

describeFiles('files by the API', function (files) {
  before(() => files.mkdir('anna', '/Mere/at'));

  describe('tell of a file', () => {
    it('who has it, what it is, and what may be done with it', async () => {
      const stored = await files.put('anna', '/Mere/at/letter.txt', 'Dear all');
      const { body } = await files.as('anna').ok('getFile', { query: { path: 'Mere/at/letter.txt' } });
      assert.deepEqual(body, stored);
      assert.deepEqual(
        { ...body, id: 0, etag: '', createdAt: '', modifiedAt: '' },
        {
          id: 0,
          path: '/Mere/at/letter.txt',
          name: 'letter.txt',
          kind: 'file',
          sizeBytes: 8,
          mediaType: 'text/plain;charset=UTF-8',
          etag: '',
          createdAt: '',
          modifiedAt: '',
          owner: 'anna',
          isOwn: true,
          rights: { read: true, add: false, write: true, remove: true },
        },
      );
      assert.deepEqual((await files.as('anna').ok('getFile', { query: { id: body.id } })).body, body);
    });

    it('by its id wherever it is, and nothing of it to others', async () => {
      const { id } = await files.put('anna', '/Mere/at/wanders.txt');
      const moved = await files.as('anna').ok('moveFile', { body: { id, to: '/Special/' } });
      assert.equal(moved.body.path, '/Special/wanders.txt');
      assert.equal((await files.as('anna').ok('getFile', { query: { id } })).body.path, '/Special/wanders.txt');
      const hidden = await files.as('bert').refused('getFile', 'not-found', { query: { id } });
      const absent = await files.as('bert').refused('getFile', 'not-found', { query: { id: 999_999_999 } });
      assert.deepEqual({ ...hidden, requestId: '' }, { ...absent, requestId: '' });
      await files.as('ada').refused('downloadFile', 'not-found', { query: { id } });
      await files.as('bert').refused('deleteFile', 'not-found', { query: { id } });
    });

    const rights: [who: Name, path: string, want: object][] = [
      ['nora', '/Workspace/of-bert.txt', { read: true, add: false, write: false, remove: false }],
      ['bert', '/Workspace/of-bert.txt', { read: true, add: false, write: true, remove: true }],
      ['ada', '/Workspace/of-bert.txt', { read: true, add: false, write: true, remove: true }],
      ['nora', '/Workspace', { read: true, add: true, write: false, remove: false }],
      ['nora', '/Movies', { read: true, add: false, write: false, remove: false }],
      ['ada', '/Movies', { read: true, add: true, write: true, remove: false }],
      ['nora', '/', { read: true, add: false, write: false, remove: false }],
      ['anna', '/', { read: true, add: true, write: true, remove: false }],
    ];
    for (const [who, path, want] of rights) {
      it(`with the rights of ${who} to ${path}`, async () => {
        await files.put('bert', '/Workspace/of-bert.txt');
        assert.deepEqual((await files.as(who).ok('getFile', { query: { path } })).body.rights, want);
      });
    }
  });

  describe('are made, renamed, moved and copied', () => {
    it('with folders above them', async () => {
      await files.as('anna').refused('createFolder', 'parent-missing', { body: { path: '/Mere/a/b/c' } });
      const { status, headers, body } = await files
        .as('anna')
        .call('createFolder', { body: { path: '/Mere/a/b/c', parents: true } });
      assert.equal(status, 201);
      assert.equal(body.path, '/Mere/a/b/c');
      assert.equal(headers.get('location'), `/api/v1/files/stat?id=${body.id}`);
      await files
        .as('anna')
        .refused('createFolder', 'already-exists', { body: { path: '/Mere/a/b/c', parents: true } });
      await files.put('anna', '/Mere/a/file');
      await files
        .as('anna')
        .refused('createFolder', 'not-a-collection', { body: { path: '/Mere/a/file/x/y', parents: true } });
    });

    it('keeping their ids, and say where they are', async () => {
      const { id } = await files.put('anna', '/Mere/at/old name.txt');
      const renamed = await files.as('anna').ok('renameFile', { body: { id, name: 'ünïcode 新.txt' } });
      assert.equal(renamed.body.path, '/Mere/at/ünïcode 新.txt');
      assert.equal(renamed.body.id, id);
      const moved = await files.as('anna').ok('moveFile', { body: { path: renamed.body.path, to: '/Mere/at/x.txt' } });
      assert.equal(moved.status, 201);
      assert.equal(moved.body.id, id);
      await files.as('anna').refused('renameFile', 'bad-name', { body: { id, name: 'a/b' } });
      await files.as('anna').refused('renameFile', 'forbidden', { body: { path: '/Workspace', name: 'Work' } });
    });

    const conflicts: [onConflict: string, kind: 'moveFile' | 'copyFile', want: string[], there: string][] = [
      ['fail', 'moveFile', ['b.txt'], 'b'],
      ['fail', 'copyFile', ['b.txt'], 'b'],
      ['replace', 'moveFile', ['b.txt'], 'a'],
      ['replace', 'copyFile', ['b.txt'], 'a'],
      ['keep-both', 'moveFile', ['b (2).txt', 'b.txt'], 'b'],
      ['keep-both', 'copyFile', ['b (2).txt', 'b.txt'], 'b'],
    ];
    for (const [onConflict, operation, want, there] of conflicts) {
      it(`onto another, by ${operation} with ${onConflict}`, async () => {
        const folder = `/Mere/at/${operation}-${onConflict}`;
        await files.mkdir('anna', folder);
        await files.put('anna', `${folder}/b.txt`, 'b');
        await files.put('anna', `${folder} a.txt`, 'a');
        const body = { path: `${folder} a.txt`, to: `${folder}/b.txt`, onConflict };
        if (onConflict === 'fail') await files.as('anna').refused(operation, 'already-exists', { body });
        else assert.equal((await files.as('anna').ok(operation, { body })).body.path, `${folder}/${want[0]}`);
        assert.deepEqual(await files.names('anna', folder), want);
        assert.equal(await files.read('anna', `${folder}/b.txt`), there);
        if (onConflict !== 'replace') return;
        const { body: versions } = await files.as('anna').ok('listVersions', { query: { path: `${folder}/b.txt` } });
        assert.equal(versions.items.length, 1);
      });
    }

    it('beside themselves, numbered on and on', async () => {
      await files.mkdir('anna', '/Mere/numbers');
      await files.put('anna', '/Mere/numbers/a.tar.gz');
      const body = { path: '/Mere/numbers/a.tar.gz', to: '/Mere/numbers/', onConflict: 'keep-both' };
      for (let times = 0; times < 12; times += 1) await files.as('anna').ok('copyFile', { body });
      const want = ['a.tar.gz', ...Array.from({ length: 12 }, (_, index) => `a.tar (${index + 2}).gz`)];
      assert.deepEqual((await files.names('anna', '/Mere/numbers')).sort(), want.sort());
      await files.as('anna').refused('moveFile', 'into-itself', { body });
    });

    const refused: [what: string, who: Name, operation: string, body: object, code: 'forbidden' | 'into-itself'][] = [
      ['a mount', 'ada', 'moveFile', { path: '/Movies', to: '/Films' }, 'forbidden'],
      ['onto a mount', 'ada', 'moveFile', { path: '/Mere', to: '/Movies', onConflict: 'replace' }, 'forbidden'],
      ['the root', 'anna', 'copyFile', { path: '/', to: '/Mere/all' }, 'forbidden'],
      ['to a reserved name', 'anna', 'copyFile', { path: '/Mere', to: '/shared' }, 'forbidden'],
      ['into itself', 'anna', 'moveFile', { path: '/Mere', to: '/Mere/at/' }, 'into-itself'],
      ['what is not theirs', 'nora', 'moveFile', { path: '/Workspace/of-bert.txt', to: '/Workspace/x' }, 'forbidden'],
      [
        'to where they may only read',
        'nora',
        'copyFile',
        { path: '/Workspace/of-bert.txt', to: '/Movies/' },
        'forbidden',
      ],
    ];
    for (const [what, who, operation, body, code] of refused) {
      it(`but not by ${who}: ${what}`, async () => {
        await files.put('bert', '/Workspace/of-bert.txt');
        await files.as(who).refused(operation, code, { body });
      });
    }

    it('with any name, and give it back byte for byte', async () => {
      await files.mkdir('anna', '/Mere/names');
      for (const name of DIFFICULT_NAMES) {
        const entry = await files.put('anna', `/Mere/names/${name}`, name);
        assert.equal(entry.name, name);
        const { headers, bytes } = await files
          .as('anna')
          .ok('downloadFile', { query: { path: `/Mere/names/${name}`, download: true } });
        assert.equal(bytes.toString(), name);
        const extended = /^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''([\w!#$&+.^`|~%-]*)$/.exec(
          headers.get('content-disposition') ?? '',
        );
        assert.equal(decodeURIComponent(extended?.[1] ?? ''), name);
      }
      assert.deepEqual((await files.names('anna', '/Mere/names')).sort(), [...DIFFICULT_NAMES].sort());
    });

    for (const path of ['/Mere/../x', '/Mere/a\\b', '/Mere/a\u0000b', '/Mere/a\nb', `/Mere/${'x'.repeat(256)}`]) {
      it(`but not as ${JSON.stringify(path).slice(0, 30)}`, async () => {
        await files.as('anna').refused('uploadFile', 'bad-name', { query: { path }, content: 'x' });
        await files.as('anna').refused('createFolder', 'bad-name', { body: { path } });
        await files.as('anna').refused('moveFile', 'bad-name', { body: { path: '/Mere/at', to: path } });
      });
    }
  });

  describe('are stored', () => {
    it('with their own times, their type and what they hash to', async () => {
      const content = Buffer.from('content');
      const digest = `sha-256=:${createHash('sha256').update(content).digest('base64')}:`;
      const query = {
        path: '/Mere/at/times.bin',
        modifiedAt: '2001-02-03T04:05:06Z',
        createdAt: '2000-01-02T03:04:05.678+01:00',
      };
      const headers = { 'Content-Type': 'image/x-own', 'Content-Digest': digest };
      const {
        status,
        body,
        headers: answered,
      } = await files.as('anna').call('uploadFile', { query, headers, content });
      assert.equal(status, 201);
      assert.equal(body.modifiedAt, '2001-02-03T04:05:06.000Z');
      assert.equal(body.createdAt, '2000-01-02T02:04:05.678Z');
      assert.equal(body.mediaType, 'image/x-own');
      assert.equal(answered.get('etag'), `"${body.etag}"`);
      await files
        .as('anna')
        .refused('uploadFile', 'checksum-mismatch', { query, headers, content: Buffer.from('other') });
      assert.equal(await files.read('anna', query.path), 'content');
    });

    it('by their ids, where they are', async () => {
      const { id, etag } = await files.put('anna', '/Mere/at/by id.txt', 'old');
      const { status, body } = await files.as('anna').call('uploadFile', { query: { id }, content: 'new' });
      assert.equal(status, 200);
      assert.equal(body.id, id);
      assert.notEqual(body.etag, etag);
      await files.as('bert').refused('uploadFile', 'not-found', { query: { id }, content: 'x' });
    });

    it('only if they are as they were, where one says so', async () => {
      const query = { path: '/Mere/at/conditions.txt' };
      const put = { query, content: 'x', headers: { 'If-None-Match': '*' } };
      const { body } = await files.as('anna').ok('uploadFile', put);
      await files.as('anna').refused('uploadFile', 'precondition-failed', put);
      const ifMatch = { query, content: 'y', headers: { 'If-Match': `"${body.etag}"` } };
      await files.as('anna').ok('uploadFile', ifMatch);
      await files.as('anna').refused('uploadFile', 'precondition-failed', ifMatch);
      await files
        .as('anna')
        .refused('uploadFile', 'already-exists', { query: { ...query, onConflict: 'fail' }, content: 'z' });
      assert.equal(await files.read('anna', query.path), 'y');
    });

    for (const operation of ['deleteFile', 'moveFile', 'copyFile', 'renameFile'] as const) {
      it(`and by ${operation} nothing that is not as it was, where one says so`, async () => {
        const path = `/Mere/at/${operation}.txt`;
        const first = await files.put('anna', path, 'first');
        const { etag } = await files.put('anna', path, 'second');
        const bodies = {
          deleteFile: { query: { path } },
          moveFile: { body: { path, to: `${path}.moved`, onConflict: 'keep-both' } },
          copyFile: { body: { path, to: `${path}.copy`, onConflict: 'keep-both' } },
          renameFile: { body: { path, name: `${operation}-renamed.txt` } },
        };
        const call = (expected: string) => ({ ...bodies[operation], headers: { 'If-Match': `"${expected}"` } });
        await files.as('anna').refused(operation, 'precondition-failed', call(first.etag as string));
        assert.equal(await files.read('anna', path), 'second');
        await files.as('anna').ok(operation, call(etag as string));
      });
    }

    it('twenty at once under one name: all, one or the last, as one says', async () => {
      for (const onConflict of ['keep-both', 'fail', 'replace']) {
        const folder = `/Mere/at once ${onConflict}`;
        await files.mkdir('anna', folder);
        // Some have packs to share, the others a file of their own on the disk.
        const contents = Array.from({ length: 20 }, (_, index) => String(index).padEnd(index % 2 === 0 ? 100_000 : 10));
        const answers = await Promise.all(
          contents.map((content) =>
            files.as('anna').call('uploadFile', { query: { path: `${folder}/a.txt`, onConflict }, content }),
          ),
        );
        const stored = await Promise.all(
          (await files.names('anna', folder)).map((name) => files.read('anna', `${folder}/${name}`)),
        );
        const made = answers.filter(({ status }) => status === 201).length;
        const told = answers.map(({ status, body }) => body.code ?? status).join(' ');
        assert.equal(made, onConflict === 'keep-both' ? 20 : 1, told);
        const number = (content: string) => `${Number(content)} of ${content.length}`;
        if (onConflict === 'keep-both') assert.deepEqual(stored.map(number).sort(), contents.map(number).sort());
        else assert.equal(stored.length, 1);
        if (onConflict === 'fail')
          assert.equal(answers.filter(({ body }) => body.code === 'already-exists').length, 19);
        if (onConflict === 'replace') assert.ok(contents.includes(stored[0]!));
      }
    });

    it('or stay as they were when the client goes away', async () => {
      await files.put('anna', '/Mere/at/aborted.bin', 'old');
      const abort = new AbortController();
      const sent = Promise.withResolvers<undefined>();
      const content = new ReadableStream({
        start: (controller) => controller.enqueue(new Uint8Array(300_000)),
        pull: () => sent.resolve(undefined),
      });
      const query = { path: '/Mere/at/aborted.bin' };
      const upload = files.as('anna').call('uploadFile', { query, content, signal: abort.signal });
      await sent.promise;
      abort.abort();
      await assert.rejects(upload);
      assert.equal(await files.read('anna', '/Mere/at/aborted.bin'), 'old');
      const { body } = await files.as('anna').ok('listVersions', { query });
      assert.deepEqual(body.items, []);
    });

    const malformed: [what: string, headers: Record<string, string>, code: 'bad-request' | 'body-not-supported'][] = [
      ['a part of a file', { 'Content-Range': 'bytes 0-1/2' }, 'bad-request'],
      ['compressed content', { 'Content-Encoding': 'gzip' }, 'body-not-supported'],
      ['a malformed digest', { 'Content-Digest': 'sha-256=:x:' }, 'bad-request'],
    ];
    for (const [what, headers, code] of malformed) {
      it(`but not from ${what}`, async () => {
        await files
          .as('anna')
          .refused('uploadFile', code, { query: { path: '/Mere/at/malformed' }, headers, content: 'x' });
      });
    }
    it('but not over a folder, nor beside one that is missing', async () => {
      const put = (path: string) => ({ query: { path }, content: 'x' });
      await files.as('anna').refused('uploadFile', 'is-a-collection', put('/Mere/at'));
      await files.as('anna').refused('uploadFile', 'is-a-collection', put('/'));
      await files.as('anna').refused('uploadFile', 'is-a-collection', put('/Mere/new/'));
      await files.as('anna').refused('uploadFile', 'parent-missing', put('/Mere/missing/x'));
      await files.as('nora').refused('uploadFile', 'forbidden', put('/mine.txt'));
      await files.as('anna').refused('getFile', 'bad-request', { query: {} });
      await files.as('anna').refused('getFile', 'bad-request', { query: { path: '/', id: 1 } });
    });
  });

  describe('are read', () => {
    const content = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7) % 251));
    before(() => files.put('anna', '/Mere/at/ranges.bin', content));

    const ranges: [range: string, start: number, end: number][] = [
      ['bytes=0-0', 0, 1],
      ['bytes=100-70099', 100, 70_100],
      ['bytes=199999-', 199_999, 200_000],
      ['bytes=-5', 199_995, 200_000],
      ['bytes=150000-999999', 150_000, 200_000],
    ];
    for (const [range, start, end] of ranges) {
      it(`in the range ${range}`, async () => {
        const query = { path: '/Mere/at/ranges.bin' };
        const { status, headers, bytes } = await files
          .as('anna')
          .call('downloadFile', { query, headers: { Range: range } });
        assert.equal(status, 206);
        assert.equal(headers.get('content-range'), `bytes ${start}-${end - 1}/200000`);
        assert.ok(bytes.equals(content.subarray(start, end)));
      });
    }

    it('not beyond their end, not again, and with headers that keep browsers from running them', async () => {
      const query = { path: '/Mere/at/ranges.bin' };
      const answer = await files.as('anna').call('downloadFile', { query, headers: { Range: 'bytes=200000-' } });
      assert.equal(answer.status, 416);
      const { headers } = await files.as('anna').ok('downloadFile', { query });
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.match(headers.get('content-security-policy') ?? '', /sandbox/);
      const again = { query, headers: { 'If-None-Match': headers.get('etag') ?? '' } };
      assert.equal((await files.as('anna').call('downloadFile', again)).status, 304);
      await files.as('anna').refused('downloadFile', 'is-a-collection', { query: { path: '/Mere' } });
    });
  });

  it('say whose program holds the lock that is in the way', async () => {
    await files.put('bert', '/Workspace/locked.odt');
    const dav = files.dav('bert');
    const lock =
      '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>';
    const headers = { 'Content-Type': 'application/xml', 'User-Agent': 'Writer 7' };
    assert.equal((await dav.request('LOCK', 'Workspace/locked.odt', { headers, body: lock })).status, 200);
    dav.close();
    const path = '/Workspace/locked.odt';
    const problems = [
      await files.as('ada').refused('uploadFile', 'locked', { query: { path }, content: 'x' }),
      await files.as('ada').refused('deleteFile', 'locked', { query: { path } }),
      await files.as('ada').refused('renameFile', 'locked', { body: { path, name: 'x' } }),
    ];
    for (const { detail } of problems)
      assert.equal(detail, '"locked.odt" is being used by bert with the program Writer 7.');
    const own = await files.as('bert').refused('deleteFile', 'locked', { query: { path } });
    assert.match(own.detail ?? '', /used by you/);
  });
});
