import assert from 'node:assert/strict';
import { assertFails, World, type Backend } from './metadata-store-world.ts';

export function describeBlobs(prepare: () => Promise<Backend>): void {
  describe('blobs, packs and disks', () => {
    let world: World;
    beforeEach(async () => {
      world = await World.open(await prepare());
    });
    afterEach(() => world.backend.remove());

    const collect = (beforeMs = world.now + 1, limit = 100) => world.store.run('collectBlobs', { beforeMs, limit });
    const disk = async () => (await world.store.listDisks())[0]!;
    const pack = async () => (await world.store.listPacks(world.diskId))[0]!;
    const addDisk = (name: string, identity: string) =>
      world.store.run('addDisk', { name, path: `/disks/${name}`, identity, reserveBytes: 5, nowMs: world.now });

    it('knows where the bytes of a file are', async () => {
      const small = world.blob(10);
      await world.put(world.root, 'small', 10, { blob: small });
      assert.deepEqual(await world.store.locateBlob(small.id), small.location);
      const large = world.blob(1000);
      const location = { ...large.location, packId: undefined, packName: undefined, offsetBytes: 0 };
      await world.put(world.root, 'large', 1000, { blob: { ...large, location } });
      assert.deepEqual(await world.store.locateBlob(large.id), location);
      assert.equal(await world.store.locateBlob('unknown'), undefined);
      const { blobCount, blobBytes } = await disk();
      assert.deepEqual({ blobCount, blobBytes }, { blobCount: 2, blobBytes: 1010 });
      const { liveBytes, lengthBytes, isSealed } = await pack();
      const end = small.location.offsetBytes + 10;
      assert.deepEqual({ liveBytes, lengthBytes, isSealed }, { liveBytes: 10, lengthBytes: end, isSealed: false });
    });

    it('collects a blob once nothing refers to it', async () => {
      const blob = world.blob(10);
      const { nodeId } = await world.put(world.root, 'f', 10, { blob });
      const copy = await world.copy({ nodeId, parentId: world.root, name: 'copy' });
      for (const id of [nodeId, copy.nodeId]) {
        await world.trash(id);
        assert.deepEqual(await collect(), { dead: [], done: true });
        await world.purge(id);
        if (id === nodeId) assert.deepEqual(await collect(), { dead: [], done: true });
      }
      assert.deepEqual(await collect(world.now), { dead: [], done: true }, 'not before its time');
      assert.deepEqual((await collect()).dead, [blob.location]);
    });

    it('hands out dead blobs until they are forgotten', async () => {
      const blobs = [world.blob(1), world.blob(2), world.blob(3)];
      for (const blob of blobs) {
        await world.put(world.root, 'f', 1, { blob, versionsKept: 0 });
        world.clock.ms += 1;
      }
      const [first, second, live] = blobs;
      assert.deepEqual(await collect(world.now, 1), { dead: [first!.location], done: false });
      assert.deepEqual(await collect(), { dead: [first!.location, second!.location], done: true });
      await world.store.run('forgetBlobs', { blobIds: blobs.map((blob) => blob.id) });
      assert.deepEqual(await collect(), { dead: [], done: true });
      assert.equal(await world.store.locateBlob(first!.id), undefined);
      assert.deepEqual(await world.store.locateBlob(live!.id), live!.location, 'what is not dead is not forgotten');
      assert.equal((await disk()).blobCount, 1);
      assert.equal((await pack()).liveBytes, 3);
    });

    it('keeps the bytes of versions, and of a version that became content', async () => {
      const [first, second] = [world.blob(1), world.blob(2)];
      await world.put(world.root, 'f', 1, { blob: first });
      const { nodeId } = await world.put(world.root, 'f', 2, { blob: second });
      const [version] = await world.store.listVersions(nodeId);
      const restore = { ...world.change(), nodeId, versionId: version!.id, etag: 'e', versionsKept: 0 };
      await world.store.run('restoreVersion', restore);
      assert.deepEqual((await collect()).dead, [second.location]);
      assert.deepEqual((await world.node(nodeId)).blobId, first.id);
    });

    it('gives up the bytes of a file that overwrote itself by a copy, but not those in use', async () => {
      const blob = world.blob(10);
      const { nodeId } = await world.put(world.root, 'f', 10, { blob });
      const copy = await world.copy({ nodeId, parentId: world.root, name: 'copy' });
      await world.copy({ nodeId: copy.nodeId, parentId: world.root, name: 'f', overwrite: true, versionsKept: 0 });
      assert.deepEqual(await collect(), { dead: [], done: true });
      assert.deepEqual(await world.store.locateBlob(blob.id), blob.location);
    });

    it('removes a pack that is sealed and empty, no other', async () => {
      const blob = world.blob(10);
      const { nodeId } = await world.put(world.root, 'f', 10, { blob });
      const remove = () => world.store.run('removePack', { packId: world.packId });
      await assertFails(remove(), 'refused');
      await world.store.run('sealPack', { packId: world.packId, lengthBytes: 1_000_000_000 });
      assert.deepEqual([(await pack()).isSealed, (await pack()).lengthBytes], [true, 1_000_000_000]);
      await assertFails(remove(), 'refused');
      await world.trash(nodeId);
      await world.purge(nodeId);
      await collect();
      const condemn = () => world.store.run('condemnPack', { packId: world.packId, nowMs: world.now });
      await assertFails(condemn(), 'refused');
      await world.store.run('forgetBlobs', { blobIds: [blob.id] });
      await assertFails(remove(), 'refused');
      await condemn();
      assert.equal((await pack()).condemnedAtMs, world.now);
      await remove();
      await remove();
      await condemn();
      assert.deepEqual(await world.store.listPacks(world.diskId), []);
    });

    it('commits nothing into a pack that is condemned or gone', async () => {
      await world.store.run('sealPack', { packId: world.packId, lengthBytes: 0 });
      await world.store.run('condemnPack', { packId: world.packId, nowMs: world.now });
      await assertFails(world.put(world.root, 'f', 10), 'unavailable');
      await world.store.run('removePack', { packId: world.packId });
      await assertFails(world.put(world.root, 'f', 10), 'unavailable');
      assert.deepEqual(await world.names(world.root), []);
    });

    it('moves pieces of a pack, but none that was forgotten meanwhile', async () => {
      const [kept, gone] = [world.blob(10), world.blob(20)];
      await world.put(world.root, 'kept', 10, { blob: kept });
      await world.put(world.root, 'gone', 20, { blob: gone, versionsKept: 0 });
      await world.put(world.root, 'gone', 0, { versionsKept: 0 });
      await collect();
      await world.store.run('forgetBlobs', { blobIds: [gone.id] });
      const { packId } = await world.store.run('openPack', { diskId: world.diskId, name: 'next', nowMs: world.now });
      const moves = [kept, gone].map(({ location }, index) => ({
        from: location,
        to: { ...location, packId, packName: 'next', offsetBytes: 64 + index * 100 },
      }));
      assert.deepEqual(await world.store.run('relocateBlobs', { moves }), { moved: 1 });
      assert.deepEqual(await world.store.run('relocateBlobs', { moves }), { moved: 0 });
      assert.deepEqual(await world.store.locateBlob(kept.id), moves[0]!.to);
      const [from, to] = await world.store.listPacks(world.diskId);
      assert.deepEqual([from!.liveBytes, from!.liveCount], [0, 0]);
      assert.deepEqual([to!.liveBytes, to!.liveCount, to!.lengthBytes], [10, 1, 74]);
    });

    it('never says that a sealed pack is shorter than what is committed of it', async () => {
      const blob = world.blob(10);
      await world.store.run('sealPack', { packId: world.packId, lengthBytes: 5 });
      await world.put(world.root, 'f', 10, { blob });
      assert.equal((await pack()).lengthBytes, blob.location.offsetBytes + 10);
      await assertFails(world.store.run('sealPack', { packId: 999, lengthBytes: 5 }), 'not-found');
    });

    it('adds, changes and removes disks', async () => {
      const { diskId } = await addDisk('second', 'two');
      await assertFails(addDisk('second', 'three'), 'already-exists');
      await assertFails(addDisk('third', 'two'), 'already-exists');
      await world.store.run('updateDisk', { diskId, path: '/elsewhere' });
      await world.store.run('updateDisk', { diskId, reserveBytes: 7 });
      assert.deepEqual((await world.store.listDisks())[1], {
        id: diskId,
        name: 'second',
        path: '/elsewhere',
        identity: 'two',
        reserveBytes: 7,
        blobCount: 0,
        blobBytes: 0,
      });
      await world.store.run('openPack', { diskId, name: 'p', nowMs: world.now });
      await world.store.run('removeDisk', { diskId });
      assert.equal((await world.store.listDisks()).length, 1);
      for (const run of [
        () => world.store.run('removeDisk', { diskId }),
        () => world.store.run('updateDisk', { diskId, path: '/' }),
        () => world.store.run('openPack', { diskId, name: 'p', nowMs: world.now }),
      ]) {
        await assertFails(run(), 'not-found');
      }
    });

    it('keeps a disk that holds anything', async () => {
      await world.put(world.root, 'f');
      await assertFails(world.store.run('removeDisk', { diskId: world.diskId }), 'refused');
    });
  });
}
