/** As many as a control point with several searches, each said three times, is owed at once. */
const BURST = 60;
const PER_SECOND = 6;
/** More askers at a time than any home has; the one that was silent longest is forgotten. */
const MAX_ASKERS = 256;

interface Allowance {
  left: number;
  atMs: number;
}

/**
 * How many answers each address may get. Who asks is not proven in UDP: one packet with a neighbour's address in it
 * brings that one six that are three times as large.
 */
export class AnswerLimit {
  readonly #askers = new Map<string, Allowance>();

  /** Whether `count` more may go there; counts them if so. `nowMs` never runs backwards. */
  take(address: string, count: number, nowMs: number): boolean {
    const known = this.#askers.get(address) ?? { left: BURST, atMs: nowMs };
    const left = Math.min(BURST, known.left + ((nowMs - known.atMs) / 1000) * PER_SECOND);
    const isAllowed = left >= count;
    this.#askers.delete(address);
    this.#askers.set(address, { left: isAllowed ? left - count : left, atMs: nowMs });
    for (const oldest of this.#askers.keys()) {
      if (this.#askers.size <= MAX_ASKERS) break;
      this.#askers.delete(oldest);
    }
    return isAllowed;
  }
}
