const BYTE_UNITS = new Map([
  ['', 1],
  ['b', 1],
  ['kb', 1e3],
  ['mb', 1e6],
  ['gb', 1e9],
  ['tb', 1e12],
  ['pb', 1e15],
  ['kib', 2 ** 10],
  ['mib', 2 ** 20],
  ['gib', 2 ** 30],
  ['tib', 2 ** 40],
  ['pib', 2 ** 50],
]);

const SHOWN_UNITS = ['PB', 'TB', 'GB', 'MB', 'kB'] as const;

/**
 * The bytes of `15GB`, `1.5 GiB`, `500MB` or `1024`: decimal unless written with an `i`, in any case.
 * Undefined when the text is no size.
 */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(text.trim());
  const unit = BYTE_UNITS.get(match?.[2]?.toLowerCase() ?? 'none');
  if (!match || unit === undefined) return undefined;
  const bytes = Math.round(Number(match[1]) * unit);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** For people: at most two digits after the point, as in `15GB`, `1.07GB` and `999B`. */
export function formatBytes(bytes: number): string {
  for (const unit of SHOWN_UNITS) {
    const size = BYTE_UNITS.get(unit.toLowerCase()) ?? 1;
    if (Math.abs(bytes) >= size) return `${Number((bytes / size).toFixed(2))}${unit}`;
  }
  return `${bytes}B`;
}
