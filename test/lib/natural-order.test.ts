import assert from 'node:assert/strict';
import { naturalKey } from '../../src/lib/natural-order.ts';

describe('natural order', () => {
  const orders: string[][] = [
    ['a1', 'a2', 'a10', 'a11', 'a100'],
    ['1', '1a', '2', '10', 'a'],
    ['IMG_0009.jpg', 'IMG_10.jpg', 'img_0011.jpg'],
    ['v1.2', 'v1.10', 'v2.0'],
    ['apple', 'Éclair', 'ECLAIR 2', 'zebra'],
    ['a', 'ā', 'b', 'č', 'd'],
    ['가', '나', '다'],
    ['0', '9', `1${'0'.repeat(200)}`],
  ];
  for (const want of orders) {
    it(`is ${want.map((name) => name.slice(0, 12)).join(', ')}`, () => {
      const keyed = want.toReversed().map((name) => [naturalKey(name), name] as const);
      // Equal keys stay in any order.
      const keys = keyed.map(([key]) => key).sort((a, b) => (a < b ? -1 : Number(a > b)));
      assert.deepEqual(keys, want.map(naturalKey));
    });
  }

  it('takes leading zeros, case and accents for nothing', () => {
    assert.equal(naturalKey('É007'), naturalKey('e7'));
    assert.notEqual(naturalKey('a0'), naturalKey('a'));
  });
});
