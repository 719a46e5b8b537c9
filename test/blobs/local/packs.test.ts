import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  PACK_HEADER,
  RECORD_HEADER_BYTES,
  readRecordHeader,
  writeRecordHeader,
} from '../../../src/blobs/local/pack-format.ts';
import { randomId } from '../../../src/lib/ids.ts';
import { openTestStore, type TestStore } from './local-store.ts';

describe('packs', () => {
  let test: TestStore;
  const openPacks = (): number => test.packs.rows.filter(({ sealedBytes }) => sealedBytes === undefined).length;

  afterEach(() => test.dispose());

  it('hold all that is needed to find their pieces without the database', async () => {
    test = await openTestStore();
    const contents = Array.from({ length: 50 }, (_, index) => randomBytes(index * 13));
    const blobs = await Promise.all(contents.map((content) => test.store.putSmall(randomId(), content)));
    const file = await readFile(join(test.roots[0]!, 'packs', test.packs.rows[0]!.name));
    assert.ok(file.subarray(0, PACK_HEADER.length).equals(PACK_HEADER));
    const found = new Map<string, string>();
    let offset = PACK_HEADER.length;
    for (let record = readRecordHeader(file, offset); record !== undefined; record = readRecordHeader(file, offset)) {
      found.set(record.blobId, record.checksum);
      offset += RECORD_HEADER_BYTES + record.sizeBytes;
    }
    assert.equal(offset, file.length);
    assert.deepEqual(found, new Map(blobs.map(({ id, checksum }) => [id, checksum])));
  });

  it('have records that are read back as written', () => {
    const buffer = Buffer.alloc(100, 0xff);
    const record = { blobId: randomId(), checksum: randomId(), sizeBytes: 5_000_000_000 };
    writeRecordHeader(buffer, 20, record);
    assert.deepEqual(readRecordHeader(buffer, 20), record);
    assert.equal(readRecordHeader(buffer, 21), undefined);
    assert.equal(readRecordHeader(buffer, 60), undefined);
  });

  it('are opened with the first write, and sealed when they are full', async () => {
    test = await openTestStore({ maxPackBytes: 100_000 });
    assert.deepEqual(test.packs.rows, []);
    const contents = Array.from({ length: 40 }, () => randomBytes(10_000));
    const blobs = [];
    for (const content of contents) blobs.push(await test.store.putSmall(randomId(), content));
    assert.equal(new Set(blobs.map(({ location }) => location.packName)).size, 5);
    for (const [index, { location }] of blobs.entries()) {
      assert.deepEqual(Buffer.from(await test.store.readSmall(location)), contents[index]);
    }

    await test.store.unmountDisk(1);
    assert.equal(openPacks(), 0);
    for (const { name, sealedBytes } of test.packs.rows) {
      assert.equal((await stat(join(test.roots[0]!, 'packs', name))).size, sealedBytes);
      assert.ok(sealedBytes <= 100_000);
    }
  });

  it('are new ones after a restart', async () => {
    test = await openTestStore();
    const first = await test.store.putSmall(randomId(), randomBytes(10));
    await test.store.unmountDisk(1);
    await test.store.mountDisk(test.disks[0]!);
    const second = await test.store.putSmall(randomId(), randomBytes(10));
    assert.notEqual(first.location.packName, second.location.packName);
    assert.equal((await test.store.readSmall(first.location)).length, 10);
  });

  it('are rows before they are files', async () => {
    test = await openTestStore();
    test.packs.openPack = () => Promise.reject(new Error('no database'));
    await assert.rejects(test.store.putSmall(randomId(), randomBytes(10)), { message: 'no database' });
    assert.deepEqual(await readdir(join(test.roots[0]!, 'packs')), []);
  });

  it('cannot be removed or cut while they are written', async () => {
    test = await openTestStore();
    const { location } = await test.store.putSmall(randomId(), randomBytes(10));
    await assert.rejects(test.store.removePack(1, location.packName!), { code: 'refused' });
    await assert.rejects(test.store.trimPack(1, location.packName!, 0), { code: 'refused' });
  });

  it('are removed whole, not by piece', async () => {
    test = await openTestStore();
    const { location } = await test.store.putSmall(randomId(), randomBytes(10));
    await test.store.remove(location);
    assert.equal((await test.store.readSmall(location)).length, 10);
    await test.store.unmountDisk(1);
    await test.store.mountDisk(test.disks[0]!);
    await test.store.removePack(1, location.packName!);
    await test.store.removePack(1, location.packName!);
    await assert.rejects(test.store.readSmall(location), { code: 'corrupt' });
  });

  it('are cut to their length, never made longer', async () => {
    test = await openTestStore();
    const { location } = await test.store.putSmall(randomId(), randomBytes(1000));
    await test.store.unmountDisk(1);
    await test.store.mountDisk(test.disks[0]!);
    const path = join(test.roots[0]!, 'packs', location.packName!);
    const { size } = await stat(path);
    await assert.rejects(test.store.trimPack(1, location.packName!, size + 1), { code: 'corrupt' });
    assert.equal((await stat(path)).size, size);
    await test.store.trimPack(1, location.packName!, size - 100);
    await assert.rejects(test.store.readSmall(location), { code: 'corrupt' });
    await test.store.trimPack(1, location.packName!, 0);
    assert.equal((await stat(path)).size, PACK_HEADER.length);
    await assert.rejects(test.store.trimPack(1, randomId(), 1), { code: 'corrupt' });
  });
});
