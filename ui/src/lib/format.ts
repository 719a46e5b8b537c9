import { messages } from './messages.svelte.ts';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;

/** `1.5 GB`, in powers of 1000, as disks are sold and quotas are set. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  const maximumFractionDigits = power === 0 || value >= 100 ? 0 : 1;
  const unit = UNITS[power] ?? 'byte';
  const unitDisplay = power === 0 ? 'long' : 'short';
  return kept(
    `${unit} ${maximumFractionDigits}`,
    (language) => new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay, maximumFractionDigits }),
  ).format(value);
}

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(messages.language).format(value);
}

/** With one place behind the point at most. */
export function formatDecimal(value: number): string {
  return new Intl.NumberFormat(messages.language, { maximumFractionDigits: 1 }).format(value);
}

/** 1 is `100%`. */
export function formatShare(share: number): string {
  return new Intl.NumberFormat(messages.language, { style: 'percent' }).format(share);
}

/** Date and time, short enough for a column. */
export function formatTime(iso: string): string {
  return kept('time', (language) => new Intl.DateTimeFormat(language, TIME)).format(new Date(iso));
}

/** `3 minutes ago`, to the second up to a minute; beyond a month the date. */
export function formatAgo(iso: string, nowMs = Date.now()): string {
  const seconds = (new Date(iso).getTime() - nowMs) / 1000;
  const steps = [
    ['second', 60, 1],
    ['minute', 3600, 60],
    ['hour', 86_400, 3600],
    ['day', 30 * 86_400, 86_400],
  ] as const;
  for (const [unit, below, length] of steps) {
    if (Math.abs(seconds) < below) {
      return new Intl.RelativeTimeFormat(messages.language, { numeric: 'auto' }).format(
        Math.trunc(seconds / length),
        unit,
      );
    }
  }
  return formatTime(iso);
}

/** How long one has to wait: seconds, and minutes from two of them on. */
export function formatWait(seconds: number): string {
  const [value, unit] = seconds < 120 ? [Math.ceil(seconds), 'second'] : [Math.ceil(seconds / 60), 'minute'];
  return new Intl.NumberFormat(messages.language, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}

const TIME = { dateStyle: 'medium', timeStyle: 'short' } as const;

const formats = new Map<string, unknown>();

/** Making a format takes longer than formatting a screen of values with it. */
function kept<Format>(kind: string, make: (language: string) => Format): Format {
  const { language } = messages;
  const key = `${language} ${kind}`;
  const known = formats.get(key) as Format | undefined;
  const format = known ?? make(language);
  formats.set(key, format);
  return format;
}
