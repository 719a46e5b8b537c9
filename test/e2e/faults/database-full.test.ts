import assert from 'node:assert/strict';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { seededBytes } from '../../support/content.ts';
import { databasesOf, SQLITE, type DatabaseEngine } from '../../support/databases.ts';
import { startMariadb } from '../../support/mariadb.ts';
import { fillUp, mountTmpfs, unmount } from '../../support/mounts.ts';
import { Scratch, until } from '../../support/processes.ts';
import { Faulty } from './fixture.ts';

const NOTE_BYTES = 50_000;

/** A property that the database must make room for. */
const noteBody = (note: string) =>
  `<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><note xmlns="urn:x">${note}</note></D:prop></D:set></D:propertyupdate>`;

/** Where the database lies on a small disk, and what begins to use that. */
const PLACES: { name: string; sizeMiB: number; open: (folder: string) => Promise<DatabaseEngine & AsyncDisposable> }[] =
  [
    {
      name: 'SQLite',
      sizeMiB: 16,
      open: async (folder) => ({
        name: SQLITE.name,
        create: async () => ({ url: `sqlite:${join(folder, 'nosocial.db')}`, remove: async () => undefined }),
        [Symbol.asyncDispose]: async () => undefined,
      }),
    },
    {
      name: 'MariaDB',
      sizeMiB: 128,
      open: async (folder) => {
        const server = await startMariadb({ folder });
        return { ...databasesOf(server), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
      },
    },
  ];

for (const { name, sizeMiB, open } of PLACES) {
  describe(`a full disk under the database, on ${name}`, function () {
    this.timeout(120_000);
    const stack = new AsyncDisposableStack();
    let small: string;
    let faulty: Faulty;

    before(async () => {
      const scratch = await Scratch.create('database-full');
      stack.defer(() => scratch.remove());
      small = scratch.path('small');
      stack.defer(() => unmount(small));
      await mountTmpfs(small, sizeMiB);
      const folder = join(small, 'database');
      await mkdir(folder);
      const database = stack.use(await open(folder));
      faulty = await Faulty.open({ database });
      stack.defer(() => faulty.closeChecked());
      stack.defer(() => rm(join(small, 'filler'), { force: true }));
    });
    after(() => stack.disposeAsync());

    it('stops changes, not reading, and everything goes on when there is room again', async () => {
      const { dav } = faulty;
      await dav.put('kept', 'kept');
      await fillUp(small);
      const stored: string[] = [];
      /** The status with which one of two changes was refused. */
      const refused = async (): Promise<number | undefined> => {
        const path = `more-${stored.length}`;
        const put = await dav.request('PUT', path, { body: seededBytes(path, 1000) });
        if (put.status !== 201) return put.status;
        stored.push(path);
        const note = await dav.request('PROPPATCH', path, { body: noteBody('n'.repeat(NOTE_BYTES)) });
        return note.status === 207 && note.body.includes('200 OK') ? undefined : note.status;
      };
      const status = await until('a change is refused', refused, { everyMs: 0, timeoutMs: 60_000 });
      assert.ok([503, 507].includes(status), `the change was refused with ${status}`);
      assert.equal((await dav.get('kept')).toString(), 'kept');
      assert.ok((await dav.list('', '<D:resourcetype/>')).has('kept'));

      await rm(join(small, 'filler'));
      const put = async () => ((await dav.request('PUT', 'again', { body: 'again' })).status < 300 ? true : undefined);
      await until('changes are taken again', put, { timeoutMs: 10_000 });
      assert.equal((await dav.get('again')).toString(), 'again');
      for (const path of stored) assert.ok((await dav.get(path)).equals(seededBytes(path, 1000)), path);
      await dav.expect(404, 'GET', `more-${stored.length}`);
    });
  });
}
