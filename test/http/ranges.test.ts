import assert from 'node:assert/strict';
import { parseRange } from '../../src/http/ranges.ts';

type Wanted = [start: number, end: number][] | undefined;

describe('Range', () => {
  const cases: [header: string | undefined, sizeBytes: number, want: Wanted][] = [
    [undefined, 10, undefined],
    ['bytes=0-0', 10, [[0, 0]]],
    ['bytes=2-', 10, [[2, 9]]],
    ['bytes=-3', 10, [[7, 9]]],
    ['bytes=-30', 10, [[0, 9]]],
    ['bytes=5-100', 10, [[5, 9]]],
    ['Bytes = 1-2', 10, [[1, 2]]],
    [
      'bytes=0-1, 8-9',
      10,
      [
        [0, 1],
        [8, 9],
      ],
    ],
    [
      'bytes=8-9,0-1',
      10,
      [
        [8, 9],
        [0, 1],
      ],
    ],
    // Overlapping and touching parts are one.
    ['bytes=0-4,3-6', 10, [[0, 6]]],
    ['bytes=0-2,3-5', 10, [[0, 5]]],
    ['bytes=0-1,8-9,1-8', 10, [[0, 9]]],
    ['bytes=0-,0-,0-,0-', 10, [[0, 9]]],
    // Parts that do not exist are left out; none left is 416.
    ['bytes=0-1,20-30', 10, [[0, 1]]],
    ['bytes=10-', 10, []],
    ['bytes=-0', 10, []],
    ['bytes=99999999999999999999-', 10, []],
    // Ignored: another unit, malformed, too many.
    ['items=0-1', 10, undefined],
    ['bytes=5-2', 10, undefined],
    ['bytes=-', 10, undefined],
    ['bytes=', 10, undefined],
    ['bytes=a-b', 10, undefined],
    ['bytes=1-2-3', 10, undefined],
    ['bytes 0-1', 10, undefined],
    [`bytes=${Array.from({ length: 17 }, (_, index) => `${index * 2}-${index * 2}`).join()}`, 100, undefined],
    // An empty file has no parts, but is no reason to refuse.
    ['bytes=0-', 0, undefined],
  ];
  for (const [header, sizeBytes, want] of cases) {
    it(`${header} of ${sizeBytes} bytes`, () => {
      assert.deepEqual(
        parseRange(header, sizeBytes)?.map(({ start, end }) => [start, end]),
        want,
      );
    });
  }
});
