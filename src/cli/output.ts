import type { Terminal } from './terminal.ts';
import { print } from './terminal.ts';

export interface Column<Row> {
  readonly title: string;
  /** Numbers are set to the right. */
  readonly isNumber?: boolean;
  text(row: Row): string;
}

/** One line a row under a line of titles; columns two spaces apart. Nothing is cut off. */
export function formatTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string[] {
  const cells = rows.map((row) => columns.map((column) => printable(column.text(row))));
  const titles = columns.map((column) => column.title);
  const widths = titles.map((title, index) => Math.max(title.length, ...cells.map((line) => line[index]?.length ?? 0)));
  return [titles, ...cells].map((line) => {
    const padded = line.map((cell, index) => pad(cell, widths[index] ?? 0, columns[index]?.isNumber ?? false));
    return padded.join('  ').trimEnd();
  });
}

function pad(cell: string, width: number, isNumber: boolean): string {
  return isNumber ? cell.padStart(width) : cell.padEnd(width);
}

/** Names come from users: nothing in them may steer the terminal. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

/** `title: value` lines, the values in one column. */
export function formatFields(fields: readonly (readonly [title: string, value: string])[]): string[] {
  const width = Math.max(...fields.map(([title]) => title.length));
  return fields.map(([title, value]) => `${`${title}:`.padEnd(width + 1)} ${printable(value)}`);
}

export function printJson(terminal: Terminal, value: unknown): void {
  print(terminal, JSON.stringify(value, undefined, 2));
}

/** Local time to the minute, for people; JSON carries ISO 8601. */
export function formatTime(epochMs: number): string {
  const date = new Date(epochMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
