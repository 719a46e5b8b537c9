const MIB = 1024 * 1024;

/** What is sent in the first request. */
export const FIRST_PIECE_BYTES = 16 * MIB;
/** Some proxies take no more than 100 MB. */
const MOST_BYTES = 64 * MIB;
const QUICK_MS = 1000;

/**
 * How much to send next after so much. Between two pieces nothing comes, until the server has the first on its disk; but
 * what is cut off begins anew with its piece behind proxies that pass on whole requests only. So many bytes for whom they
 * are little.
 */
export function nextPieceBytes(pieceBytes: number, tookMs: number): number {
  if (tookMs < QUICK_MS) return Math.min(MOST_BYTES, pieceBytes * 2);
  return tookMs > 4 * QUICK_MS ? FIRST_PIECE_BYTES : pieceBytes;
}
