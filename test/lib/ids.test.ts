import assert from 'node:assert/strict';
import { randomId, timedId } from '../../src/lib/ids.ts';

describe('ids', () => {
  it('are 32 hex digits, and no two are the same', () => {
    const ids = Array.from({ length: 3000 }, (_, index) => (index % 2 === 0 ? randomId() : timedId(1_800_000_000_000)));
    for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('of a later time sort behind those of an earlier one', () => {
    const times = [0, 1, 4095, 4096, 1_800_000_000_000, 1_800_000_000_001];
    const ids = times.map((time) => timedId(time));
    assert.deepEqual(ids.toSorted(), ids);
  });
});
