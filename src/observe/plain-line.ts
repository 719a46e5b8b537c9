/** What every entry has, shown first or not at all. */
const USUAL = new Set(['level', 'time', 'msg', 'error', 'err']);

/** An entry of the log for people: `12:34:56.789 WARN  message key=value`. An error's stack follows on its own lines. */
export function plainLine(json: string): string {
  const entry = JSON.parse(json) as Record<string, unknown>;
  const time = typeof entry['time'] === 'string' ? entry['time'].slice(11, 23) : '';
  const level = String(entry['level']).toUpperCase().padEnd(5);
  const details = Object.entries(entry)
    .filter(([key]) => !USUAL.has(key))
    .map(([key, value]) => ` ${key}=${shown(value)}`)
    .join('');
  return `${time} ${level} ${shownMessage(entry['msg'])}${details}${stackOf(entry['error'] ?? entry['err'])}\n`;
}

function shown(value: unknown): string {
  return typeof value === 'string' && /^[\w./:@-]+$/.test(value) ? value : JSON.stringify(value);
}

/** JSON escapes control characters, so that nobody can write lines or colours into a terminal. */
function shownMessage(message: unknown): string {
  return typeof message === 'string' ? JSON.stringify(message).slice(1, -1).replaceAll('\\"', '"') : '';
}

function stackOf(error: unknown): string {
  const stack = (error as { stack?: unknown } | undefined)?.stack;
  if (typeof stack !== 'string') return '';
  return stack
    .split('\n')
    .map((line) => `\n    ${JSON.stringify(line).slice(1, -1)}`)
    .join('');
}
