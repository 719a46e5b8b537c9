import assert from 'node:assert/strict';
import {
  AllOf,
  AnyOf,
  HeldIds,
  PostingWriter,
  readPostings,
  StoredPostings,
  type Falling,
} from '../../../src/core/search/postings.ts';

function write(ids: readonly number[]): string {
  const writer = new PostingWriter();
  writer.begin();
  for (const id of ids) writer.add(id);
  return writer.text();
}

function rest(ids: Falling): number[] {
  const found: number[] = [];
  while (ids.id > 0) {
    found.push(ids.id);
    ids.next();
  }
  return found;
}

describe('postings', () => {
  it('come back as they were written, in ASCII without NUL', () => {
    const lists = [[1], [64], [Number.MAX_SAFE_INTEGER, 2 ** 40, 2 ** 32, 2 ** 31, 4096, 4095, 64, 63, 1]];
    lists.push(Array.from({ length: 5000 }, (_, index) => 1_000_000 - 7 * index));
    for (const ids of lists) {
      const text = write(ids);
      assert.ok(Buffer.from(text).every((byte) => byte > 0 && byte < 128));
      assert.deepEqual(readPostings(text), ids);
    }
  });

  it('are nothing when nothing was written', () => {
    assert.deepEqual(readPostings(write([])), []);
  });

  it('of several lists: what is in all of them, and in any', () => {
    const lists = () =>
      [
        [90, 50, 40, 7, 2],
        [91, 50, 7, 6, 2, 1],
        [50, 49, 7, 2],
      ].map((ids) => new StoredPostings(write(ids)));
    assert.deepEqual(rest(new AllOf(lists())), [50, 7, 2]);
    assert.deepEqual(rest(new AnyOf(lists())), [91, 90, 50, 49, 40, 7, 6, 2, 1]);
    assert.deepEqual(rest(new AllOf([...lists(), new HeldIds([])])), []);
    assert.deepEqual(rest(new AllOf([new AnyOf(lists()), new HeldIds([40, 3, 2])])), [40, 2]);
  });
});
