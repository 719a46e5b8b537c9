import assert from 'node:assert/strict';
import { linesOf, stepOf } from '../../../ui/src/rows/lines.ts';

describe('lines of a list', () => {
  it('puts a heading over each group', () => {
    const items = [
      { id: 1, day: 'today' },
      { id: 2, day: 'today' },
      { id: 3, day: 'before' },
    ];
    const lines = linesOf(items, ({ day }) => day);
    assert.deepEqual(
      lines.map((line) => ('heading' in line ? line.heading : line.index)),
      ['today', 0, 1, 'before', 2],
    );
    assert.equal(new Set(lines.map(({ key }) => key)).size, lines.length);
  });

  it('has none without groups', () => {
    assert.equal(linesOf([{ id: 1 }], undefined).length, 1);
  });

  const steps: [key: string, index: number, want: number | undefined][] = [
    ['ArrowDown', 3, 4],
    ['ArrowDown', 19, 19],
    ['ArrowUp', 0, 0],
    ['PageDown', 3, 13],
    ['PageUp', 3, 0],
    ['Home', 7, 0],
    ['End', 7, 19],
    ['ArrowLeft', 7, undefined],
  ];
  for (const [key, index, want] of steps) {
    it(`${key} from ${index} leads to ${want}`, () => assert.equal(stepOf(key, { index, count: 20, page: 10 }), want));
  }
});
