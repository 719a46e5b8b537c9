import assert from 'node:assert/strict';
import type { Actor } from '../../src/core/actor.ts';
import { NO_CONDITIONS } from '../../src/core/core.ts';
import { move } from '../../src/core/copy-move.ts';
import { listTrash, purgeTrash, restoreTrash, trash } from '../../src/core/trash.ts';
import { find, locate } from '../../src/core/tree.ts';
import { listVersions, restoreVersion, versionAsNode } from '../../src/core/versions.ts';
import { parsePlainPath } from '../../src/lib/node-path.ts';
import { TestCore } from '../support/test-core.ts';

const DAY_SECONDS = 24 * 3600;

describe('the trash', () => {
  let test: TestCore;
  let ann: Actor;
  beforeEach(async () => {
    test = await TestCore.open({ defaultQuotaBytes: 1_000_000 });
    ann = test.as('ann');
  });
  afterEach(() => test.close());

  const remove = (actor: Actor, path: string) => trash(test.core, actor, parsePlainPath(path), NO_CONDITIONS);
  const exists = async (path: string) => (await find(test.core, ann, parsePlainPath(path))).found !== undefined;
  const names = async (actor: Actor, everyones = false) => {
    const found: string[] = [];
    for await (const page of listTrash(test.core, actor, everyones)) found.push(...page.map(({ node }) => node.name));
    return found;
  };

  it('gives a tree back where it was, with all that is in it', async () => {
    const nodeId = await test.mkcol('ann', 'Films');
    await test.put('ann', 'Films/a.mkv', 100);
    await remove(ann, 'Films');
    assert.equal(await exists('Films'), false);
    assert.deepEqual(await names(ann), ['Films']);
    assert.equal(await test.usedBytes('ann'), 100);

    assert.deepEqual(await restoreTrash(test.core, ann, nodeId), { nodeId, name: 'Films' });
    assert.equal(await exists('Films/a.mkv'), true);
    assert.deepEqual(await names(ann), []);
  });

  it('gives it another name when its own is taken', async () => {
    const numbers: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      numbers.push(await test.put('ann', 'letter.txt', 10));
      await remove(ann, 'letter.txt');
    }
    for (const number of numbers) await restoreTrash(test.core, ann, number);
    for (const path of ['letter.txt', 'letter (restored).txt', 'letter (restored 2).txt']) {
      assert.equal(await exists(path), true, path);
    }
  });

  it('gives it a name that can be asked for, however long its own is', async () => {
    for (const [name, want] of [
      [`${'ü'.repeat(125)}.text`, `${'ü'.repeat(119)} (restored).text`],
      [`a.${'b'.repeat(253)}`, `a.${'b'.repeat(242)} (restored)`],
    ] as const) {
      const nodeId = await test.put('ann', name, 10);
      await remove(ann, name);
      await test.put('ann', name, 10);
      assert.deepEqual(await restoreTrash(test.core, ann, nodeId), { nodeId, name: want });
      assert.equal(await exists(want), true);
    }
  });

  it('puts it into the root when the folder that it was in is gone', async () => {
    await test.mkcol('ann', 'gone');
    const nodeId = await test.put('ann', 'gone/f', 10);
    await remove(ann, 'gone/f');
    await remove(ann, 'gone');
    await restoreTrash(test.core, ann, nodeId);
    assert.equal(await exists('f'), true);
  });

  it('is closed to others, and open to an administrator who asks for it', async () => {
    const nodeId = await test.put('ann', 'f', 10);
    await remove(ann, 'f');
    assert.deepEqual(await names(test.as('ben')), []);
    for (const handle of [restoreTrash, purgeTrash]) {
      await assert.rejects(handle(test.core, test.as('ben'), nodeId), { code: 'not-found' });
    }
    await assert.rejects(names(test.as('ben'), true), { code: 'forbidden' });
    assert.deepEqual(await names(test.as('adam'), true), ['f']);
    await purgeTrash(test.core, test.as('adam'), nodeId);
    assert.equal(await test.usedBytes('ann'), 0);
  });

  it('gives way to an upload after a day, oldest first, and not before', async () => {
    await test.put('ann', 'old', 900_000);
    await remove(ann, 'old');
    await assert.rejects(test.put('ann', 'new', 500_000), { code: 'quota-exceeded' });
    test.clock.advance(DAY_SECONDS + 1);
    await test.put('ann', 'new', 500_000);
    assert.deepEqual(await names(ann), []);
    assert.equal(await test.usedBytes('ann'), 500_000);
  });

  it('takes no root and no mount', async () => {
    for (const path of ['/', 'Workspace']) await assert.rejects(remove(test.as('adam'), path), { code: 'forbidden' });
  });
});

describe('versions', () => {
  let test: TestCore;
  beforeEach(async () => {
    test = await TestCore.open();
  });
  afterEach(() => test.close());

  it('have the type that the name of the file tells by now', async () => {
    const ann = test.as('ann');
    for (const sizeBytes of [1, 2]) await test.put('ann', 'a.mp4', sizeBytes);
    const [from, to] = ['a.mp4', 'a.mkv'].map((name) => parsePlainPath(name));
    await move(test.core, ann, { from: from!, to: to!, overwrite: false }, NO_CONDITIONS);
    const [version] = await listVersions(test.core, ann, to!);
    assert.equal(version!.mediaType, 'video/x-matroska');
    assert.equal((await versionAsNode(test.core, ann, to!, version!.id)).mediaType, 'video/x-matroska');
  });

  it('are listed newest first and can be made the content again', async () => {
    const ann = test.as('ann');
    const path = parsePlainPath('f');
    for (const size of [10, 20, 30]) {
      await test.put('ann', 'f', size);
      test.clock.advance(1);
    }
    const versions = await listVersions(test.core, ann, path);
    assert.deepEqual(
      versions.map((version) => version.sizeBytes),
      [20, 10],
    );
    await restoreVersion(test.core, ann, path, versions[1]!.id);
    assert.equal((await locate(test.core, ann, path)).node.sizeBytes, 10);
    assert.deepEqual(
      (await listVersions(test.core, ann, path)).map((version) => version.sizeBytes),
      [30, 20],
    );
  });

  it('are for files only, and not for those who may not write', async () => {
    await test.put('ann', 'Movies/film', 10);
    await test.put('ann', 'Movies/film', 20);
    const path = parsePlainPath('Movies/film');
    const [version] = await listVersions(test.core, test.as('ben'), path);
    await assert.rejects(restoreVersion(test.core, test.as('ben'), path, version!.id), { code: 'forbidden' });
    await assert.rejects(listVersions(test.core, test.as('ann'), parsePlainPath('Movies')), {
      code: 'is-a-collection',
    });
  });
});
