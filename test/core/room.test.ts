import assert from 'node:assert/strict';
import { copy } from '../../src/core/copy-move.ts';
import { NO_CONDITIONS } from '../../src/core/core.ts';
import { sweep } from '../../src/core/maintenance/sweep.ts';
import { reportQuota } from '../../src/core/quota.ts';
import { contentOf, putFile } from '../../src/core/transfer.ts';
import { listTrash, trash } from '../../src/core/trash.ts';
import { find, locate } from '../../src/core/tree.ts';
import { listVersions } from '../../src/core/versions.ts';
import { parsePlainPath } from '../../src/lib/node-path.ts';
import { TestCore } from '../support/test-core.ts';

const DAY_SECONDS = 24 * 3600;
const path = parsePlainPath;

/** Files of these sizes have a file of their own each on the disk. */
const K = 1000;

describe('what gives way', () => {
  let test: TestCore;
  const signal = new AbortController().signal;
  afterEach(() => test.close());

  const remove = (name: string, at: string) => trash(test.core, test.as(name), path(at), NO_CONDITIONS);
  const trashed = async (name: string) => {
    const names: string[] = [];
    for await (const page of listTrash(test.core, test.as(name))) names.push(...page.map(({ node }) => node.name));
    return names.sort();
  };
  const versions = async (at: string) =>
    (await listVersions(test.core, test.as('ann'), path(at))).map(({ sizeBytes }) => sizeBytes);

  /** Puts files into the trash, an hour apart. */
  async function fillTrash(name: string, files: Record<string, number>): Promise<void> {
    for (const [file, size] of Object.entries(files)) {
      await test.put(name, file, size);
      await remove(name, file);
      test.clock.advance(3600);
    }
  }

  /** A body that comes in pieces and does not say how much it is. */
  async function putUnannounced(name: string, at: string, sizeBytes: number): Promise<void> {
    async function* pieces() {
      for (let left = sizeBytes; left > 0; left -= 50 * K) yield Buffer.alloc(Math.min(left, 50 * K), 'x');
    }
    const body = { source: pieces(), sizeBytes: undefined, mediaType: '' };
    const target = await find(test.core, test.as(name), path(at));
    await putFile(test.core, test.as(name), target, { body, conditions: NO_CONDITIONS, signal });
  }

  describe('to a quota', () => {
    beforeEach(async () => {
      test = await TestCore.open({ defaultQuotaBytes: 1000 * K });
    });

    it('is no more than is missing, the oldest first', async () => {
      await fillTrash('ann', { a: 200 * K, b: 200 * K, c: 200 * K });
      test.clock.advance(DAY_SECONDS);
      await test.put('ann', 'new', 500 * K);
      assert.deepEqual(await trashed('ann'), ['b', 'c']);
      assert.equal(await test.usedBytes('ann'), 900 * K);
    });

    it('is nothing when all of it would not do, and nothing of anybody else', async () => {
      await fillTrash('ann', { a: 200 * K });
      await fillTrash('ben', { b: 200 * K });
      test.clock.advance(DAY_SECONDS);
      await assert.rejects(test.put('ann', 'new', 1100 * K), { code: 'quota-exceeded' });
      await test.put('ann', 'kept', 500 * K);
      await assert.rejects(test.put('ann', 'new', 600 * K), { code: 'quota-exceeded' });
      assert.deepEqual(await trashed('ann'), ['a']);
      assert.deepEqual(await trashed('ben'), ['b']);
    });

    it('is nothing from the last day', async () => {
      await fillTrash('ann', { a: 600 * K });
      test.clock.advance(DAY_SECONDS - 3600 - 1);
      await assert.rejects(test.put('ann', 'new', 500 * K), { code: 'quota-exceeded' });
      test.clock.advance(2);
      await test.put('ann', 'new', 500 * K);
    });

    it('is trash before versions, and no version that a policy keeps', async () => {
      for (const size of [100 * K, 150 * K, 10 * K]) {
        await test.put('ann', 'f', size);
        await test.put('ann', 'Special/f', size);
        test.clock.advance(1);
      }
      await fillTrash('ann', { a: 200 * K });
      test.clock.advance(DAY_SECONDS);
      await test.put('ann', 'new', 400 * K);
      assert.deepEqual(await trashed('ann'), []);
      assert.deepEqual(await versions('f'), [150 * K, 100 * K]);
      await test.put('ann', 'newer', 150 * K);
      assert.deepEqual(await versions('f'), [150 * K]);
      assert.deepEqual(await versions('Special/f'), [150 * K, 100 * K]);
      await assert.rejects(test.put('ann', 'newest', 200 * K), { code: 'quota-exceeded' });
    });

    it('makes room for an upload that grows', async () => {
      await fillTrash('ann', { a: 400 * K, b: 400 * K });
      test.clock.advance(DAY_SECONDS);
      await putUnannounced('ann', 'new', 500 * K);
      assert.deepEqual(await trashed('ann'), ['b']);
      assert.equal(await test.usedBytes('ann'), 900 * K);
      assert.equal((await test.core.store.findUser('ann'))!.reservedBytes, 0);
    });

    it('is enough for all who wait, and no more', async () => {
      await fillTrash('ann', { a: 300 * K, b: 300 * K, c: 300 * K });
      test.clock.advance(DAY_SECONDS);
      await Promise.all([1, 2, 3, 4].map((number) => test.put('ann', `new ${number}`, 100 * K)));
      assert.deepEqual(await trashed('ann'), ['b', 'c']);
    });

    it('is told by the report: what is used and what is left make up the quota', async () => {
      await fillTrash('ann', { a: 200 * K });
      await test.put('ann', 'f', 100 * K);
      assert.deepEqual(await reportQuota(test.core, test.as('ann')), { usedBytes: 300 * K, availableBytes: 700 * K });
    });
  });

  describe('to a full disk', () => {
    beforeEach(async () => {
      test = await TestCore.open({}, { diskBytes: 1000 * K });
    });

    it('is the oldest trash of everybody, and its bytes are gone at once', async () => {
      await fillTrash('ann', { a: 200 * K });
      await fillTrash('ben', { b: 200 * K });
      await fillTrash('ann', { c: 200 * K });
      test.clock.advance(DAY_SECONDS);
      await test.put('ben', 'new', 700 * K);
      assert.deepEqual(await trashed('ann'), ['c']);
      assert.deepEqual(await trashed('ben'), []);
      assert.equal(test.blobs.blobCount, 2);
    });

    it('is nothing for what would not fit anyway, nor for what is beyond the quota', async () => {
      await fillTrash('ann', { a: 500 * K });
      test.clock.advance(DAY_SECONDS);
      await assert.rejects(test.put('ben', 'new', 1100 * K), { code: 'no-space' });
      await test.core.store.run('updateUser', { userId: test.as('ben').userId, quotaBytes: 600 * K, nowMs: 0 });
      await assert.rejects(test.put('ben', 'new', 700 * K), { code: 'no-space' });
      assert.deepEqual(await trashed('ann'), ['a']);
    });

    it('makes room for small files and for uploads that grow, too', async () => {
      await fillTrash('ann', { a: 400 * K, b: 400 * K });
      await test.put('ann', 'kept', 190 * K);
      test.clock.advance(DAY_SECONDS);
      await test.put('ann', 'small', 20 * K);
      assert.deepEqual(await trashed('ann'), ['b']);
      await putUnannounced('ann', 'growing', 500 * K);
      assert.deepEqual(await trashed('ann'), []);
    });

    it('leaves the bytes that a living copy shares', async () => {
      await test.put('ann', 'f', 400 * K);
      const how = { from: path('f'), to: path('copy'), overwrite: false, depth: 'infinity' as const, signal };
      await copy(test.core, test.as('ann'), how, NO_CONDITIONS);
      await remove('ann', 'f');
      test.clock.advance(DAY_SECONDS + 1);
      await assert.rejects(test.put('ann', 'g', 700 * K), { code: 'no-space' });
      const { node } = await locate(test.core, test.as('ann'), path('copy'));
      const content = await contentOf(test.core, node);
      assert.equal((await test.blobs.readSmall(content!)).length, 400 * K);
    });

    it('is told by the report', async () => {
      await test.put('ann', 'f', 100 * K);
      assert.deepEqual(await reportQuota(test.core, test.as('ann')), { usedBytes: 100 * K, availableBytes: 900 * K });
    });

    it('gives way in the background when hardly any room is left, not before', async () => {
      await fillTrash('ann', { a: 90 * K, b: 90 * K });
      test.clock.advance(DAY_SECONDS);
      await test.put('ben', 'f', 800 * K);
      await sweep(test.core, signal);
      assert.deepEqual(await trashed('ann'), ['a', 'b']);
      await test.put('ben', 'g', 15 * K);
      await sweep(test.core, signal);
      assert.deepEqual(await trashed('ann'), ['b']);
    });

    it('leaves trash alone when the disk is away', async () => {
      await fillTrash('ann', { a: 990 * K });
      test.clock.advance(DAY_SECONDS);
      const [disk] = await test.core.store.listDisks();
      test.blobs.setDown(disk!.id, true);
      await sweep(test.core, signal);
      assert.deepEqual(await trashed('ann'), ['a']);
    });
  });
});
