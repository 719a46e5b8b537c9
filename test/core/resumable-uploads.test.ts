import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { rm, truncate } from 'node:fs/promises';
import { partialPath } from '../../src/blobs/local/layout.ts';
import { NO_CONDITIONS } from '../../src/core/core.ts';
import { finishResumable, type Finish } from '../../src/core/finish-resumable.ts';
import { fsck } from '../../src/core/maintenance/fsck.ts';
import { Pace } from '../../src/core/maintenance/pace.ts';
import type { Finding } from '../../src/core/maintenance/findings.ts';
import { recover } from '../../src/core/maintenance/recover.ts';
import { sweep } from '../../src/core/maintenance/sweep.ts';
import type { OnConflict } from '../../src/core/on-conflict.ts';
import type { ResumableUpload } from '../../src/core/ports/resumable-uploads.ts';
import { endResumable } from '../../src/core/resumable-upkeep.ts';
import {
  appendResumable,
  beginResumable,
  ownResumable,
  partialOf,
  reread,
  sizeResumable,
  stateOf,
  type Piece,
} from '../../src/core/resumable-uploads.ts';
import { contentOf, readContent } from '../../src/core/transfer.ts';
import { find, locate } from '../../src/core/tree.ts';
import { randomId } from '../../src/lib/ids.ts';
import { parsePlainPath } from '../../src/lib/node-path.ts';
import { collect } from '../conformance/blob-store.ts';
import { DiskCore } from '../support/disk-core.ts';

const DAY_MS = 24 * 3600 * 1000;
const never = new AbortController().signal;

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

describe('resumable uploads', () => {
  let test: DiskCore;

  beforeEach(async () => {
    test = await DiskCore.open();
  });
  afterEach(() => test.close());

  async function begin(
    path: string,
    sizeBytes: number | undefined,
    onConflict: OnConflict = 'fail',
  ): Promise<ResumableUpload> {
    const target = await find(test.core, test.ann, parsePlainPath(path));
    const uploadId = randomId();
    await beginResumable(test.core, test.ann, target, { uploadId, sizeBytes, metadata: '', onConflict });
    return ownResumable(test.core, test.ann, uploadId);
  }

  async function append(
    upload: ResumableUpload,
    bytes: Uint8Array,
    more: Partial<Piece> = {},
  ): Promise<ResumableUpload> {
    const piece = { source: once(bytes), sizeBytes: bytes.length, signal: never, digest: undefined, ...more };
    await appendResumable(test.core, test.ann, await reread(test.core, upload), piece);
    return reread(test.core, upload);
  }

  function finish(upload: ResumableUpload, more: Partial<Finish> = {}): ReturnType<typeof finishResumable> {
    const wishes: Finish = { onConflict: 'fail', mediaType: 'text/plain', conditions: NO_CONDITIONS, ...more };
    return finishResumable(test.core, test.ann, upload, wishes);
  }

  async function content(path: string): Promise<Buffer> {
    const located = await locate(test.core, test.ann, parsePlainPath(path));
    const location = await contentOf(test.core, located.node);
    return location === undefined ? Buffer.alloc(0) : collect(readContent(test.core, location));
  }

  async function money(): Promise<{ usedBytes: number; reservedBytes: number; promisedBytes: number }> {
    const { usedBytes, reservedBytes } = (await test.core.store.findUser('ann'))!;
    const promisedBytes = test.core.blobs.listDisks()[0]!.promisedBytes;
    return { usedBytes, reservedBytes, promisedBytes };
  }

  async function findings(): Promise<Finding[]> {
    const found: Finding[] = [];
    // What has just been written may be under way.
    test.clock.advanceMs(60_000);
    const examination = {
      core: test.core,
      isDry: false,
      graceMs: 0,
      pace: new Pace(async () => undefined),
      signal: never,
      onFinding: (finding: Finding) => found.push(finding),
      onChecked: () => undefined,
    };
    await fsck(examination, { what: 'all', readsContent: true });
    return found;
  }

  it('makes a file of pieces, and promises nothing more then', async () => {
    const bytes = randomBytes(200_000);
    let upload = await begin('/large.bin', bytes.length);
    assert.deepEqual(await money(), { usedBytes: 0, reservedBytes: 200_000, promisedBytes: 200_000 });
    upload = await append(upload, bytes.subarray(0, 150_000));
    assert.equal(upload.offsetBytes, 150_000);
    assert.deepEqual(await money(), { usedBytes: 0, reservedBytes: 200_000, promisedBytes: 50_000 });
    await assert.rejects(finish(upload), { code: 'refused' });
    upload = await append(upload, bytes.subarray(150_000));
    const { nodeId } = await finish(upload);
    assert.deepEqual(await content('/large.bin'), bytes);
    assert.deepEqual(await money(), { usedBytes: 200_000, reservedBytes: 0, promisedBytes: 0 });
    // Done again, it tells what it did.
    assert.equal((await finish(await reread(test.core, upload))).nodeId, nodeId);
    assert.deepEqual(await findings(), []);
  });

  for (const sizeBytes of [0, 1, 65_536, 65_537]) {
    it(`makes a file of ${sizeBytes} bytes`, async () => {
      const bytes = randomBytes(sizeBytes);
      let upload = await begin('/file', sizeBytes);
      if (sizeBytes > 0) upload = await append(upload, bytes);
      await finish(upload);
      assert.deepEqual(await content('/file'), bytes);
      assert.deepEqual(await findings(), []);
    });
  }

  it('goes on after the process ended, with all that had come and its room kept', async () => {
    const bytes = randomBytes(3_000_000);
    let upload = await begin('/movie.mkv', bytes.length);
    upload = await append(upload, bytes.subarray(0, 1_000_001));
    await test.end();
    await test.start();
    assert.equal((await recover(test.core)).uploads, 0);
    assert.deepEqual(await money(), { usedBytes: 0, reservedBytes: 3_000_000, promisedBytes: 1_999_999 });
    assert.deepEqual(await findings(), []);
    upload = await append(upload, bytes.subarray(1_000_001));
    await finish(upload);
    assert.deepEqual(await content('/movie.mkv'), bytes);
    assert.deepEqual(await findings(), []);
  });

  it('takes no more than was announced, and keeps nothing of a piece with the wrong checksum', async () => {
    let upload = await begin('/file', 10);
    await assert.rejects(append(upload, Buffer.from('much too long')), { code: 'too-large' });
    const digest = { algorithm: 'sha1', hex: createHash('sha1').update('other').digest('hex') } as const;
    await assert.rejects(append(upload, Buffer.from('01234'), { digest }), { code: 'checksum-mismatch' });
    assert.equal((await reread(test.core, upload)).offsetBytes, 0);
    const right = { algorithm: 'sha1', hex: createHash('sha1').update('01234').digest('hex') } as const;
    upload = await append(upload, Buffer.from('01234'), { digest: right });
    upload = await append(upload, Buffer.from('56789'));
    await finish(upload);
    assert.equal((await content('/file')).toString(), '0123456789');
  });

  it('promises room in steps while nobody knows the length, and just the length then', async () => {
    let upload = await begin('/stream', undefined);
    upload = await append(upload, randomBytes(100_000));
    const { reservedBytes } = await money();
    assert.ok(reservedBytes >= 100_000);
    await assert.rejects(sizeResumable(test.core, upload, 99_999), { code: 'bad-request' });
    upload = await sizeResumable(test.core, upload, 100_001);
    assert.equal((await money()).reservedBytes, 100_001);
    await assert.rejects(sizeResumable(test.core, upload, 5), { code: 'bad-request' });
    upload = await append(upload, randomBytes(1));
    await finish(upload);
    assert.deepEqual(await money(), { usedBytes: 100_001, reservedBytes: 0, promisedBytes: 0 });
  });

  it('refuses what does not fit into the quota, at the first moment', async () => {
    await assert.rejects(begin('/huge', 1e9 + 1), { code: 'quota-exceeded' });
    assert.deepEqual(await money(), { usedBytes: 0, reservedBytes: 0, promisedBytes: 0 });
    const upload = await begin('/stream', undefined);
    await begin('/rest', 1e9 - 1000);
    await assert.rejects(append(upload, randomBytes(1001)), { code: 'quota-exceeded' });
    await append(upload, randomBytes(1000));
    assert.deepEqual(await findings(), []);
  });

  it('gives everything back when it is ended', async () => {
    let upload = await begin('/file', 1_000_000);
    upload = await append(upload, randomBytes(500_000));
    await endResumable(test.core, upload);
    assert.deepEqual(await money(), { usedBytes: 0, reservedBytes: 0, promisedBytes: 0 });
    await assert.rejects(ownResumable(test.core, test.ann, upload.uploadId), { code: 'not-found' });
    assert.deepEqual(await findings(), []);
  });

  it('ends by itself a week after the last piece', async () => {
    const upload = await append(await begin('/file', 1000), randomBytes(10));
    test.clock.advanceMs(6 * DAY_MS);
    await append(upload, randomBytes(10));
    test.clock.advanceMs(6 * DAY_MS);
    await sweep(test.core, never);
    assert.equal((await reread(test.core, upload)).offsetBytes, 20);
    test.clock.advanceMs(2 * DAY_MS);
    // Its time is over, swept or not.
    await assert.rejects(ownResumable(test.core, test.ann, upload.uploadId), { code: 'not-found' });
    await sweep(test.core, never);
    assert.deepEqual(await money(), { usedBytes: 0, reservedBytes: 0, promisedBytes: 0 });
    assert.equal(await test.core.store.resumableUploads.get(upload.uploadId), undefined);
    assert.deepEqual(await findings(), []);
  });

  it('is remembered for a day once it is finished', async () => {
    const upload = await begin('/empty', 0);
    await finish(upload);
    test.clock.advanceMs(DAY_MS - 1000);
    await sweep(test.core, never);
    assert.notEqual(await test.core.store.resumableUploads.get(upload.uploadId), undefined);
    test.clock.advanceMs(2000);
    await sweep(test.core, never);
    assert.equal(await test.core.store.resumableUploads.get(upload.uploadId), undefined);
    assert.deepEqual(await content('/empty'), Buffer.alloc(0));
  });

  it('keeps what was uploaded when the name is taken, for another one', async () => {
    const bytes = randomBytes(100_000);
    let upload = await begin('/taken', bytes.length);
    upload = await append(upload, bytes);
    await test.put('/taken', Buffer.from('first'));
    await assert.rejects(begin('/taken', 5), { code: 'already-exists' });
    await assert.rejects(finish(upload), { code: 'already-exists' });
    const missing = parsePlainPath('/nowhere/file');
    await assert.rejects(finish(upload, { path: missing }), { code: 'parent-missing' });
    await finish(upload, { onConflict: 'keep-both' });
    assert.deepEqual(await content('/taken (2)'), bytes);
    assert.equal((await content('/taken')).toString(), 'first');
    assert.deepEqual(await findings(), []);
  });

  it('replaces a file only when it is the one that was meant', async () => {
    await test.put('/file', Buffer.from('first'));
    const { node } = await locate(test.core, test.ann, parsePlainPath('/file'));
    const upload = await append(await begin('/file', 6, 'replace'), Buffer.from('second'));
    const wrong = { onConflict: 'replace', ifMatch: 'other' } as const;
    await assert.rejects(finish(upload, wrong), { code: 'precondition-failed' });
    await finish(upload, { onConflict: 'replace', ifMatch: node.etag });
    assert.equal((await content('/file')).toString(), 'second');
  });

  it('removes what belongs to no upload, and leaves what does', async () => {
    const upload = await append(await begin('/file', 100), randomBytes(10));
    await test.core.blobs.partials.begin('0123456789abcdef0123456789abcdef', 0);
    const [finding, ...others] = await findings();
    assert.equal(finding?.kind, 'stale-upload');
    assert.deepEqual(others, []);
    assert.deepEqual(await findings(), []);
    assert.equal((await append(upload, randomBytes(90))).offsetBytes, 100);
  });

  it('is told and ended when its bytes are lost', async () => {
    const lost = await append(await begin('/lost', 100), randomBytes(10));
    const short = await append(await begin('/short', 100), randomBytes(10));
    const whole = await append(await begin('/whole', 100_000), randomBytes(100_000));
    await test.core.blobs.partials.publish(partialOf(whole), stateOf(whole));
    const place = (upload: ResumableUpload) => partialPath(test.diskPath, upload.uploadId);
    await rm(place(lost));
    await truncate(place(short), 9);
    const found = await findings();
    assert.deepEqual(
      found.map(({ kind, state }) => [kind, state]),
      [
        ['lost-upload', 'mended'],
        ['lost-upload', 'mended'],
      ],
    );
    assert.deepEqual(await findings(), []);
    await finish(await reread(test.core, whole));
    assert.equal((await money()).reservedBytes, 0);
  });

  it('removes at start what was just being begun or finished', async () => {
    const upload = await append(await begin('/file', 100), randomBytes(10));
    await test.core.blobs.partials.begin('0123456789abcdef0123456789abcdef', 0);
    await test.end();
    await test.start();
    await recover(test.core);
    assert.deepEqual(await test.core.blobs.partials.list(upload.diskId), [upload.uploadId]);
    assert.deepEqual(await findings(), []);
  });

  it('keeps its disk from being removed', async () => {
    const upload = await begin('/file', 100);
    await assert.rejects(test.core.store.run('removeDisk', { diskId: upload.diskId }), { code: 'refused' });
    await endResumable(test.core, upload);
    await test.core.store.run('removeDisk', { diskId: upload.diskId });
  });
});
