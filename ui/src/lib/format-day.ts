import { messages } from './messages.svelte.ts';

/** `Today`, `Yesterday`, `Monday, 16 November`, with the year beyond half a year. */
export function formatDay(iso: string, daysAgo: number): string {
  const { language } = messages;
  if (daysAgo <= 1) {
    const text = new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(-Math.max(0, daysAgo), 'day');
    return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
  }
  const year = daysAgo > 180 ? ({ year: 'numeric' } as const) : {};
  return new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long', ...year }).format(
    new Date(iso),
  );
}
