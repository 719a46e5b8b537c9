import assert from 'node:assert/strict';
import { KnownEntries, outside } from '../../../ui/src/explorer/known-entries.ts';
import { entries } from './entries.ts';

describe('what is known of a long list', () => {
  const [a, b, c, d] = entries('a', 'b', 'c', 'd');

  it('has gaps, which are asked for in parts', () => {
    const known = new KnownEntries();
    known.resize(10);
    known.put(2, [a!, b!]);
    assert.deepEqual(known.gap({ first: 0, end: 10 }, 100), { first: 0, end: 2 });
    assert.deepEqual(known.gap({ first: 2, end: 10 }, 3), { first: 4, end: 7 });
    assert.deepEqual(known.gap({ first: 8, end: 99 }, 100), { first: 8, end: 10 });
    assert.equal(known.gap({ first: 2, end: 4 }, 100), undefined);
    assert.deepEqual(known.run(3), { first: 2, end: 4 });
    assert.equal(known.isWhole, false);
  });

  it('moves what follows when entries come and go', () => {
    const known = new KnownEntries();
    known.resize(5);
    known.put(1, [a!, b!, c!]);
    known.insert(2, d!);
    assert.deepEqual([known.count, known.indexOf(b!.id), known.at(2)], [6, 3, d]);
    known.remove(new Set([a!.id, c!.id, 999]));
    assert.deepEqual([known.count, known.indexOf(d!.id), known.indexOf(b!.id)], [4, 1, 2]);
    assert.deepEqual(known.known(), [d, b]);
    assert.equal(known.knownCount, 2);
  });

  it('forgets what is far away, and what is behind a new end', () => {
    const known = new KnownEntries();
    known.resize(4);
    known.put(0, [a!, b!, c!, d!]);
    assert.equal(known.isWhole, true);
    known.keepOnly({ first: 1, end: 3 });
    assert.deepEqual([known.knownCount, known.at(0), known.at(1), known.at(3)], [2, undefined, b, undefined]);
    known.resize(2);
    assert.deepEqual([known.count, known.knownCount], [2, 1]);
  });

  it('knows what is not in a span', () => {
    assert.deepEqual(outside({ first: 2, end: 5 }, 9), [
      { first: 0, end: 2 },
      { first: 5, end: 9 },
    ]);
    assert.deepEqual(outside({ first: 0, end: 9 }, 9), []);
  });
});
