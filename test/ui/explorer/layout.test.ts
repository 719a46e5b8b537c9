import assert from 'node:assert/strict';
import { Layout } from '../../../ui/src/explorer/layout.ts';
import { stepBy } from '../../../ui/src/explorer/steps.ts';

const LIST = { rowHeight: 40, minTileWidth: undefined, width: 800, height: 400 };

describe('where the entries of a list stand', () => {
  it('draws what is seen, and a little more', () => {
    const layout = new Layout({ ...LIST, count: 1000 });
    assert.equal(layout.pixels, 40_000);
    assert.deepEqual(layout.seen(0), { first: 0, end: 16 });
    assert.deepEqual(layout.seen(20_000), { first: 494, end: 516 });
    assert.deepEqual(layout.seen(39_600), { first: 984, end: 1000 });
    assert.equal(layout.rowTop(500, 123), 20_000);
  });

  it('scrolls as little as is needed', () => {
    const layout = new Layout({ ...LIST, count: 1000 });
    assert.equal(layout.topToShow(5, 0), 0);
    assert.equal(layout.topToShow(10, 0), 40);
    assert.equal(layout.topToShow(3, 400), 120);
    assert.equal(layout.topToShow(999, 0), 39_600);
  });

  it('puts as many tiles into a row as fit', () => {
    const layout = new Layout({ ...LIST, count: 10, minTileWidth: 150 });
    assert.deepEqual([layout.columns, layout.rows], [5, 2]);
    assert.deepEqual(layout.within({ left: 170, top: 10, right: 330, bottom: 50 }, 0), [
      { first: 1, end: 3 },
      { first: 6, end: 8 },
    ]);
    assert.deepEqual(layout.within({ left: 0, top: 90, right: 900, bottom: 99 }, 0), []);
  });

  it('reaches all of a list that is longer than a browser can draw', () => {
    const layout = new Layout({ ...LIST, count: 1_000_000 });
    assert.ok(layout.pixels < 17_000_000);
    const bottom = layout.pixels - LIST.height;
    assert.equal(layout.seen(bottom).end, 1_000_000);
    assert.equal(Math.round(layout.rowTop(999_999, bottom)), layout.pixels - 40);
    const top = layout.topToShow(500_000, 0);
    const { first, end } = layout.seen(top);
    assert.ok(first <= 500_000 && 500_000 < end);
    assert.deepEqual(layout.within({ left: 0, top: bottom + 1, right: 10, bottom: bottom + 39 }, bottom), [
      { first: 999_990, end: 999_991 },
    ]);
  });
});

describe('a step by a key', () => {
  const grid = { count: 10, columns: 4, rowsInView: 2 };
  const list = { count: 10, columns: 1, rowsInView: 5 };
  for (const [key, from, shape, to] of [
    ['ArrowDown', 1, grid, 5],
    ['ArrowDown', 7, grid, 9],
    ['ArrowDown', 9, grid, 9],
    ['ArrowUp', 1, grid, 1],
    ['ArrowUp', 6, grid, 2],
    ['ArrowRight', 3, grid, 4],
    ['ArrowLeft', 0, grid, 0],
    ['PageDown', 1, grid, 9],
    ['PageUp', 9, grid, 1],
    ['PageUp', 7, grid, 3],
    ['End', 0, grid, 9],
    ['ArrowRight', 3, list, undefined],
    ['PageDown', 7, list, 9],
    ['PageUp', 3, list, 0],
    ['Home', 7, list, 0],
    ['x', 7, list, undefined],
    ['Home', 0, { ...list, count: 0 }, undefined],
  ] as const) {
    it(`${key} leads from ${from} to ${to} in ${shape.columns} columns of ${shape.count}`, () => {
      assert.equal(stepBy(key, from, shape), to);
    });
  }
});
