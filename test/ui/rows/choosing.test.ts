import assert from 'node:assert/strict';
import { choose, NOTHING_CHOSEN, type Choosing, type Modifiers } from '../../../ui/src/rows/choosing.ts';

const ITEMS = [10, 20, 30, 40, 50].map((id) => ({ id }));
const ADD: Modifiers = { isAdding: true };
const RANGE: Modifiers = { isRanging: true };
const BOTH: Modifiers = { isAdding: true, isRanging: true };

describe('choosing rows', () => {
  const cases: [name: string, presses: [index: number, modifiers?: Modifiers][], want: number[]][] = [
    ['one and no other', [[1], [3]], [40]],
    ['adds with ctrl', [[1], [3, ADD]], [20, 40]],
    ['takes away with ctrl', [[1], [3, ADD], [1, ADD]], [40]],
    ['up to here with shift', [[1], [3, RANGE]], [20, 30, 40]],
    ['up from here with shift', [[3], [1, RANGE]], [20, 30, 40]],
    ['shift again begins where the first did', [[2], [4, RANGE], [0, RANGE]], [10, 20, 30]],
    ['shift and ctrl keep the others', [[0], [2, ADD], [3, BOTH]], [10, 30, 40]],
    ['shift at first begins at the top', [[2, RANGE]], [10, 20, 30]],
    ['nothing where there is no row', [[1], [9]], [20]],
  ];
  for (const [name, presses, want] of cases) {
    it(name, () => {
      const chosen = presses.reduce<Choosing>(
        (choosing, [index, modifiers]) => choose(choosing, ITEMS, index, modifiers),
        NOTHING_CHOSEN,
      );
      assert.deepEqual([...chosen.ids].sort(), want);
    });
  }
});
