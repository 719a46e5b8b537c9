import { DAY_MS } from '../../lib/clock.ts';

/** Clocks of devices may be behind ours. */
const BACKDATED_MS = DAY_MS;
const AUTHORITY_MS = 3650 * DAY_MS;
/** With the day before it 397: Apple's systems take 398 from authorities that everybody knows, 825 from others. */
const SERVER_MS = 396 * DAY_MS;

export interface Lifetime {
  readonly fromMs: number;
  readonly endMs: number;
}

/** Of an authority that is made now. */
export function authorityLifetime(nowMs: number): Lifetime {
  return { fromMs: nowMs - BACKDATED_MS, endMs: nowMs + AUTHORITY_MS };
}

/** Of a certificate that is issued now: not longer than its authority's. */
export function serverLifetime(nowMs: number, authorityEndMs: number): Lifetime {
  return { fromMs: nowMs - BACKDATED_MS, endMs: Math.min(nowMs + SERVER_MS, authorityEndMs) };
}
