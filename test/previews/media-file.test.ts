import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { readSync } from 'node:fs';
import type { ByteRange } from '../../src/core/ports/blob-store.ts';
import type { BlobLocation } from '../../src/core/ports/operations.ts';
import { withMediaFile } from '../../src/previews/media-file.ts';
import { seededBytes } from '../support/content.ts';
import { Scratch } from '../support/processes.ts';

const MIB = 1024 * 1024;

function locationOf(sizeBytes: number): BlobLocation {
  const place = { diskId: 1, packId: undefined, packName: undefined, offsetBytes: 0 };
  return { ...place, blobId: '0'.repeat(32), sizeBytes, checksum: '0'.repeat(32) };
}

/** A store without files that gives the same piece over and over, and tells what was asked of it. */
function endless(piece: Buffer) {
  const asked: ByteRange[] = [];
  return {
    asked,
    openFile: async () => undefined,
    async *read(location: BlobLocation, range: ByteRange = { start: 0, end: location.sizeBytes - 1 }) {
      asked.push(range);
      for (let left = range.end - range.start + 1; left > 0; left -= piece.length) yield piece.subarray(0, left);
    },
  };
}

describe('content as an open file', () => {
  let scratch: Scratch;
  beforeEach(async () => {
    scratch = await Scratch.create('media');
  });
  afterEach(() => scratch.remove());

  it('is the stored file itself where there is one, and is given back', async () => {
    const released: number[] = [];
    const blobs = {
      ...endless(Buffer.alloc(1)),
      openFile: async () => ({ fd: 77, release: () => released.push(77) }),
    };
    const setup = { blobs, folder: scratch.folder };
    const failing = withMediaFile(setup, locationOf(5), async (file) => {
      assert.deepEqual(file, { fd: 77, isWhole: true });
      throw new Error('failed');
    });
    await assert.rejects(failing, /failed/);
    assert.deepEqual(released, [77]);
  });

  it('is a copy without a name where there is none', async () => {
    const content = seededBytes('media', 100_000);
    const setup = { blobs: endless(content), folder: scratch.folder };
    await withMediaFile(setup, locationOf(content.length), async ({ fd, isWhole }) => {
      assert.equal(isWhole, true);
      assert.deepEqual(await readdir(scratch.folder), ['home']);
      assert.ok((await readFile(`/proc/self/fd/${fd}`)).equals(content));
    });
  });

  it('is not to be had where there is no room for a copy', async () => {
    const full = Object.assign(new Error('write'), { code: 'ENOSPC' });
    const blobs = {
      openFile: async () => undefined,
      // eslint-disable-next-line require-yield -- it fails before
      async *read(): AsyncGenerator<Uint8Array> {
        throw full;
      },
    };
    const copied = withMediaFile({ blobs, folder: scratch.folder }, locationOf(5), async () => 'done');
    await assert.rejects(copied, { code: 'unavailable', cause: full });
  });

  it('has the beginning and the end of what is long, at their places', async () => {
    const blobs = endless(Buffer.alloc(MIB, 'x'));
    const sizeBytes = 200 * MIB;
    await withMediaFile({ blobs, folder: scratch.folder }, locationOf(sizeBytes), async ({ fd, isWhole }) => {
      assert.equal(isWhole, false);
      const byte = (at: number): number => {
        const one = Buffer.alloc(1);
        return readSync(fd, one, 0, 1, at) === 1 ? one[0]! : -1;
      };
      assert.deepEqual([0, 48 * MIB - 1, 48 * MIB, 184 * MIB - 1, 184 * MIB, sizeBytes - 1, sizeBytes].map(byte), [
        ...[120, 120, 0, 0, 120, 120, -1],
      ]);
    });
    assert.deepEqual(blobs.asked, [
      { start: 0, end: 48 * MIB - 1 },
      { start: 184 * MIB, end: sizeBytes - 1 },
    ]);
  });
});
