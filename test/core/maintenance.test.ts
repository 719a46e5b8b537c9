import assert from 'node:assert/strict';
import { copy, move } from '../../src/core/copy-move.ts';
import { NO_CONDITIONS } from '../../src/core/core.ts';
import { applyRules } from '../../src/core/maintenance/apply-rules.ts';
import { recover } from '../../src/core/maintenance/recover.ts';
import { sweep } from '../../src/core/maintenance/sweep.ts';
import { trash } from '../../src/core/trash.ts';
import { find } from '../../src/core/tree.ts';
import { parsePlainPath } from '../../src/lib/node-path.ts';
import { TestCore } from '../support/test-core.ts';

const MONTH_SECONDS = 31 * 24 * 3600;
const path = parsePlainPath;

describe('keeping the store tidy', () => {
  let test: TestCore;
  const signal = new AbortController().signal;
  beforeEach(async () => {
    test = await TestCore.open();
  });
  afterEach(() => test.close());

  /** A folder of more nodes than one transaction copies. */
  async function largeTree(name: string): Promise<void> {
    await test.mkcol('ann', name);
    await Promise.all(Array.from({ length: 1100 }, (_, index) => test.put('ann', `${name}/${index}`, 0)));
  }

  const copyTree = (from: string, to: string, stop: AbortSignal) =>
    copy(
      test.core,
      test.as('ann'),
      { from: path(from), to: path(to), overwrite: false, depth: 'infinity', signal: stop },
      NO_CONDITIONS,
    );
  const found = async (at: string) => (await find(test.core, test.as('ann'), path(at))).found;

  it('removes trash and versions past their time, and the bytes that nothing refers to any more', async () => {
    await test.put('ann', 'deleted', 100_000);
    await test.put('ann', 'changed', 100_000);
    await test.put('ann', 'changed', 200_000);
    await trash(test.core, test.as('ann'), path('deleted'), NO_CONDITIONS);
    await sweep(test.core, signal);
    assert.equal(await test.usedBytes('ann'), 400_000);
    assert.equal(test.blobs.blobCount, 3);

    test.clock.advance(MONTH_SECONDS);
    await applyRules(test.core, { signal, onExpired: () => undefined });
    await sweep(test.core, signal);
    assert.equal(await test.usedBytes('ann'), 200_000);
    assert.equal(test.blobs.blobCount, 1);
  });

  it('keeps the bytes of a copy whose original is gone', async () => {
    await test.put('ann', 'f', 100_000);
    await copyTree('f', 'g', signal);
    await trash(test.core, test.as('ann'), path('f'), NO_CONDITIONS);
    test.clock.advance(MONTH_SECONDS);
    await sweep(test.core, signal);
    test.clock.advance(3600);
    await sweep(test.core, signal);
    assert.equal(test.blobs.blobCount, 1);
    assert.equal((await found('g'))?.node.sizeBytes, 100_000);
  });

  it('leaves bytes on a disk that is away for when it is back', async () => {
    await test.put('ann', 'f', 100_000);
    await trash(test.core, test.as('ann'), path('f'), NO_CONDITIONS);
    const [disk] = await test.core.store.listDisks();
    test.clock.advance(MONTH_SECONDS);
    test.blobs.setDown(disk!.id, true);
    await sweep(test.core, signal);
    test.blobs.setDown(disk!.id, false);
    assert.equal(test.blobs.blobCount, 1);
    await sweep(test.core, signal);
    assert.equal(test.blobs.blobCount, 0);
  });

  it('shows a large copy whole, and nothing of one that was cut off', async () => {
    await largeTree('tree');
    await copyTree('tree', 'copy', signal);
    assert.equal((await found('copy'))?.node.nodeCount, 1100);

    await assert.rejects(copyTree('tree', 'other', AbortSignal.abort()), { name: 'AbortError' });
    assert.equal(await found('other'), undefined);
    assert.deepEqual(
      (await test.core.store.listJobs()).map((job) => job.kind),
      ['purge'],
    );
    await sweep(test.core, signal);
    assert.deepEqual(await test.core.store.listJobs(), []);
  });

  it('moves a large tree to another space, at once for whoever looks', async () => {
    await largeTree('tree');
    await move(
      test.core,
      test.as('ann'),
      { from: path('tree'), to: path('Workspace/tree'), overwrite: false },
      NO_CONDITIONS,
    );
    const moved = await found('Workspace/tree/7');
    assert.equal(moved?.node.spaceId, moved?.space.id);
    assert.deepEqual(await test.core.store.listJobs(), []);
  });

  it('gives back at start what uploads and copies held that a crash cut off', async () => {
    const { core } = test;
    const { id: ownerId } = (await core.store.findUser('ann'))!;
    const [disk] = await core.store.listDisks();
    const nowMs = core.clock.nowMs();
    await core.store.run('reserveUpload', { uploadId: 'u1', ownerId, sizeBytes: 500, diskId: disk!.id, nowMs });
    await largeTree('tree');
    const source = await found('tree');
    await core.store.run('startCopy', {
      userId: ownerId,
      tokens: [],
      nowMs,
      nodeId: source!.node.id,
      parentId: source!.node.parentId,
      name: 'half',
      replaces: 'any',
      overwrite: false,
      expectedSource: undefined,
      expectedDestination: undefined,
      versionsKept: 0,
      depth: 'infinity',
    });

    // Killed once more in the middle of it.
    test.blobs.remove = () => Promise.reject(new Error('killed'));
    await assert.rejects(recover(core), { message: 'killed' });
    Reflect.deleteProperty(test.blobs, 'remove');

    assert.deepEqual(await recover(core), { uploads: 1, packs: 0, jobs: 1 });
    assert.equal((await core.store.findUser('ann'))!.reservedBytes, 0);
    assert.equal(await found('half'), undefined);
    assert.deepEqual(await recover(core), { uploads: 0, packs: 0, jobs: 0 });
  });
});
