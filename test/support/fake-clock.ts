import type { Clock } from '../../src/lib/clock.ts';

/** Time that passes only when it is told to. */
export class FakeClock implements Clock {
  #nowMs = Date.UTC(2026, 0, 15, 12);

  nowMs(): number {
    return this.#nowMs;
  }

  advance(seconds: number): void {
    this.advanceMs(seconds * 1000);
  }

  advanceMs(milliseconds: number): void {
    this.#nowMs += milliseconds;
  }
}
