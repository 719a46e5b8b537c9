import type { Readable, Writable } from 'node:stream';

/** Where a command reads and writes: the process's own streams, or a test's. */
export interface Terminal {
  readonly stdin: Readable & { isTTY?: boolean; setRawMode?: (isRaw: boolean) => unknown };
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** What was asked for: plain lines on standard output. */
export function print(terminal: Terminal, ...lines: readonly string[]): void {
  for (const line of lines) terminal.stdout.write(`${line}\n`);
}

/** Messages about the work, on standard error, so that output can be piped. */
export function note(terminal: Terminal, ...lines: readonly string[]): void {
  for (const line of lines) terminal.stderr.write(`${line}\n`);
}
