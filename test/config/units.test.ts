import assert from 'node:assert/strict';
import { formatBytes, parseBytes } from '../../src/config/units.ts';

describe('sizes', () => {
  const read: [text: string, bytes: number | undefined][] = [
    ['15GB', 15_000_000_000],
    ['500MB', 500_000_000],
    ['1GiB', 1_073_741_824],
    ['1.5 GiB', 1_610_612_736],
    ['1.5kb', 1500],
    [' 2TiB ', 2_199_023_255_552],
    ['1024', 1024],
    ['0', 0],
    ['7B', 7],
    ['', undefined],
    ['GB', undefined],
    ['-1GB', undefined],
    ['1e9', undefined],
    ['15 G', undefined],
    ['1,5GB', undefined],
    ['1GB2', undefined],
    ['99999999PB', undefined],
    ['Infinity', undefined],
  ];
  for (const [text, bytes] of read) {
    it(`reads "${text}"`, () => {
      assert.equal(parseBytes(text), bytes);
    });
  }

  const written: [bytes: number, text: string][] = [
    [15_000_000_000, '15GB'],
    [1_073_741_824, '1.07GB'],
    [999, '999B'],
    [0, '0B'],
    [1500, '1.5kB'],
    [2e12, '2TB'],
  ];
  for (const [bytes, text] of written) {
    it(`writes ${bytes} as ${text}`, () => {
      assert.equal(formatBytes(bytes), text);
    });
  }
});
