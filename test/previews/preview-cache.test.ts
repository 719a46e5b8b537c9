import assert from 'node:assert/strict';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import type { PreviewSide } from '../../src/core/ports/previewer.ts';
import { randomId } from '../../src/lib/ids.ts';
import { PreviewCache } from '../../src/previews/preview-cache.ts';
import { Scratch } from '../support/processes.ts';

const BLOCK = 4096;

const wish = (blobId: string, side: PreviewSide = 256, mediaType = 'image/png') => ({ blobId, mediaType, side });

describe('the cache of previews', () => {
  let scratch: Scratch;
  let failures: unknown[];
  beforeEach(async () => {
    scratch = await Scratch.create('previews');
    failures = [];
  });
  afterEach(async () => {
    await scratch.remove();
    assert.deepEqual(failures, []);
  });

  const open = (maxBytes = 1e6, freeBytes = async () => 1e12) =>
    new PreviewCache({ folder: scratch.path('previews'), maxBytes, onFailure: (e) => failures.push(e), freeBytes });
  const files = async () =>
    (await readdir(scratch.path('previews'), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort();

  it('gives back what it was given, also after a restart', async () => {
    const [id, other] = [randomId(), randomId()];
    await open().put(wish(id), Buffer.from('small'));
    await open().put(wish(id, 2048), Buffer.from('large'));
    await open().put(wish(other), undefined);
    assert.deepEqual(await open().get(wish(id)), Buffer.from('small'));
    assert.deepEqual(await open().get(wish(id, 2048)), Buffer.from('large'));
    assert.equal(await open().get(wish(id, 512)), undefined);
    assert.equal(await open().get(wish(other, 512)), 'none');
    assert.equal(await open().get(wish(randomId())), undefined);
  });

  it('knows as what nothing could be made of it', async () => {
    const id = randomId();
    await open().put(wish(id), undefined);
    assert.equal(await open().get(wish(id, 256, 'Image/GIF')), 'none');
    assert.equal(await open().get(wish(id, 256, 'video/mp4')), undefined);
    assert.equal(await open().get(wish(id, 256, 'audio/mp4')), undefined);
  });

  it('tries again after a day what nothing could be made of', async () => {
    const id = randomId();
    await open().put(wish(id), undefined);
    const yesterday = new Date(Date.now() - 25 * 3600 * 1000);
    await utimes(scratch.path('previews', id.slice(-2), `${id}-image.none`), yesterday, yesterday);
    assert.equal(await open().get(wish(id)), undefined);
  });

  it('lets go of what was looked at longest ago when it is full', async () => {
    const cache = open(10 * BLOCK);
    const ids = Array.from({ length: 11 }, () => randomId());
    for (const [index, id] of ids.entries()) {
      await cache.put(wish(id), Buffer.from('picture'));
      const at = new Date(Date.now() - (100 - index) * 24 * 3600 * 1000);
      // The first one was looked at a moment ago. The last one makes it full.
      if (index > 0 && index < 10) await utimes(scratch.path('previews', id.slice(-2), `${id}-256.webp`), at, at);
    }
    await cache.settled();
    const there = await Promise.all(ids.map(async (id) => (await cache.get(wish(id))) !== undefined));
    assert.deepEqual(there, [true, false, false, ...Array.from({ length: 8 }, () => true)]);
  });

  it('counts what there was before a restart', async () => {
    const ids = Array.from({ length: 10 }, () => randomId());
    for (const id of ids) await open().put(wish(id), Buffer.from('picture'));
    const cache = open(5 * BLOCK);
    await cache.put(wish(randomId()), Buffer.from('picture'));
    await cache.settled();
    assert.equal((await files()).length, 4);
  });

  it('takes none of the last room', async () => {
    const cache = open(1e6, async () => 1e8);
    const id = randomId();
    await cache.put(wish(id), Buffer.from('picture'));
    await cache.put(wish(id), undefined);
    assert.equal(await cache.get(wish(id)), undefined);
    assert.deepEqual(await files(), []);
  });

  it('leaves nothing of what it could not write', async () => {
    const id = randomId();
    await mkdir(scratch.path('previews', id.slice(-2), `${id}-256.webp`, 'in the way'), { recursive: true });
    await open().put(wish(id), Buffer.from('picture'));
    assert.equal(failures.splice(0).length, 1);
    assert.deepEqual(await files(), []);
  });

  it('keeps nothing of blobs that are gone, nor what an interrupted write left', async () => {
    const cache = open();
    const [kept, gone] = [randomId(), randomId()];
    for (const id of [kept, gone]) {
      await cache.put(wish(id), Buffer.from('picture'));
      await cache.put(wish(id, 512), undefined);
    }
    const partial = scratch.path('previews', `${randomId()}.partial`);
    await writeFile(partial, 'half');
    await utimes(partial, new Date(0), new Date(0));
    await writeFile(scratch.path('previews', kept.slice(-2), 'something'), 'else');
    await cache.tidy(async (ids) => new Set(ids.filter((id) => id === kept)));
    assert.deepEqual(await files(), [`${kept}-256.webp`, `${kept}-image.none`]);
  });

  it('does without its folder', async () => {
    await writeFile(scratch.path('previews'), 'in the way');
    const cache = open();
    await cache.put(wish(randomId()), Buffer.from('picture'));
    assert.equal(failures.splice(0).length, 1);
    assert.equal(await cache.get(wish(randomId())), undefined);
    await cache.tidy(async () => new Set());
  });
});
