import assert from 'node:assert/strict';
import { FIRST_PIECE_BYTES, nextPieceBytes } from '../../../ui/src/uploads/piece-size.ts';

const MIB = 1024 * 1024;

describe('the size of pieces of an upload', () => {
  const cases: [pieceMib: number, tookMs: number, wantMib: number][] = [
    [16, 100, 32],
    [32, 999, 64],
    [64, 100, 64],
    [16, 1400, 16],
    [64, 2000, 64],
    [64, 5000, 16],
  ];
  for (const [piece, tookMs, want] of cases) {
    it(`is ${want} MiB after ${piece} MiB in ${tookMs} ms`, () => {
      assert.equal(nextPieceBytes(piece * MIB, tookMs), want * MIB);
    });
  }

  it('is small at the beginning', () => {
    assert.equal(FIRST_PIECE_BYTES, 16 * MIB);
  });
});
