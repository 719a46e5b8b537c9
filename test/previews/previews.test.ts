import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { BlobStore } from '../../src/core/ports/blob-store.ts';
import type { PreviewSide } from '../../src/core/ports/previewer.ts';
import { locate } from '../../src/core/tree.ts';
import { randomId } from '../../src/lib/ids.ts';
import { parsePlainPath } from '../../src/lib/node-path.ts';
import { overriding } from '../../src/app/overriding.ts';
import { Previews } from '../../src/previews/previews.ts';
import { DiskCore } from '../support/disk-core.ts';
import { Scratch, until } from '../support/processes.ts';
import { halves, seen } from './originals.ts';

const ann = { userId: 1, signal: new AbortController().signal };

/** The process that makes pictures for a process, besides those that were killed. */
async function workerOf(pid: number, killed: ReadonlySet<number>): Promise<number> {
  return until('there is a process that makes pictures', async () => {
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    for (const child of children.trim().split(' ').map(Number)) {
      if (killed.has(child)) continue;
      if ((await readFile(`/proc/${child}/cmdline`, 'utf8')).includes('image-worker')) return child;
    }
    return undefined;
  });
}

describe('previews', function () {
  this.timeout(60_000);
  let test: DiskCore;
  let scratch: Scratch;
  let previews: Previews;
  /** Blobs that were read, in order. */
  let read: string[];

  before(async () => {
    test = await DiskCore.open();
  });
  after(() => test.close());
  beforeEach(async () => {
    scratch = await Scratch.create('previews');
    read = [];
    previews = open();
  });
  afterEach(async () => {
    await previews.close();
    await scratch.remove();
  });

  function open({ programPath = '', cacheBytes = 1e9 } = {}): Previews {
    const { blobs } = test.core;
    const noted = overriding<BlobStore>(blobs, {
      read: (location, range) => {
        read.push(location.blobId);
        return blobs.read(location, range);
      },
    });
    const onFailure = (error: unknown): void => assert.fail(String(error));
    const core = { ...test.core, blobs: noted };
    return new Previews({ core, folder: scratch.path('previews'), cacheBytes, programPath, onFailure });
  }

  /** Stores content that has a file of its own; gives the blob's id. */
  async function store(content: Buffer): Promise<string> {
    const path = `/${randomId()}`;
    await test.put(path, Buffer.concat([content, Buffer.alloc(Math.max(0, 70_000 - content.length))]));
    return (await locate(test.core, test.ann, parsePlainPath(path))).node.blobId!;
  }

  /** Programs that are there, and do this with a film; where they are found. */
  async function programs(does: string): Promise<string> {
    await mkdir(scratch.path('bin'));
    for (const tool of ['ffmpeg', 'ffprobe']) {
      const script = `#!/bin/sh\ncase "$1" in -version) exit 0;; esac\n${does}\n`;
      await writeFile(scratch.path('bin', tool), script, { mode: 0o755 });
    }
    return scratch.path('bin');
  }

  const wish = (blobId: string, mediaType = 'image/jpeg', side: PreviewSide = 256) => ({ blobId, mediaType, side });

  it('are made once, and kept over a restart', async () => {
    const blobId = await store(await halves());
    const [one, other] = await Promise.all([
      previews.preview(wish(blobId), ann),
      previews.preview(wish(blobId), { ...ann, userId: 2 }),
    ]);
    assert.equal((await seen(one)).left, 'red');
    assert.deepEqual(one, other);
    await previews.close();
    previews = open();
    assert.deepEqual(Buffer.from((await previews.preview(wish(blobId), ann))!), Buffer.from(one!));
    assert.deepEqual(read, [blobId]);
  });

  it('are not tried again of what none can be made of', async () => {
    const blobId = await store(Buffer.from('this is no image'));
    for (let times = 0; times < 3; times += 1) {
      assert.equal(await previews.preview(wish(blobId), ann), undefined);
      assert.equal(await previews.preview(wish(blobId, 'image/png', 2048), ann), undefined);
    }
    assert.deepEqual(read, [blobId]);
  });

  it('are tried again when a process ended over it, once', async () => {
    const killed = new Set<number>();
    let isShort = true;
    /** Ends the process that reads, as the system does when memory is short. */
    const { blobs } = test.core;
    const fatal = overriding<BlobStore>(blobs, {
      async *read(location, range) {
        read.push(location.blobId);
        const pid = isShort ? await workerOf(process.pid, killed) : undefined;
        if (pid !== undefined) process.kill(pid, 'SIGKILL');
        if (pid !== undefined) killed.add(pid);
        yield* blobs.read(location, range);
      },
    });
    const setup = { folder: scratch.path('previews'), cacheBytes: 1e9, programPath: '', onFailure: () => undefined };
    const mortal = new Previews({ ...setup, core: { ...test.core, blobs: fatal } });
    try {
      const [once, twice] = [await store(await halves()), await store(await halves())];
      await assert.rejects(mortal.preview(wish(once), ann), { code: 'unavailable' });
      isShort = false;
      assert.ok(await mortal.preview(wish(once), ann));
      isShort = true;
      await assert.rejects(mortal.preview(wish(twice), ann), { code: 'unavailable' });
      assert.equal(await mortal.preview(wish(twice), ann), undefined);
      isShort = false;
      assert.equal(await mortal.preview(wish(twice), ann), undefined);
      assert.deepEqual(read, [once, once, twice, twice]);
    } finally {
      await mortal.close();
    }
  });

  it('are tried again when it was the disk that failed', async () => {
    const blobId = await store(await halves());
    const { blobs } = test.core;
    const failing = overriding<BlobStore>(blobs, {
      // eslint-disable-next-line require-yield -- it fails before
      async *read() {
        throw new Error('the disk is away');
      },
    });
    const away = new Previews({
      ...{ core: { ...test.core, blobs: failing }, folder: scratch.path('previews'), cacheBytes: 1e9 },
      ...{ programPath: '', onFailure: () => undefined },
    });
    await assert.rejects(away.preview(wish(blobId), ann), /the disk is away/);
    await away.close();
    assert.ok(await previews.preview(wish(blobId), ann));
  });

  it('are made of images alone where there is no ffmpeg', async () => {
    const known = await previews.mediaTypes();
    assert.ok(known.includes('image/jpeg') && known.includes('image/heic'));
    assert.ok(!known.includes('video/*') && !known.includes('audio/*'));
    const blobId = await store(await halves());
    for (const mediaType of ['video/mp4', 'audio/mpeg', 'text/plain', 'image/vnd.adobe.photoshop']) {
      assert.equal(await previews.preview(wish(blobId, mediaType), ann), undefined);
    }
    assert.ok(await previews.preview(wish(blobId, 'IMAGE/JPEG; x=y'), ann));
    assert.deepEqual(read, [blobId]);
  });

  it('are tried again when the program ended over a film, once', async () => {
    previews = open({ programPath: await programs('kill -9 $$') });
    const film = await store(Buffer.from('a film'));
    await assert.rejects(previews.preview(wish(film, 'video/mp4'), ann), { code: 'unavailable' });
    assert.equal(await previews.preview(wish(film, 'video/mp4'), ann), undefined);
  });

  it('are made of a film that was taken for a picture', async () => {
    await writeFile(scratch.path('frame'), await halves());
    previews = open({ programPath: await programs(`exec /bin/cat '${scratch.path('frame')}'`) });
    const film = await store(Buffer.from('a film'));
    assert.equal(await previews.preview(wish(film, 'image/gif'), ann), undefined);
    assert.equal((await seen(await previews.preview(wish(film, 'video/mp4'), ann))).left, 'red');
  });

  it('are tried again when the program was gone', async () => {
    previews = open({ programPath: await programs('exit 1') });
    const film = await store(Buffer.from('a film'));
    assert.ok((await previews.mediaTypes()).includes('video/*'));
    await rm(scratch.path('bin'), { recursive: true });
    for (let times = 0; times < 3; times += 1)
      await assert.rejects(previews.preview(wish(film, 'video/mp4'), ann), { code: 'unavailable' });
  });

  it('of a film that never ends hold up no other, and end with the server', async () => {
    previews = open({ programPath: await programs('exec /bin/sleep 1000') });
    const films = await Promise.all([store(Buffer.from('a film')), store(Buffer.from('another'))]);
    const photo = await store(await halves());
    const hanging = previews.preview(wish(films[0], 'video/mp4'), ann);
    hanging.catch(() => undefined);
    assert.ok(await previews.preview(wish(photo), ann));
    const others = films.map((film) => previews.preview(wish(film, 'video/mp4', 2048), ann));
    const waiting = previews.preview(wish(photo, 'image/jpeg', 2048), ann);
    const before = read.length;
    const all = [hanging, ...others, waiting].map((one) => assert.rejects(one, { code: 'unavailable' }));
    await previews.close();
    await Promise.all(all);
    assert.equal(read.length, before);
    assert.ok(!(await readdir(scratch.path('previews'), { recursive: true })).some((name) => name.endsWith('.none')));
  });

  it('are forgotten with their blobs, once a day', async () => {
    const [kept, gone] = [await store(await halves()), randomId()];
    await previews.preview(wish(kept), ann);
    const left = scratch.path('previews', kept.slice(-2), `${gone}-256.webp`);
    await writeFile(left, 'of a blob that is gone');
    const names = async () => readdir(scratch.path('previews', kept.slice(-2)));
    await previews.tidy();
    assert.deepEqual(await names(), [`${kept}-256.webp`]);
    await writeFile(left, 'of a blob that is gone');
    await previews.tidy();
    assert.equal((await names()).length, 2);
    test.clock.advance(25 * 3600);
    await previews.tidy();
    assert.deepEqual(await names(), [`${kept}-256.webp`]);
  });

  it('of a blob that nobody knows are a fault, and not remembered', async () => {
    await assert.rejects(previews.preview(wish(randomId()), ann), { code: 'corrupt' });
  });
});
