import { formatBytes } from '../config/units.ts';
import type { Progress } from '../app/requests.ts';
import { note, type Terminal } from './terminal.ts';

const BAR_WIDTH = 24;
/** Without a terminal that shows a bar, a line is said this often. */
const LINE_EVERY_MS = 10_000;

/** Shows how far something is, on standard error: a bar on a terminal, otherwise a line now and then. */
export class ProgressBar {
  readonly #terminal: Terminal;
  readonly #isBar: boolean;
  #saidAt = performance.now();
  #isShown = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#isBar = 'isTTY' in terminal.stderr && terminal.stderr.isTTY === true;
  }

  show(progress: Progress): void {
    if (this.#isBar) {
      this.#terminal.stderr.write(`\r\u001b[K${bar(progress)}`);
      this.#isShown = true;
      return;
    }
    const now = performance.now();
    if (now - this.#saidAt < LINE_EVERY_MS) return;
    this.#saidAt = now;
    note(this.#terminal, figures(progress));
  }

  /** To be called before anything else is said. */
  end(): void {
    if (this.#isShown) this.#terminal.stderr.write('\r\u001b[K');
    this.#isShown = false;
  }
}

function bar(progress: Progress): string {
  const { doneBytes, totalBytes, doneCount, totalCount } = progress;
  const part = totalBytes ? doneBytes / totalBytes : totalCount ? doneCount / totalCount : undefined;
  if (part === undefined) return figures(progress);
  const filled = Math.round(Math.min(1, part) * BAR_WIDTH);
  return `[${'#'.repeat(filled).padEnd(BAR_WIDTH, '.')}] ${figures(progress)}`;
}

function figures({ activity, doneCount, doneBytes, totalCount, totalBytes }: Progress): string {
  const count = totalCount === undefined ? `${doneCount}` : `${doneCount} of ${totalCount}`;
  const bytes =
    totalBytes === undefined ? formatBytes(doneBytes) : `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`;
  return `${activity}: ${count} files, ${bytes}`;
}
