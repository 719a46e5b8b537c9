import assert from 'node:assert/strict';
import { RowSlots } from '../../../ui/src/explorer/row-slots.ts';

describe('elements of rows', () => {
  it('stay with their rows, and are used again for others', () => {
    const slots = new RowSlots();
    const place = (...rows: number[]): string => {
      const placed = slots.place(rows);
      assert.deepEqual(
        placed.map(({ row }) => row),
        rows,
      );
      return placed.map(({ slot }) => slot).join(' ');
    };
    assert.equal(place(0, 1, 2, 3), '0 1 2 3');
    assert.equal(place(2, 3, 4, 5), '2 3 0 1');
    assert.equal(place(3, 4, 5, 6, 7), '3 0 1 2 4');
    // The one with the keyboard, far away, comes last.
    assert.equal(place(100, 101, 4), '3 1 0');
    assert.equal(place(4), '0');
    assert.equal(place(4, 5, 6), '0 1 2');
    assert.equal(place(), '');
    assert.equal(place(8, 9), '0 1');
  });

  it('are the same objects as long as nothing about them changes', () => {
    const slots = new RowSlots();
    const [, second] = slots.place([0, 1]);
    assert.equal(slots.place([1, 2])[0], second);
  });
});
