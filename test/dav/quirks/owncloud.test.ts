import assert from 'node:assert/strict';
import { parseOcMtime } from '../../../src/dav/quirks/owncloud.ts';

describe('X-OC-Mtime', () => {
  const cases: [header: string | undefined, want: number | undefined][] = [
    [undefined, undefined],
    ['1700000000', 1_700_000_000_000],
    ['1700000000.25', 1_700_000_000_250],
    ['0', 0],
    ['-5', undefined],
    ['1e9', undefined],
    ['9999999999999', undefined],
    ['soon', undefined],
  ];
  for (const [header, want] of cases) {
    it(`reads ${header}`, () => assert.equal(parseOcMtime(header), want));
  }
});
