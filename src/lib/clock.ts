export const DAY_MS = 24 * 3600 * 1000;

/** Time as an argument. Epoch milliseconds that never run backwards while the process lives. */
export interface Clock {
  nowMs(): number;
}

/**
 * Wall-clock time at start, advanced by the monotonic clock: a jump of the system's clock neither ends locks
 * and sessions nor extends them.
 */
export function systemClock(): Clock {
  const startMs = Date.now();
  const startedAt = performance.now();
  return { nowMs: () => Math.floor(startMs + (performance.now() - startedAt)) };
}

/** As JSON has it: ISO 8601, UTC, with milliseconds. */
export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
