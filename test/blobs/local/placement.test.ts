import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  DiskRoom,
  LocalAllocation,
  allocateOn,
  type Place,
  type SpaceSample,
} from '../../../src/blobs/local/placement.ts';
import type { SpaceSampler } from '../../../src/blobs/local/space.ts';
import { randomId } from '../../../src/lib/ids.ts';
import { putLarge } from '../../conformance/blob-store.ts';
import { openTestStore, type TestStore } from './local-store.ts';

function place(id: number, freeBytes: number, { reserveBytes = 0, isWritable = true } = {}): Place {
  const room = new DiskRoom(reserveBytes);
  room.beginSample()({ freeBytes, totalBytes: 1000 });
  return { id, isWritable, room };
}

describe('placement', () => {
  const cases: [what: string, places: Place[], want: number][] = [
    ['the disk with most free', [place(1, 100), place(2, 300), place(3, 200)], 2],
    ['less what is reserved', [place(1, 100), place(2, 300, { reserveBytes: 250 })], 1],
    ['a disk that can be written', [place(1, 100), place(2, 300, { isWritable: false })], 1],
    ['the first of equals', [place(1, 100), place(2, 100)], 1],
  ];
  for (const [what, places, want] of cases) {
    it(`takes ${what}`, () => {
      assert.equal(allocateOn(places, 10).diskId, want);
    });
  }

  it('leaves out the disks it is told to', () => {
    assert.equal(allocateOn([place(1, 100), place(2, 300)], 10, new Set([2])).diskId, 1);
  });

  it('throws no-space when the emptiest has too little, unavailable when there is none', () => {
    assert.throws(() => allocateOn([place(1, 100), place(2, 50)], 101), { code: 'no-space' });
    assert.throws(() => allocateOn([place(1, 100, { reserveBytes: 100 })], 0), { code: 'no-space' });
    assert.throws(() => allocateOn([], 0), { code: 'unavailable' });
    assert.throws(() => allocateOn([place(1, 100, { isWritable: false })], 0), { code: 'unavailable' });
  });

  it('spreads uploads that run at the same time by what they are promised', () => {
    const places = [place(1, 1000), place(2, 1000), place(3, 500)];
    const ids = Array.from({ length: 10 }, () => allocateOn(places, 200).diskId);
    assert.deepEqual(
      [1, 2, 3].map((id) => ids.filter((each) => each === id).length),
      [4, 4, 2],
    );
  });

  it('counts what is written once: as promised first, as written later', () => {
    const disk = place(1, 1000);
    const allocation = new LocalAllocation(disk, 400);
    assert.equal(disk.room.availableBytes, 600);
    allocation.consume(300);
    assert.equal(disk.room.availableBytes, 600);
    assert.equal(disk.room.promisedBytes, 100);
    allocation.consume(300);
    assert.equal(disk.room.availableBytes, 400);
    allocation.release();
    assert.equal(disk.room.availableBytes, 400);
    assert.equal(disk.room.promisedBytes, 0);
  });

  it('takes what is written while it looks as not yet seen', () => {
    const disk = place(1, 1000);
    disk.room.written(100);
    const finish = disk.room.beginSample();
    disk.room.written(50);
    finish({ freeBytes: 900, totalBytes: 1000 });
    assert.equal(disk.room.freeBytes, 850);
  });

  it('takes a disk as full that said so after the look began', () => {
    const disk = place(1, 1000);
    const finish = disk.room.beginSample();
    disk.room.markFull();
    finish({ freeBytes: 900, totalBytes: 1000 });
    assert.equal(disk.room.freeBytes, 0);
    disk.room.beginSample()({ freeBytes: 900, totalBytes: 1000 });
    assert.equal(disk.room.freeBytes, 900);
  });
});

describe('local disks of different free space', () => {
  const space = new Map<string, SpaceSample>();
  const sampleSpace: SpaceSampler = async (path) => space.get(path.slice(-5)) ?? { freeBytes: 0, totalBytes: 0 };
  let test: TestStore;

  async function open(disk1: number, disk2: number, reserveBytes = 0): Promise<void> {
    space.set('disk1', { freeBytes: disk1, totalBytes: 1e9 });
    space.set('disk2', { freeBytes: disk2, totalBytes: 1e9 });
    test = await openTestStore({ diskCount: 2, sampleSpace, reserveBytes });
  }
  afterEach(() => test.dispose());

  it('puts small and large blobs on the emptier one, and changes over when it is no longer that', async () => {
    await open(1e6, 2e6);
    const large = await putLarge(test.store, randomBytes(1000));
    assert.equal(large.location.diskId, 2);
    const small = await test.store.putSmall(randomId(), randomBytes(1000));
    assert.equal(small.location.diskId, 2);

    space.set('disk1', { freeBytes: 3e6, totalBytes: 1e9 });
    await test.store.checkDisks();
    assert.equal((await putLarge(test.store, randomBytes(1000))).location.diskId, 1);
  });

  it('needs no new sample to see what it wrote itself', async () => {
    await open(1_000_000, 1_200_000);
    const disks: number[] = [];
    for (let count = 0; count < 6; count += 1) {
      disks.push((await putLarge(test.store, randomBytes(150_000))).location.diskId);
    }
    assert.deepEqual(disks, [2, 2, 1, 2, 1, 2]);
  });

  it('gives nothing to disks below their floor', async () => {
    await open(500_000, 400_000, 450_000);
    assert.deepEqual(
      test.store.listDisks().map(({ state }) => state),
      ['up', 'full'],
    );
    assert.equal((await putLarge(test.store, randomBytes(40_000))).location.diskId, 1);
    assert.throws(() => test.store.allocate(20_000), { code: 'no-space' });
    await assert.rejects(test.store.putSmall(randomId(), randomBytes(20_000)), { code: 'no-space' });
  });

  it('tells what they can take, and look again when they are asked to, even while they look', async () => {
    await open(500_000, 400_000, 450_000);
    const available = () => test.store.listDisks().map(({ availableBytes }) => availableBytes);
    assert.deepEqual(available(), [50_000, -50_000]);
    const looking = test.store.sampleRoom();
    space.set('disk2', { freeBytes: 600_000, totalBytes: 1e9 });
    await test.store.sampleRoom();
    assert.deepEqual(available(), [50_000, 150_000]);
    const allocation = test.store.allocate(100_000);
    assert.deepEqual(available(), [50_000, 50_000]);
    allocation.release();
    await looking;
  });

  it('spreads uploads that run at the same time', async () => {
    await open(1e8, 1e8);
    const blobs = await Promise.all(Array.from({ length: 10 }, () => putLarge(test.store, randomBytes(500_000))));
    assert.equal(blobs.filter(({ location }) => location.diskId === 1).length, 5);
  });
});
