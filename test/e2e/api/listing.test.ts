import assert from 'node:assert/strict';
import { SQLITE, type DatabaseEngine } from '../../support/databases.ts';
import { putManyEntries } from '../../support/many-entries.ts';
import { describeFiles, type FilesServer } from './file-fixture.ts';

/** At night more. */
const MANY = Number(process.env['NOSOCIAL_TEST_ENTRIES'] ?? 1300);

/** Stores many small files in a folder, some hundred at a time. */
async function fill(files: FilesServer, folder: string, names: readonly string[]): Promise<void> {
  await files.mkdir('anna', folder);
  const rest = [...names];
  const work = async (): Promise<void> => {
    for (let name = rest.pop(); name !== undefined; name = rest.pop())
      await files.put('anna', `${folder}/${name}`, 'x');
  };
  await Promise.all(Array.from({ length: 16 }, work));
}

/** Many entries without many requests: past the server, or as copies of one. */
async function manyEntries(files: FilesServer, folder: string, on: DatabaseEngine): Promise<string[]> {
  const { id } = await files.mkdir('anna', folder);
  await files.put('anna', '/Mere/seed', 'x');
  const names = Array.from({ length: MANY }, (_, index) => `entry ${index}.txt`);
  if (on === SQLITE) {
    putManyEntries(files.server, id as number, names);
    return names;
  }
  const rest = [...names];
  const work = async (): Promise<void> => {
    for (;;) {
      const some = rest.splice(0, 100);
      if (some.length === 0) return;
      const operations = some.map((name) => ({ action: 'copy', path: '/Mere/seed', to: `${folder}/${name}` }));
      const { body } = await files.as('anna').ok('changeFiles', { body: { operations } });
      assert.equal(body.failedCount, 0);
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  return names;
}

function namesOf({ items }: { items: readonly { name: string }[] }): string[] {
  return items.map(({ name }) => name);
}

describeFiles('listing a folder by the API', function (files, database) {
  describe('sorts', () => {
    before(async () => {
      await files.mkdir('anna', '/Mere/sorted/z folder');
      await files.mkdir('anna', '/Mere/sorted/folder 10');
      await files.mkdir('anna', '/Mere/sorted/Folder 9');
      const contents: [name: string, sizeBytes: number, type: string, modifiedAt: string][] = [
        ['img10.png', 5, 'image/png', '2020-01-03T00:00:00Z'],
        ['img9.png', 50, 'image/png', '2020-01-01T00:00:00Z'],
        ['Éclair.mp3', 500, 'audio/mpeg', '2020-01-02T00:00:00Z'],
        ['eclair 2.pdf', 3, 'application/pdf', '2020-01-05T00:00:00Z'],
        ['B.txt', 1, 'text/plain', '2020-01-04T00:00:00Z'],
        ['a.zip', 70_000, 'application/zip', '2020-01-06T00:00:00Z'],
      ];
      for (const [name, sizeBytes, type, modifiedAt] of contents) {
        const query = { path: `/Mere/sorted/${name}`, modifiedAt };
        const headers = { 'Content-Type': type };
        await files.as('anna').ok('uploadFile', { query, headers, content: 'x'.repeat(sizeBytes) });
      }
    });

    const FOLDERS = ['Folder 9', 'folder 10', 'z folder'];
    const cases: [query: Record<string, string | number>, want: string[]][] = [
      [{}, [...FOLDERS, 'a.zip', 'B.txt', 'eclair 2.pdf', 'Éclair.mp3', 'img9.png', 'img10.png']],
      [
        { order: 'desc' },
        [...FOLDERS.toReversed(), 'img10.png', 'img9.png', 'Éclair.mp3', 'eclair 2.pdf', 'B.txt', 'a.zip'],
      ],
      [{ sort: 'size' }, [...FOLDERS, 'B.txt', 'eclair 2.pdf', 'img10.png', 'img9.png', 'Éclair.mp3', 'a.zip']],
      [
        { sort: 'modified', order: 'desc', kind: 'file' },
        ['a.zip', 'eclair 2.pdf', 'B.txt', 'img10.png', 'Éclair.mp3', 'img9.png'],
      ],
      [{ sort: 'type', kind: 'file' }, ['eclair 2.pdf', 'a.zip', 'Éclair.mp3', 'img9.png', 'img10.png', 'B.txt']],
      [{ kind: 'folder' }, FOLDERS],
      [{ type: 'image' }, ['img9.png', 'img10.png']],
      [{ type: 'document' }, ['eclair 2.pdf']],
      [{ contains: 'ECLAIR' }, ['eclair 2.pdf', 'Éclair.mp3']],
      [{ contains: 'older' }, FOLDERS],
      [{ minBytes: 5, maxBytes: 500 }, ['Éclair.mp3', 'img9.png', 'img10.png']],
      [
        { kind: 'file', modifiedAfter: '2020-01-03T00:00:00Z', modifiedBefore: '2020-01-05T00:00:00Z' },
        ['B.txt', 'img10.png'],
      ],
      [{ contains: '100%_' }, []],
    ];
    for (const [query, want] of cases) {
      it(`by ${JSON.stringify(query)}, whatever the size of a page`, async () => {
        assert.deepEqual(await files.names('anna', '/Mere/sorted', query), want);
        assert.deepEqual(await files.names('anna', '/Mere/sorted', { ...query, limit: 1 }), want);
        const { body } = await files
          .as('anna')
          .ok('listFiles', { query: { path: '/Mere/sorted', ...query, limit: 2 } });
        assert.equal(body.totalCount, want.length);
        assert.equal(body.folder.path, '/Mere/sorted');
      });
    }

    for (const [query, want] of cases) {
      it(`by ${JSON.stringify(query)}, from any offset`, async () => {
        for (let offset = 0; offset <= want.length + 1; offset += 1) {
          const asked = { path: '/Mere/sorted', ...query, offset, limit: 2 };
          const { body } = await files.as('anna').ok('listFiles', { query: asked });
          assert.deepEqual(namesOf(body), want.slice(offset, offset + 2));
          assert.equal(body.totalCount, want.length);
          assert.equal(body.nextCursor === undefined, offset + 2 >= want.length);
        }
      });
    }

    for (const [query, want] of cases.filter(([, names]) => names.length > 0)) {
      it(`by ${JSON.stringify(query)}, around any entry`, async () => {
        const asked = { path: '/Mere/sorted', ...query };
        const { body: whole } = await files.as('anna').ok('listFiles', { query: asked });
        for (const [position, { id }] of whole.items.entries()) {
          const { body } = await files.as('anna').ok('listFiles', { query: { ...asked, around: id, limit: 3 } });
          assert.equal(body.offset, Math.max(0, position - 1));
          assert.deepEqual(namesOf(body), want.slice(body.offset).slice(0, 3));
        }
      });
    }

    it('the mounts into the root', async () => {
      const want = ['Gallery', 'Mere', 'Movies', 'Public', 'Special', 'Temporary', 'Workspace'];
      assert.deepEqual(await files.names('bert', '/'), want);
      assert.deepEqual(await files.names('bert', '/', { limit: 1, order: 'desc' }), want.toReversed());
      assert.deepEqual(await files.names('nora', '/'), ['Movies', 'Public', 'Workspace']);
    });

    it('the mounts into the root, from any offset', async () => {
      const inHome = ['a', 'N', 'Zz'];
      for (const name of inHome) await files.mkdir('bert', `/${name}`);
      for (const [name, order] of [
        ['bert', 'asc'],
        ['bert', 'desc'],
        ['nora', 'asc'],
      ] as const) {
        const want = await files.names(name, '/', { order, limit: 1 });
        assert.equal(want.length, name === 'bert' ? 7 + inHome.length : 3);
        for (let offset = 0; offset <= want.length; offset += 1) {
          for (const limit of [1, 3, 100]) {
            const { body } = await files.as(name).ok('listFiles', { query: { path: '/', order, offset, limit } });
            assert.deepEqual(namesOf(body), want.slice(offset, offset + limit));
            assert.equal(body.offset, offset);
            const around = body.items[0]?.id ?? 0;
            const { body: same } = await files
              .as(name)
              .ok('listFiles', { query: { path: '/', order, around, limit: 1 } });
            assert.equal(same.offset, around === 0 ? 0 : offset);
          }
        }
      }
      for (const name of inHome) await files.as('bert').ok('deleteFile', { query: { path: `/${name}` } });
    });

    it('and leaves out what Finder keeps for itself', async () => {
      const dav = files.dav('anna');
      const headers = { 'User-Agent': 'WebDAVFS/3.0.0 (03008000) Darwin/22.0.0 (x86_64)' };
      await files.mkdir('anna', '/Mere/finder');
      await files.put('anna', '/Mere/finder/film.mkv');
      assert.equal((await dav.request('PUT', 'Mere/finder/._film.mkv', { headers, body: 'x' })).status, 201);
      dav.close();
      assert.deepEqual(await files.names('anna', '/Mere/finder'), ['film.mkv']);
    });
  });

  it('refuses cursors of other lists, files, and what is not there', async () => {
    await files.put('anna', '/Mere/a file');
    await files.mkdir('anna', '/Mere/two');
    await files.put('anna', '/Mere/two/1');
    await files.put('anna', '/Mere/two/2');
    const { body } = await files.as('anna').ok('listFiles', { query: { path: '/Mere/two', limit: 1 } });
    const cursor = body.nextCursor as string;
    await files.as('anna').refused('listFiles', 'bad-request', { query: { path: '/Mere/two', cursor, sort: 'size' } });
    await files.as('anna').refused('listFiles', 'bad-request', { query: { path: '/Mere/two', cursor, offset: 1 } });
    await files.as('anna').refused('listFiles', 'bad-request', { query: { path: '/Mere/two', around: 1, offset: 1 } });
    for (const offset of [-1, 1.5, 'x', 2 ** 53]) {
      await files.as('anna').refused('listFiles', 'bad-request', { query: { path: '/Mere/two', offset } });
    }
    await files.as('anna').refused('listFiles', 'bad-request', { query: { path: '/Mere/two', cursor: 'nonsense' } });
    await files.as('anna').refused('listFiles', 'not-a-collection', { query: { path: '/Mere/a file' } });
    await files.as('anna').refused('listFiles', 'not-found', { query: { path: '/Mere/missing' } });
    await files.as('anna').refused('listFiles', 'bad-request', { query: { path: '/', limit: 1001 } });
  });

  describe(`of ${MANY} entries`, () => {
    let names: string[];
    before(async () => {
      names = await manyEntries(files, '/Mere/many', database);
    });

    it('gives each once, in natural order', async () => {
      assert.deepEqual(await files.names('anna', '/Mere/many', { limit: 1000 }), names);
    });

    it('gives any part of them, each as it is by now', async () => {
      const last = names.length - 1;
      for (const offset of [0, last, 1234, last - 300, 17]) {
        const query = { path: '/Mere/many', offset, limit: 250 };
        const { body } = await files.as('anna').ok('listFiles', { query });
        assert.deepEqual(namesOf(body), names.slice(offset, offset + 250));
      }
      const query = { path: '/Mere/many', offset: last, limit: 1 };
      const before = await files.as('anna').ok('listFiles', { query });
      await files.put('anna', '/Mere/many/another', 'x');
      const after = await files.as('anna').ok('listFiles', { query });
      assert.deepEqual(namesOf(after.body), names.slice(-2, -1));
      assert.notEqual(after.body.folder.etag, before.body.folder.etag);
      await files.as('anna').ok('deleteFile', { query: { path: '/Mere/many/another' } });
    });

    it('neither repeats nor loses what stays as it is while others come, go and change', async () => {
      const isLeft = (name: string): boolean => Number(/\d+/.exec(name)?.[0]) % 10 !== 0;
      const changed = names.filter((name) => !isLeft(name));
      const seen: string[] = [];
      let cursor: string | undefined;
      for (let page = 0; ; page += 1) {
        const query = { path: '/Mere/many', sort: 'size', order: 'desc', limit: 500, cursor };
        const { body } = await files.as('anna').ok('listFiles', { query });
        seen.push(...body.items.map((entry: { name: string }) => entry.name));
        cursor = body.nextCursor;
        if (cursor === undefined) break;
        // From all over the list: it becomes greater, gets another name, goes; and others come.
        const [grown, renamed, gone] = changed.splice(page * 7, 3);
        await files.put('anna', `/Mere/many/${grown!}`, 'x'.repeat(page + 2));
        await files
          .as('anna')
          .ok('renameFile', { body: { path: `/Mere/many/${renamed!}`, name: `entry ${page}0 renamed` } });
        await files.as('anna').ok('deleteFile', { query: { path: `/Mere/many/${gone!}` } });
        await files.put('anna', `/Mere/many/entry ${page}0 new`, 'x'.repeat(page));
      }
      const unchanged = names.filter(isLeft);
      assert.deepEqual(
        seen.filter((name) => /^entry \d+\.txt$/.test(name) && isLeft(name)),
        unchanged,
      );
    });
  });

  it('shows recent files, the latest change first, of all that one sees', async () => {
    await fill(files, '/Mere/recent', ['1.txt', '2.txt', '3.txt']);
    await files.put('bert', '/Workspace/by bert.png', Buffer.from('x'));
    await files.put('bert', '/Mere/hidden.txt');
    const first = await files.put('anna', '/Mere/recent/first.txt');
    await files.put('anna', '/Workspace/by anna.txt');
    await files.put('anna', '/Mere/recent/gone.txt');
    await files.as('anna').ok('deleteFile', { query: { path: '/Mere/recent/gone.txt' } });
    await files.as('anna').ok('uploadFile', { query: { id: first.id }, content: 'changed' });
    await files.as('anna').ok('moveFile', { body: { path: '/Mere/recent', to: '/Mere/renamed' } });

    const { body } = await files.as('anna').ok('listRecent', { query: { limit: 3 } });
    const paths = body.items.map((entry: { path: string }) => entry.path);
    assert.deepEqual(paths, ['/Mere/renamed/first.txt', '/Workspace/by anna.txt', '/Workspace/by bert.png']);
    const all = (await files.as('anna').all('listRecent', { query: { limit: 7 } })).map(
      (entry) => entry.path as string,
    );
    assert.equal(new Set(all).size, all.length);
    assert.deepEqual(all.slice(0, 3), paths);
    assert.ok(all.includes('/Mere/a file'));
    assert.ok(!all.some((path) => /hidden|gone/.test(path)));
    const images = await files.as('nora').all('listRecent', { query: { type: 'image' } });
    assert.deepEqual(
      images.map((entry) => entry.path),
      ['/Workspace/by bert.png'],
    );
  });
});
