import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readSync } from 'node:fs';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BlobStore } from '../../src/core/ports/blob-store.ts';
import type { BlobLocation, NewBlob } from '../../src/core/ports/operations.ts';
import { randomId } from '../../src/lib/ids.ts';
import { describeInspection } from './blob-store-inspection.ts';

const MIB = 1024 * 1024;
const never = new AbortController().signal;

/** `bytes` in pieces of `pieceBytes`, each in the same memory as the one before, as a careless source would do it. */
export async function* inPieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array, void> {
  const piece = new Uint8Array(pieceBytes);
  for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
    const part = bytes.subarray(offset, offset + pieceBytes);
    piece.set(part);
    yield piece.subarray(0, part.length);
  }
}

/** Sends `first` and then nothing any more. */
export function stalled(first: Uint8Array): AsyncIterable<Uint8Array> {
  return (async function* () {
    yield first;
    await new Promise<never>(() => undefined);
  })();
}

export async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(Uint8Array.from(piece));
  return Buffer.concat(all);
}

/** Stores `bytes` as large content. */
export async function putLarge(store: BlobStore, bytes: Uint8Array, pieceBytes = 65_536): Promise<NewBlob> {
  const allocation = store.allocate(bytes.length);
  try {
    return await store.put(randomId(), inPieces(bytes, pieceBytes), { allocation, signal: never });
  } finally {
    allocation.release();
  }
}

function promisedBytes(store: BlobStore): number {
  return store.listDisks().reduce((sum, disk) => sum + disk.promisedBytes, 0);
}

async function assertKept(store: BlobStore, { location }: NewBlob, content: Uint8Array): Promise<void> {
  assert.deepEqual(await collect(store.read(location)), Buffer.from(content));
}

/** Holds a blob store to its contract. `open` gives one with at least one empty disk mounted; the suite closes it. */
export function describeBlobStore(name: string, open: () => Promise<BlobStore>): void {
  describe(`${name} as a blob store`, () => {
    let store: BlobStore;

    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    describeWriting(() => store);
    describeSharing(() => store);
    describeFailedWriting(() => store);
    describeReading(() => store);
    describeRoom(() => store);
    describeDisks(() => store);
    describeInspection(() => store);
  });
}

function describeWriting(store: () => BlobStore): void {
  for (const sizeBytes of [0, 1, 4096, 65_536]) {
    it(`keeps small content of ${sizeBytes} bytes`, async () => {
      const content = randomBytes(sizeBytes);
      const id = randomId();
      const blob = await store().putSmall(id, content);
      assert.equal(blob.id, id);
      assert.equal(blob.location.blobId, id);
      assert.equal(blob.sizeBytes, sizeBytes);
      assert.equal(blob.location.sizeBytes, sizeBytes);
      assert.deepEqual(Buffer.from(await store().readSmall(blob.location)), content);
      await assertKept(store(), blob, content);
    });
  }

  it('keeps apart small contents that are stored at the same time', async () => {
    const contents = Array.from({ length: 300 }, (_, index) => randomBytes((index * 37) % 3000));
    const blobs = await Promise.all(contents.map((content) => store().putSmall(randomId(), content)));
    for (const [index, blob] of blobs.entries()) await assertKept(store(), blob, contents[index]!);
  });

  const sizes: [sizeBytes: number, pieceBytes: number][] = [
    [0, 10],
    [1, 1],
    [65_537, 1000],
    [MIB, 65_536],
    [MIB + 1, MIB + 1],
    [5 * MIB + 12_345, 65_521],
    [9 * MIB, 3 * MIB],
  ];
  for (const [sizeBytes, pieceBytes] of sizes) {
    it(`keeps ${sizeBytes} bytes that come in pieces of ${pieceBytes}`, async () => {
      const content = randomBytes(sizeBytes);
      const blob = await putLarge(store(), content, pieceBytes);
      assert.equal(blob.sizeBytes, sizeBytes);
      await assertKept(store(), blob, content);
    });
  }

  it('keeps apart large contents that are stored at the same time', async () => {
    const contents = Array.from({ length: 12 }, (_, index) => randomBytes(300_000 + index));
    const blobs = await Promise.all(contents.map((content) => putLarge(store(), content)));
    for (const [index, blob] of blobs.entries()) await assertKept(store(), blob, contents[index]!);
  });

  it('tells the xxh128 of what was stored, however it came', async () => {
    const empty = await store().putSmall(randomId(), new Uint8Array());
    assert.equal(empty.checksum, '99aa06d3014798d86001c324468d497f');
    assert.equal((await putLarge(store(), new Uint8Array())).checksum, empty.checksum);

    const content = randomBytes(64_000);
    const small = await store().putSmall(randomId(), content);
    assert.match(small.checksum, /^[0-9a-f]{32}$/);
    assert.equal((await putLarge(store(), content, 777)).checksum, small.checksum);
    assert.notEqual((await putLarge(store(), content.subarray(1))).checksum, small.checksum);
  });

  it('asks to grow before it writes, up to the whole length', async () => {
    const told: number[] = [];
    const allocation = store().allocate(0);
    const content = randomBytes(2 * MIB + 5);
    await store().put(randomId(), inPieces(content, 50_000), {
      allocation,
      signal: never,
      grow: async (totalBytes) => void told.push(totalBytes),
    });
    allocation.release();
    assert.equal(told.at(-1), content.length);
    assert.deepEqual(
      told,
      told.toSorted((a, b) => a - b),
    );
  });
}

function describeSharing(store: () => BlobStore): void {
  it('makes a blob of a file without a copy, or says that it cannot', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nosocial-shared-'));
    const path = join(folder, 'file');
    const content = randomBytes(2 * MIB + 17);
    await writeFile(path, content);
    const handle = await open(path, 'r+');
    try {
      const { dev: device } = await handle.stat();
      const file = { path, fd: handle.fd, device, sizeBytes: content.length, isGivenAway: false };
      const allocation = await store().allocateShared(file);
      const adopted = allocation && (await store().adopt(randomId(), file, { allocation, signal: never }));
      allocation?.release();
      // What is written to the file later is not written to the blob.
      await handle.write(randomBytes(1000), 0, 1000, 5);
      if (adopted) await assertKept(store(), adopted.blob, content);
      assert.equal(promisedBytes(store()), 0);
    } finally {
      await handle.close();
      await rm(folder, { recursive: true });
    }
  });
}

function describeFailedWriting(store: () => BlobStore): void {
  async function assertNothingKept(id: string, diskId: number): Promise<void> {
    const noPack = { packId: undefined, packName: undefined, offsetBytes: 0 };
    const location: BlobLocation = { blobId: id, diskId, sizeBytes: 1, checksum: '', ...noPack };
    await assert.rejects(store().readSmall(location), { code: 'corrupt' });
    assert.equal(promisedBytes(store()), 0);
  }

  it('ends a put at once when its signal fires, though the source is stalled', async () => {
    const abort = new AbortController();
    const id = randomId();
    const allocation = store().allocate(3 * MIB);
    const put = store().put(id, stalled(randomBytes(MIB + 100)), { allocation, signal: abort.signal });
    setImmediate(() => abort.abort());
    await assert.rejects(put, { name: 'AbortError' });
    allocation.release();
    await assertNothingKept(id, allocation.diskId);
  });

  it('starts no put whose signal has fired already', async () => {
    const id = randomId();
    const allocation = store().allocate(10);
    const put = store().put(id, inPieces(randomBytes(10), 10), { allocation, signal: AbortSignal.abort() });
    await assert.rejects(put, { name: 'AbortError' });
    allocation.release();
    await assertNothingKept(id, allocation.diskId);
  });

  it('rejects with the error of the source, be it one of the system', async () => {
    const id = randomId();
    const lost = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' });
    const allocation = store().allocate(3 * MIB);
    const source = (async function* () {
      yield randomBytes(2 * MIB);
      throw lost;
    })();
    await assert.rejects(store().put(id, source, { allocation, signal: never }), lost);
    allocation.release();
    await assertNothingKept(id, allocation.diskId);
  });

  it('rejects with what grow throws', async () => {
    const id = randomId();
    const refusal = new Error('enough');
    const allocation = store().allocate(0);
    const grow = async (totalBytes: number): Promise<void> => {
      if (totalBytes > MIB) throw refusal;
    };
    const put = store().put(id, inPieces(randomBytes(3 * MIB), 65_536), { allocation, signal: never, grow });
    await assert.rejects(put, refusal);
    allocation.release();
    await assertNothingKept(id, allocation.diskId);
  });
}

function describeReading(store: () => BlobStore): void {
  const content = randomBytes(4 * MIB + 77);
  const ranges: [start: number, end: number][] = [
    [0, 0],
    [0, content.length - 1],
    [1, 2 * MIB],
    [MIB - 1, MIB],
    [3 * MIB + 5, content.length - 1],
    [content.length - 1, content.length - 1],
  ];

  it('reads parts of large content', async () => {
    const { location } = await putLarge(store(), content);
    for (const [start, end] of ranges) {
      const part = await collect(store().read(location, { start, end }));
      assert.ok(part.equals(content.subarray(start, end + 1)), `${start} to ${end}`);
    }
  });

  it('reads parts of small content', async () => {
    const small = content.subarray(0, 10_000);
    await store().putSmall(randomId(), randomBytes(50));
    const { location } = await store().putSmall(randomId(), small);
    const part = await store().readSmall(location, { start: 100, end: 199 });
    assert.deepEqual(Buffer.from(part), small.subarray(100, 200));
    assert.deepEqual(await collect(store().read(location, { start: 9_999, end: 9_999 })), small.subarray(9_999));
  });

  it('gives a file of this machine for content that is one, and nothing for any other', async () => {
    const { location } = await putLarge(store(), content);
    const file = await store().openFile(location);
    if (file) {
      const bytes = Buffer.alloc(content.length + 1);
      assert.equal(readSync(file.fd, bytes, 0, bytes.length, 0), content.length);
      assert.ok(bytes.subarray(0, content.length).equals(content));
      file.release();
    }
    const small = await store().putSmall(randomId(), randomBytes(50));
    assert.equal(await store().openFile(small.location), undefined);
  });

  const outside: [start: number, end: number][] = [
    [0, 100],
    [100, 100],
    [-1, 5],
    [6, 5],
    [0.5, 2],
  ];
  for (const [start, end] of outside) {
    it(`refuses bytes ${start} to ${end} of 100`, async () => {
      const { location } = await store().putSmall(randomId(), randomBytes(100));
      await assert.rejects(store().readSmall(location, { start, end }), { code: 'range-not-satisfiable' });
      await assert.rejects(collect(store().read(location, { start, end })), { code: 'range-not-satisfiable' });
    });
  }

  it('lets readers stop early and others go on', async () => {
    const { location } = await putLarge(store(), content);
    const other = store().read(location)[Symbol.asyncIterator]();
    const first = await other.next();
    for await (const piece of store().read(location)) {
      assert.ok(piece.length > 0);
      break;
    }
    const pieces = [Buffer.from(first.value as Uint8Array)];
    for (let next = await other.next(); next.done !== true; next = await other.next())
      pieces.push(Buffer.from(next.value));
    assert.ok(Buffer.concat(pieces).equals(content));
  });

  it('calls content corrupt that is shorter than it should be', async () => {
    const { location } = await putLarge(store(), content);
    const longer = { ...location, sizeBytes: content.length + 10 };
    await assert.rejects(collect(store().read(longer)), { code: 'corrupt' });
  });

  for (const sizeBytes of [1, 4096, 65_537, MIB, MIB + 1, 5 * MIB + 1]) {
    it(`never gives all of ${sizeBytes} bytes that are not those that were stored`, async () => {
      const stored = randomBytes(sizeBytes);
      const isSmall = sizeBytes <= 65_536;
      const { location } = await (isSmall ? store().putSmall(randomId(), stored) : putLarge(store(), stored));
      const damaged = { ...location, checksum: randomId() };
      for (const range of [undefined, { start: 0, end: sizeBytes - 1 }]) {
        const given = { bytes: 0 };
        const read = async (): Promise<void> => {
          for await (const piece of store().read(damaged, range)) given.bytes += piece.length;
        };
        await assert.rejects(read(), { code: 'corrupt' });
        assert.ok(given.bytes < sizeBytes);
        await assert.rejects(store().readSmall(damaged, range), { code: 'corrupt' });
      }
    });
  }
  it('removes a blob, and does not mind doing it twice', async () => {
    const { location } = await putLarge(store(), content);
    assert.ok((await collect(store().read(location))).equals(content));
    await store().remove(location);
    await store().remove(location);
    await assert.rejects(collect(store().read(location)), { code: 'corrupt' });
  });

  it('does not mind removing or trimming a pack that is not there', async () => {
    const [disk] = store().listDisks();
    await store().removePack(disk!.id, randomId());
    await store().trimPack(disk!.id, randomId(), 0);
  });
}

function describeRoom(store: () => BlobStore): void {
  it('counts what is promised until it is released, which may happen twice', () => {
    const first = store().allocate(1000);
    const second = store().allocate(500);
    assert.equal(promisedBytes(store()), 1500);
    second.extend(200);
    assert.equal(promisedBytes(store()), 1700);
    first.release();
    first.release();
    assert.equal(promisedBytes(store()), 700);
    second.release();
    assert.equal(promisedBytes(store()), 0);
  });

  it('promises no more than there is', () => {
    assert.throws(() => store().allocate(Number.MAX_SAFE_INTEGER), { code: 'no-space' });
    const allocation = store().allocate(10);
    assert.throws(() => allocation.extend(Number.MAX_SAFE_INTEGER), { code: 'no-space' });
    assert.equal(promisedBytes(store()), 10);
    allocation.release();
  });
}

function describeDisks(store: () => BlobStore): void {
  it('has all disks up', () => {
    assert.ok(store().listDisks().length > 0);
    for (const disk of store().listDisks()) {
      assert.equal(disk.state, 'up');
      assert.equal(disk.problem, undefined);
      assert.ok(disk.freeBytes > 0 && disk.freeBytes <= disk.totalBytes);
    }
  });

  it('gives a disk the same identity every time', async () => {
    const [disk] = store().listDisks();
    assert.deepEqual(await store().initialiseDisk(disk!.path), await store().initialiseDisk(disk!.path));
  });

  it('tells whether a disk holds contents', async () => {
    const held = async () => {
      const found = await Promise.all(
        store()
          .listDisks()
          .map(({ path }) => store().initialiseDisk(path)),
      );
      return found.some(({ holdsContent }) => holdsContent);
    };
    assert.equal(await held(), false);
    await store().putSmall(randomId(), randomBytes(10));
    assert.equal(await held(), true);
  });

  it('answers unavailable for a disk that is not mounted, and reads from it when it is again', async () => {
    const content = randomBytes(100_000);
    const small = await store().putSmall(randomId(), content.subarray(0, 10));
    const large = await putLarge(store(), content);
    const disks = store().listDisks();
    for (const { id } of disks) await store().unmountDisk(id);
    assert.throws(() => store().allocate(1), { code: 'unavailable' });
    await assert.rejects(store().putSmall(randomId(), content), { code: 'unavailable' });
    await assert.rejects(store().readSmall(small.location), { code: 'unavailable' });
    await assert.rejects(collect(store().read(large.location)), { code: 'unavailable' });
    await assert.rejects(store().remove(large.location), { code: 'unavailable' });

    for (const { id, name, path } of disks) {
      const { identity } = await store().initialiseDisk(path);
      await store().mountDisk({ id, name, path, identity, reserveBytes: 0, blobCount: 0, blobBytes: 0 });
    }
    await assertKept(store(), small, content.subarray(0, 10));
    await assertKept(store(), large, content);
  });

  it('takes a disk as down that is not the one it should be', async () => {
    const disk = store().listDisks().at(-1)!;
    await store().unmountDisk(disk.id);
    const stored = { id: disk.id, name: disk.name, path: disk.path, reserveBytes: 0, blobCount: 0, blobBytes: 0 };
    await store().mountDisk({ ...stored, identity: randomId() });
    const state = store()
      .listDisks()
      .find(({ id }) => id === disk.id);
    assert.equal(state?.state, 'down');
    assert.notEqual(state.problem, undefined);
  });
}
