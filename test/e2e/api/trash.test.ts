import assert from 'node:assert/strict';
import { describeFiles, type FilesServer, type Name } from './file-fixture.ts';

/** Deletes; gives the number in the trash. */
async function remove(files: FilesServer, name: Name, path: string): Promise<number> {
  return (await files.as(name).ok('deleteFile', { query: { path } })).body.trashId as number;
}

/** Waits for a job that an answer names. */
async function ended(files: FilesServer, name: Name, id: string) {
  for (;;) {
    const { body } = await files.as(name).ok('getJob', { params: { id } });
    if (body.state !== 'running') return body;
  }
}

describeFiles('the trash by the API', function (files) {
  it('keeps what was deleted, and gives it back as it was', async () => {
    await files.mkdir('anna', '/Mere/gone');
    const { id } = await files.put('anna', '/Mere/gone/1.txt', 'one');
    await files.put('anna', '/Mere/gone/2.txt', 'two');
    const trashId = await remove(files, 'anna', '/Mere/gone');
    await files.as('anna').refused('getFile', 'not-found', { query: { id } });
    const { body } = await files.as('anna').ok('listTrash');
    const [entry] = body.items;
    assert.deepEqual(
      { ...entry, deletedAt: '', keptUntil: '' },
      {
        id: trashId,
        name: 'gone',
        kind: 'folder',
        sizeBytes: 6,
        nodeCount: 2,
        path: '/Mere/gone',
        owner: 'anna',
        deletedBy: 'anna',
        deletedAt: '',
        keptUntil: '',
      },
    );
    assert.equal(Date.parse(entry.keptUntil) - Date.parse(entry.deletedAt), 30 * 24 * 3600_000);
    const restored = await files.as('anna').ok('restoreTrash', { params: { id: trashId } });
    assert.equal(restored.body.path, '/Mere/gone');
    assert.equal(await files.read('anna', '/Mere/gone/2.txt'), 'two');
    assert.equal((await files.as('anna').ok('getFile', { query: { id } })).body.path, '/Mere/gone/1.txt');
    await files.as('anna').refused('restoreTrash', 'not-found', { params: { id: trashId } });
  });

  it('gives it back beside what has its name by now, or to where one says', async () => {
    await files.put('anna', '/Mere/a.txt', 'old');
    const first = await remove(files, 'anna', '/Mere/a.txt');
    await files.put('anna', '/Mere/a.txt', 'new');
    const restored = await files.as('anna').ok('restoreTrash', { params: { id: first } });
    assert.equal(restored.body.path, '/Mere/a (restored).txt');

    const again = await remove(files, 'anna', '/Mere/a (restored).txt');
    const to = (path: string, onConflict = 'fail') => ({ params: { id: again }, body: { to: path, onConflict } });
    await files.as('anna').refused('restoreTrash', 'already-exists', to('/Mere/a.txt'));
    await files.as('anna').refused('restoreTrash', 'parent-missing', to('/Mere/missing/a.txt'));
    await files.as('anna').refused('restoreTrash', 'forbidden', to('/shared'));
    const kept = await files.as('anna').ok('restoreTrash', to('/Mere/a.txt', 'keep-both'));
    assert.equal(kept.body.path, '/Mere/a (2).txt');
    assert.equal(await files.read('anna', '/Mere/a (2).txt'), 'old');

    await files.put('anna', '/Mere/b.txt', 'into another space');
    const other = await remove(files, 'anna', '/Mere/b.txt');
    const moved = await files.as('anna').ok('restoreTrash', { params: { id: other }, body: { to: '/Workspace/' } });
    assert.equal(moved.body.path, '/Workspace/b.txt');
  });

  it('is seen by who owned or deleted, and is nobody else’s', async () => {
    await files.put('bert', '/Workspace/of bert.txt');
    const id = await remove(files, 'ada', '/Workspace/of bert.txt');
    const seenBy = async (name: Name, query = {}): Promise<boolean> =>
      (await files.as(name).all('listTrash', { query })).some((entry) => entry.id === id);
    assert.deepEqual([await seenBy('bert'), await seenBy('ada'), await seenBy('anna')], [true, true, false]);
    await files.as('anna').refused('listTrash', 'forbidden', { query: { all: true } });
    assert.equal(await seenBy('ada', { all: true }), true);
    await files.as('anna').refused('restoreTrash', 'not-found', { params: { id } });
    await files.as('anna').refused('purgeTrash', 'not-found', { params: { id } });
    assert.equal((await files.as('bert').ok('restoreTrash', { params: { id } })).body.path, '/Workspace/of bert.txt');
  });

  it('gives an administrator nothing that was deleted in a home', async () => {
    await files.put('bert', '/Mere/private.txt', 'private');
    const id = await remove(files, 'bert', '/Mere/private.txt');
    const seenByAda = async () =>
      (await files.as('ada').all('listTrash', { query: { all: true } })).find((entry) => entry.id === id);
    const { deletedAt: _, keptUntil: __, ...seen } = await seenByAda();
    assert.deepEqual(seen, { id, kind: 'file', sizeBytes: 7, owner: 'bert', deletedBy: 'bert' });
    await files.as('ada').ok('changeSettings', { body: { 'accounts.adminsOpenHomes': true } });
    assert.equal((await seenByAda()).path, '/Homes/bert/Mere/private.txt');
    await files.as('ada').ok('changeSettings', { body: { 'accounts.adminsOpenHomes': null } });
    await files.as('ada').refused('restoreTrash', 'forbidden', { params: { id }, body: { to: '/Mere/' } });
    await files.as('ada').refused('restoreTrash', 'forbidden', { params: { id } });
    await files.as('ada').refused('getFile', 'not-found', { query: { id } });
    await files.as('bert').refused('getFile', 'not-found', { query: { id } });
    await files.as('bert').ok('restoreTrash', { params: { id } });
  });

  it('comes in pages, goes one by one, and as a whole', async () => {
    for (let index = 0; index < 7; index += 1) {
      await files.put('nora', `/Workspace/nora ${index}`, 'x');
      await remove(files, 'ada', `/Workspace/nora ${index}`);
    }
    await files.put('anna', '/Workspace/of anna');
    const ofAnna = await remove(files, 'anna', '/Workspace/of anna');
    const pages = await files.as('nora').all('listTrash', { query: { limit: 2 } });
    const names = Array.from({ length: 7 }, (_, index) => `nora ${6 - index}`);
    assert.deepEqual(
      pages.map((entry) => entry.name),
      names,
    );
    assert.equal((await files.as('nora').call('purgeTrash', { params: { id: pages[0].id } })).status, 204);
    assert.equal((await files.as('nora').all('listTrash')).length, 6);

    const { status, body, headers } = await files.as('nora').call('emptyTrash');
    assert.equal(status, 202);
    assert.equal(headers.get('location'), `/api/v1/jobs/${body.id}`);
    const job = await ended(files, 'nora', body.id as string);
    assert.deepEqual([job.state, job.result], ['done', { purgedCount: 6 }]);
    const listed = (await files.as('nora').ok('listJobs')).body.items.find(({ id }: { id: string }) => id === job.id);
    assert.deepEqual({ ...listed, result: job.result }, job);
    assert.ok(!('result' in listed));
    // An administrator sees how it went, and nothing of what it was about.
    const asAda = (await files.as('ada').ok('getJob', { params: { id: body.id } })).body;
    assert.deepEqual([asAda.state, asAda.result], ['done', undefined]);
    assert.deepEqual(await files.as('nora').all('listTrash'), []);
    assert.ok((await files.as('anna').all('listTrash')).some((entry) => entry.id === ofAnna));
  });

  describe('keeps old versions', () => {
    const path = '/Mere/versions.txt';
    const versions = async () => (await files.as('anna').ok('listVersions', { query: { path } })).body.items;
    before(async () => {
      for (const content of ['first', 'the second', 'third']) await files.put('anna', path, content);
    });

    it('that are listed, read in ranges, restored and removed', async () => {
      const [second, first] = await versions();
      assert.deepEqual([second.sizeBytes, first.sizeBytes], [10, 5]);
      const read = { params: { id: second.id }, query: { path, download: true } };
      const whole = await files.as('anna').ok('downloadVersion', read);
      assert.equal(whole.bytes.toString(), 'the second');
      assert.match(whole.headers.get('content-disposition') ?? '', /^attachment; filename="versions\.txt"/);
      assert.equal(whole.headers.get('etag'), `"${second.etag}"`);
      const part = await files.as('anna').call('downloadVersion', { ...read, headers: { Range: 'bytes=4-5' } });
      assert.deepEqual([part.status, part.bytes.toString()], [206, 'se']);

      await files.as('anna').ok('restoreVersion', { params: { id: first.id }, query: { path } });
      assert.equal(await files.read('anna', path), 'first');
      assert.equal((await versions()).length, 2);
      const id = (await versions())[0].id as number;
      assert.equal((await files.as('anna').call('deleteVersion', { params: { id }, query: { path } })).status, 204);
      assert.equal((await versions()).length, 1);
      await files.as('anna').refused('deleteVersion', 'not-found', { params: { id }, query: { path } });
    });

    it('and not by the number of another file’s, nor for those who may only read', async () => {
      await files.put('bert', '/Workspace/versions.txt', 'bert 1');
      await files.put('bert', '/Workspace/versions.txt', 'bert 2');
      const where = { path: '/Workspace/versions.txt' };
      const { body } = await files.as('nora').ok('listVersions', { query: where });
      const params = { id: body.items[0].id as number };
      await files.as('nora').refused('restoreVersion', 'forbidden', { params, query: where });
      await files.as('nora').refused('deleteVersion', 'forbidden', { params, query: where });
      await files.as('anna').refused('downloadVersion', 'not-found', { params, query: { path } });
      await files.as('anna').refused('deleteVersion', 'not-found', { params, query: { path } });
      await files.as('anna').refused('listVersions', 'is-a-collection', { query: { path: '/Mere' } });
    });
  });

  describe('and many files are changed at once', () => {
    it('each for itself', async () => {
      await files.mkdir('anna', '/Mere/bulk/to');
      for (const name of ['1', '2', '3', '4']) await files.put('anna', `/Mere/bulk/${name}`);
      const operations = [
        { action: 'move', path: '/Mere/bulk/1', to: '/Mere/bulk/to/' },
        { action: 'copy', path: '/Mere/bulk/2', to: '/Mere/bulk/to/two' },
        { action: 'delete', path: '/Mere/bulk/3' },
        { action: 'delete', path: '/Mere/bulk/missing' },
        { action: 'move', path: '/Mere/bulk/4', to: '/Movies/../4' },
        { action: 'copy', path: '/Mere/bulk/4', to: '/Mere/bulk/to/two', onConflict: 'keep-both' },
        { action: 'move', path: '/Mere/bulk', to: '/Mere/bulk/to/' },
        { action: 'delete', path: '/Mere/bulk/4', ifMatch: 'another' },
      ];
      const { body } = await files.as('anna').ok('changeFiles', { body: { operations } });
      assert.equal(body.failedCount, 4);
      const told = body.results.map(
        (result: any) => result.entry?.path ?? result.problem?.code ?? typeof result.trashId,
      );
      assert.deepEqual(told, [
        '/Mere/bulk/to/1',
        '/Mere/bulk/to/two',
        'number',
        'not-found',
        'bad-name',
        '/Mere/bulk/to/two (2)',
        'into-itself',
        'precondition-failed',
      ]);
      assert.deepEqual(await files.names('anna', '/Mere/bulk'), ['to', '2', '4']);
    });

    it('restored and purged, too, those that are one’s own', async () => {
      await files.mkdir('anna', '/Mere/back');
      await files.put('anna', '/Mere/back/1');
      await files.put('anna', '/Mere/back/2');
      await files.put('bert', '/Workspace/of bert');
      const inner = await remove(files, 'anna', '/Mere/back/1');
      const old = await remove(files, 'anna', '/Mere/back/2');
      const outer = await remove(files, 'anna', '/Mere/back');
      const ofBert = await remove(files, 'bert', '/Workspace/of bert');
      const operations = [
        // The folder first: what was in it goes back into it.
        { action: 'restore', trashId: outer },
        { action: 'restore', trashId: inner },
        { action: 'purge', trashId: old },
        { action: 'restore', trashId: ofBert },
        { action: 'purge', trashId: ofBert },
        { action: 'restore', trashId: inner },
      ];
      const { body } = await files.as('anna').ok('changeFiles', { body: { operations } });
      const told = body.results.map((result: any) => result.entry?.path ?? result.problem?.code ?? result.isDone);
      assert.deepEqual(told, ['/Mere/back', '/Mere/back/1', true, 'not-found', 'not-found', 'not-found']);
      assert.equal(body.failedCount, 3);
      assert.deepEqual(await files.names('anna', '/Mere/back'), ['1']);
      const left = async (name: Name) => (await files.as(name).all('listTrash')).map(({ id }) => id as number);
      assert.ok(!(await left('anna')).includes(old));
      assert.ok((await left('bert')).includes(ofBert));
      await files.as('anna').refused('changeFiles', 'bad-request', {
        body: { operations: [{ action: 'restore', path: '/Mere/back' }] },
      });
    });

    it('as a job that goes on by itself, or is called off', async () => {
      await files.put('anna', '/Mere/one', 'x');
      await files.mkdir('anna', '/Mere/job');
      const operations = Array.from({ length: 150 }, (_, index) => {
        return { action: 'copy', path: '/Mere/one', to: `/Mere/job/${index}` };
      });
      const { status, body } = await files.as('anna').call('changeFiles', { body: { operations } });
      assert.equal(status, 202);
      await files.as('bert').refused('getJob', 'not-found', { params: { id: body.id } });
      const job = await ended(files, 'anna', body.id as string);
      assert.equal(job.state, 'done');
      assert.equal(job.result.failedCount, 0);
      assert.equal((await files.as('anna').ok('listFiles', { query: { path: '/Mere/job' } })).body.totalCount, 150);

      const again = await files.as('anna').ok('changeFiles', { body: { operations } });
      await files.as('anna').ok('cancelJob', { params: { id: again.body.id } });
      const calledOff = await ended(files, 'anna', again.body.id as string);
      assert.match(calledOff.state, /^(cancelled|done)$/);
      assert.equal(calledOff.result.results.length, calledOff.progress.doneCount);
      await files.as('anna').refused('changeFiles', 'bad-request', {
        body: { operations: Array.from({ length: 1001 }, () => operations[0]) },
      });
    });
  });
});
