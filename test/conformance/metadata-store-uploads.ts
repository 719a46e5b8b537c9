import assert from 'node:assert/strict';
import type { BeginResumableUpload, ResumableUpload } from '../../src/core/ports/resumable-uploads.ts';
import { assertFails, World, type Backend } from './metadata-store-world.ts';

const ID = 'a'.repeat(32);
const OTHER = 'b'.repeat(32);

/** Uploads that come in pieces. */
export function describeResumableUploads(prepare: () => Promise<Backend>): void {
  describe('resumable uploads', () => {
    let world: World;
    beforeEach(async () => {
      world = await World.open(await prepare());
    });
    afterEach(() => world.backend.remove());

    const begin = (more: Partial<BeginResumableUpload> = {}) =>
      world.store.run('beginResumableUpload', {
        uploadId: ID,
        userId: world.ann,
        ownerId: world.ann,
        diskId: world.diskId,
        parentId: world.root,
        name: 'ä b.txt',
        metadata: 'path L2EgYi50eHQ=',
        sizeBytes: 1000,
        reservedBytes: 1000,
        maxPerUser: 2,
        nowMs: world.now,
        ...more,
      });
    const advance = (offsetBytes: number, uploadId = ID) =>
      world.store.run('advanceResumableUpload', { uploadId, offsetBytes, checksumState: 'c3RhdGU=', nowMs: world.now });
    const get = async (uploadId = ID): Promise<ResumableUpload> =>
      (await world.store.resumableUploads.get(uploadId)) ?? assert.fail('there is no such upload');
    const reservedOf = async (userId: number) => (await world.store.getUser(userId))!.reservedBytes;

    it('keeps all that is known of one, over a restart', async () => {
      await begin();
      const begunAtMs = world.now;
      world.clock.ms += 5000;
      await advance(400);
      await world.reopen();
      assert.deepEqual(await get(), {
        uploadId: ID,
        userId: world.ann,
        diskId: world.diskId,
        parentId: world.root,
        name: 'ä b.txt',
        metadata: 'path L2EgYi50eHQ=',
        sizeBytes: 1000,
        offsetBytes: 400,
        checksumState: 'c3RhdGU=',
        createdAtMs: begunAtMs,
        touchedAtMs: world.now,
        reserved: { ownerId: world.ann, sizeBytes: 1000 },
        finished: undefined,
      });
      assert.equal(await world.store.resumableUploads.get(OTHER), undefined);
      // It is no upload of one request, which a restart would end; and its bytes belong to something.
      assert.deepEqual(await world.store.listUploads(), []);
      assert.deepEqual(await world.store.inspection.knownBlobs(world.diskId, [ID, OTHER]), new Set([ID]));
    });

    it('promises quota to it, and no more uploads than a user may have', async () => {
      await assertFails(begin({ reservedBytes: 1e15 }), 'quota-exceeded');
      await begin();
      await assertFails(begin(), 'already-exists');
      await begin({ uploadId: OTHER, ownerId: world.bob });
      assert.equal(await reservedOf(world.ann), 1000);
      assert.equal(await reservedOf(world.bob), 1000);
      await assertFails(begin({ uploadId: 'c'.repeat(32) }), 'refused');
      await begin({ uploadId: 'c'.repeat(32), userId: world.bob });
      await world.store.run('forgetResumableUpload', { uploadId: OTHER });
      await world.store.run('forgetResumableUpload', { uploadId: OTHER });
      assert.equal(await reservedOf(world.bob), 0);
    });

    it('promises just its length once that is known', async () => {
      const size = (sizeBytes: number) => world.store.run('sizeResumableUpload', { uploadId: ID, sizeBytes });
      await assertFails(size(5), 'not-found');
      await begin({ sizeBytes: undefined, reservedBytes: 0 });
      assert.equal((await get()).sizeBytes, undefined);
      await world.store.run('extendUpload', { uploadId: ID, addBytes: 5000 });
      await size(700);
      assert.equal(await reservedOf(world.ann), 700);
      await size(900);
      assert.equal(await reservedOf(world.ann), 900);
      assert.equal((await get()).sizeBytes, 900);
      await assertFails(size(1e15), 'quota-exceeded');
      assert.equal(await reservedOf(world.ann), 900);
    });

    it('becomes a file, is remembered, and is charged once', async () => {
      await begin({ sizeBytes: 1000 });
      await advance(1000);
      const large = { ...world.blob(1000), id: ID };
      const location = { ...large.location, blobId: ID, packId: undefined, packName: undefined, offsetBytes: 0 };
      const usedBefore = (await world.store.getUser(world.ann))!.usedBytes;
      const put = {
        ...world.change(),
        parentId: world.root,
        name: 'film',
        replaces: 'any' as const,
        expected: undefined,
        blob: { ...large, location },
        uploadId: ID,
        mediaType: 'video/mp4',
        etag: 'etag',
        modifiedAtMs: undefined,
        versionsKept: 10,
        resumableId: ID,
      };
      const { nodeId } = await world.store.run('finishResumableUpload', put);
      assert.deepEqual((await get()).finished, { nodeId, etag: 'etag' });
      assert.equal((await get()).reserved, undefined);
      const { usedBytes, reservedBytes } = (await world.store.getUser(world.ann))!;
      assert.deepEqual({ usedBytes, reservedBytes }, { usedBytes: usedBefore + 1000, reservedBytes: 0 });
      await assertFails(advance(1001), 'not-found');
      assert.deepEqual(await world.store.resumableUploads.listOf(world.ann, { limit: 10 }), []);
      // A second commit of the same bytes cannot be.
      await assertFails(world.store.run('finishResumableUpload', { ...put, name: 'again' }), 'unavailable');
      await world.store.run('forgetResumableUpload', { uploadId: ID });
      assert.equal((await world.store.getUser(world.ann))!.usedBytes, usedBefore + 1000);
    });

    it('cannot be added to once it was given up', async () => {
      await begin();
      await world.store.run('giveUpUpload', { uploadId: ID });
      await assertFails(advance(10), 'not-found');
      await assertFails(advance(10, OTHER), 'not-found');
    });

    it('lists a user’s own, everybody’s, and those whose time is over', async () => {
      const ids = (found: readonly ResumableUpload[]) => found.map(({ uploadId }) => uploadId);
      const { resumableUploads } = world.store;
      await begin();
      world.clock.ms += 1000;
      await begin({ uploadId: OTHER, userId: world.bob });
      assert.deepEqual(ids(await resumableUploads.listOf(world.ann, { limit: 10 })), [ID]);
      assert.deepEqual(ids(await resumableUploads.listOf(world.ann, { after: ID, limit: 10 })), []);
      assert.deepEqual(ids(await resumableUploads.listUnfinished({ limit: 1 })), [ID]);
      assert.deepEqual(ids(await resumableUploads.listUnfinished({ after: ID, limit: 10 })), [OTHER]);
      const ending = async (idleSinceMs: number) =>
        ids(await resumableUploads.listEnding({ idleSinceMs, finishedBeforeMs: 0, limit: 10 }));
      assert.deepEqual(await ending(world.now - 1000), []);
      assert.deepEqual(await ending(world.now), [ID]);
      // One whose user is gone.
      await begin({ uploadId: 'c'.repeat(32), userId: 4_000_000 });
      assert.deepEqual(await ending(0), ['c'.repeat(32)]);
    });

    it('keeps its disk', async () => {
      await begin();
      await assertFails(world.store.run('removeDisk', { diskId: world.diskId }), 'refused');
    });
  });
}
