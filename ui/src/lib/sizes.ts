const FACTORS: Readonly<Record<string, number>> = { '': 1, B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** Bytes of what people type: `15 GB`, `1,5tb`, `500`; undefined for what is no size. */
export function parseSize(text: string): number | undefined {
  const match = /^\s*(\d+(?:[.,]\d+)?)\s*([kmgt]?b?)\s*$/i.exec(text);
  if (match === null) return undefined;
  const [, digits = '', unit = ''] = match;
  const letters = unit.toUpperCase();
  const factor = FACTORS[letters.length === 1 && letters !== 'B' ? `${letters}B` : letters];
  const bytes = Number(digits.replace(',', '.')) * (factor ?? NaN);
  return Number.isSafeInteger(Math.round(bytes)) ? Math.round(bytes) : undefined;
}

/** As `parseSize` reads it, the same in every language: `1.5 GB`. */
export function writeSize(bytes: number): string {
  const units = ['TB', 'GB', 'MB', 'KB'];
  const unit = units.find(
    (name) => bytes >= (FACTORS[name] ?? 0) && Number.isInteger((bytes / (FACTORS[name] ?? 1)) * 1000),
  );
  return unit === undefined ? `${bytes} B` : `${bytes / (FACTORS[unit] ?? 1)} ${unit}`;
}
