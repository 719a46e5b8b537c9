import assert from 'node:assert/strict';
import { FITTED, fittedSize, held, naturalScale, turned, zoomedAt } from '../../../ui/src/viewer/images/zoom.ts';

describe('how a picture lies in its frame', () => {
  const frame = { width: 1000, height: 500 };

  const cases: [picture: [number, number], want: [number, number]][] = [
    [
      [4000, 1000],
      [1000, 250],
    ],
    [
      [1000, 4000],
      [125, 500],
    ],
    [
      [100, 50],
      [100, 50],
    ],
    [
      [0, 0],
      [0, 0],
    ],
  ];
  for (const [[width, height], [w, h]] of cases) {
    it(`fits ${width} × ${height} as ${w} × ${h}`, () => {
      assert.deepEqual(fittedSize({ width, height }, frame), { width: w, height: h });
    });
  }

  it('keeps what is under the pointer there', () => {
    const point = { x: 100, y: -40 };
    const view = zoomedAt({ scale: 2, x: 10, y: 20 }, 1.5, { point, natural: 8 });
    const before = { x: (point.x - 10) / 2, y: (point.y - 20) / 2 };
    assert.equal(view.scale, 3);
    assert.ok(Math.abs((point.x - view.x) / 3 - before.x) < 1e-9);
    assert.ok(Math.abs((point.y - view.y) / 3 - before.y) < 1e-9);
  });

  it('is never smaller than it fits, nor larger than four screen pixels for one of its own', () => {
    assert.equal(zoomedAt(FITTED, 0.1, { point: { x: 0, y: 0 }, natural: 4 }).scale, 1);
    assert.equal(zoomedAt(FITTED, 1000, { point: { x: 0, y: 0 }, natural: 4 }).scale, 16);
    assert.equal(naturalScale({ width: 4000, height: 1000 }, { width: 1000, height: 250 }), 4);
  });

  it('is moved no further than to its edge, and not at all where it fits', () => {
    const fitted = { width: 1000, height: 250 };
    assert.deepEqual(held({ scale: 2, x: 9999, y: 9999 }, fitted, frame), { scale: 2, x: 500, y: 0 });
    assert.deepEqual(held({ scale: 4, x: -9999, y: -9999 }, fitted, frame), { scale: 4, x: -1500, y: -250 });
    assert.deepEqual(held({ scale: 1, x: 5, y: 5 }, fitted, frame), { scale: 1, x: 0, y: 0 });
  });

  it('swaps its sides with a quarter turn', () => {
    assert.deepEqual(turned({ width: 3, height: 2 }, 1), { width: 2, height: 3 });
    assert.deepEqual(turned({ width: 3, height: 2 }, -2), { width: 3, height: 2 });
  });
});
