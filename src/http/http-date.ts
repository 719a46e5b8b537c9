const SECONDS_PER_DAY = 86_400;

let lastDay = NaN;
let httpDay = '';
let isoDay = '';

/** Turns over the day that both forms begin with. Node's own formatting of each date took a tenth of a listing's time. */
function setDay(day: number): void {
  if (day === lastDay) return;
  const date = new Date(day * SECONDS_PER_DAY * 1000);
  httpDay = date.toUTCString().slice(0, -'00:00:00 GMT'.length);
  isoDay = date.toISOString().slice(0, -'00:00:00.000Z'.length);
  lastDay = day;
}

/** IMF-fixdate, RFC 9110 §5.6.7. */
export function httpDate(epochMs: number): string {
  const second = Math.floor(epochMs / 1000);
  const day = Math.floor(second / SECONDS_PER_DAY);
  setDay(day);
  return `${httpDay}${timeOfDay(second - day * SECONDS_PER_DAY)} GMT`;
}

/** RFC 3339 in UTC, without fractions of a second. */
export function isoDate(epochMs: number): string {
  const second = Math.floor(epochMs / 1000);
  const day = Math.floor(second / SECONDS_PER_DAY);
  setDay(day);
  return `${isoDay}${timeOfDay(second - day * SECONDS_PER_DAY)}Z`;
}

function timeOfDay(second: number): string {
  return `${twoDigits((second / 3600) | 0)}:${twoDigits(((second / 60) | 0) % 60)}:${twoDigits(second % 60)}`;
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

const IMF_FIXDATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;
const RFC_850 = /^[A-Z][a-z]+day, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT$/;
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;

/** Epoch milliseconds of any of the three forms of RFC 9110 §5.6.7; undefined for anything else. */
export function parseHttpDate(text: string): number | undefined {
  const trimmed = text.trim();
  if (!IMF_FIXDATE.test(trimmed) && !RFC_850.test(trimmed) && !ASCTIME.test(trimmed)) return undefined;
  const epochMs = Date.parse(ASCTIME.test(trimmed) ? `${trimmed} GMT` : trimmed);
  return Number.isNaN(epochMs) ? undefined : epochMs;
}
