/** What was measured, and what it may be at most, or at least. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly atMost?: number;
  readonly atLeast?: number;
}

export function isKept({ value, atMost = Infinity, atLeast = -Infinity }: Figure): boolean {
  return value <= atMost && value >= atLeast;
}

export function lineOf(figure: Figure): string {
  const { what, value, unit, atMost, atLeast } = figure;
  const limit = atMost !== undefined ? `at most ${atMost}` : atLeast !== undefined ? `at least ${atLeast}` : '';
  const verdict = limit === '' ? '      ' : isKept(figure) ? 'ok    ' : 'MISSED';
  return `${verdict}  ${what.padEnd(58)} ${value.toFixed(value < 10 ? 1 : 0).padStart(7)} ${unit.padEnd(4)} ${limit}`;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}
