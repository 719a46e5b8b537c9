import { statSync } from 'node:fs';
import { assertNotExpired, PairProblem, readPair, type CertificatePair, type PairFiles } from './pair.ts';

export interface WatchedFilesEvents {
  /** What is there now cannot be served, so that the pair from before stays. Told once of each state of the files. */
  onProblem(problem: PairProblem): void;
}

/**
 * A certificate and its key in files that another program replaces: certbot, acme.sh, Caddy, a person. They do so by
 * renaming, by exchanging symbolic links or by writing in place, and never both files at one instant; what does not
 * fit together is read again until it does: what was wrong need not be in the files, as when none more can be opened.
 */
export class WatchedFiles {
  readonly #files: PairFiles;
  readonly #events: WatchedFilesEvents;
  /** Of the files that the present pair was read from. */
  #state: string;
  #toldState: string | undefined;
  #pair: CertificatePair;

  /**
   * Throws `PairProblem` when the files cannot be served. An expired certificate can: where a renewal failed, a restart
   * should not take away from people what they could still reach, with a warning, before.
   */
  constructor(files: PairFiles, events: WatchedFilesEvents) {
    this.#files = files;
    this.#events = events;
    this.#state = this.#stateOfFiles();
    this.#pair = readPair(files);
  }

  /** The last one that could be served. */
  get pair(): CertificatePair {
    return this.#pair;
  }

  /** The new pair, when there is one since the last time. */
  takeChange(nowMs: number): CertificatePair | undefined {
    // Taken first: what changes while it is read makes another state.
    const state = this.#stateOfFiles();
    if (state === this.#state) return undefined;
    try {
      const pair = readPair(this.#files);
      assertNotExpired(pair, this.#files, nowMs);
      this.#state = state;
      if (pair.certificate === this.#pair.certificate && pair.key === this.#pair.key) return undefined;
      this.#pair = pair;
      return pair;
    } catch (error) {
      if (!(error instanceof PairProblem)) throw error;
      this.#tell(error, state);
      return undefined;
    }
  }

  #tell(problem: PairProblem, state: string): void {
    if (state === this.#toldState) return;
    this.#toldState = state;
    this.#events.onProblem(problem);
  }

  /** Follows links, and so notices when one of them on the way leads elsewhere. */
  #stateOfFiles(): string {
    return [this.#files.certificate, this.#files.key].map(stateOf).join('\n');
  }
}

function stateOf(file: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}
