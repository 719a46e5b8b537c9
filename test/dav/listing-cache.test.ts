import assert from 'node:assert/strict';
import { ListingCache } from '../../src/dav/listing-cache.ts';

async function* pieces(...sizes: number[]): AsyncGenerator<Buffer> {
  for (const size of sizes) yield Buffer.alloc(size, 'x');
}

async function drain(stream: AsyncIterable<Buffer>): Promise<number> {
  let bytes = 0;
  for await (const piece of stream) bytes += piece.length;
  return bytes;
}

describe('listing cache', () => {
  it('gives a listing back as long as the etag is the same', () => {
    const cache = new ListingCache(1000);
    cache.put('a', 'v1', Buffer.from('listing'));
    assert.equal(cache.get('a', 'v1')?.toString(), 'listing');
    assert.equal(cache.get('a', 'v2'), undefined);
    assert.equal(cache.bytes, 0);
  });

  it('drops what was not used for longest when it is full', () => {
    const cache = new ListingCache(1000);
    for (const key of ['a', 'b', 'c', 'd']) cache.put(key, 'v', Buffer.alloc(250));
    cache.get('a', 'v');
    cache.put('e', 'v', Buffer.alloc(250));
    assert.deepEqual(
      ['a', 'b', 'c', 'd', 'e'].map((key) => cache.get(key, 'v') !== undefined),
      [true, false, true, true, true],
    );
    assert.equal(cache.bytes, 1000);
  });

  it('replaces a listing without counting it twice', () => {
    const cache = new ListingCache(1000);
    cache.put('a', 'v1', Buffer.alloc(200));
    cache.put('a', 'v2', Buffer.alloc(100));
    assert.equal(cache.bytes, 100);
  });

  it('hands over what passed through, whole, unless it is too large', async () => {
    const cache = new ListingCache(1000);
    const ended: number[] = [];
    const onEnd = (body: Buffer) => void ended.push(body.length);
    assert.equal(await drain(cache.keeping(pieces(100, 100), onEnd)), 200);
    assert.equal(await drain(cache.keeping(pieces(200, 100, 10), onEnd)), 310);
    assert.deepEqual(ended, [200]);
  });

  it('hands over nothing of a stream that breaks off', async () => {
    const cache = new ListingCache(1000);
    for await (const piece of cache.keeping(pieces(10, 10), () => assert.fail('not whole'))) {
      assert.equal(piece.length, 10);
      break;
    }
  });

  it('gathers no more for all that are under way than for the greatest alone', async () => {
    const cache = new ListingCache(1000);
    const ended: number[] = [];
    const streams = Array.from({ length: 6 }, (_, index) =>
      cache.keeping(pieces(25, 25), () => void ended.push(index)),
    );
    // Five have gathered all there is room for when the sixth comes.
    for (const stream of streams) for (let piece = 0; piece < 2; piece++) await stream.next();
    for (const stream of streams) await stream.next();
    assert.deepEqual(ended, [0, 1, 2, 3, 4]);
    await drain(cache.keeping(pieces(200), () => void ended.push(6)));
    assert.equal(ended.at(-1), 6);
  });
});
