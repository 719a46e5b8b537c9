import { listUnfinished, type PlayedFile } from '../api/positions.ts';
import { isProblem } from '../api/problem.ts';

const MOST = 12;

/** What somebody was in the middle of. */
export class Unfinished {
  files = $state.raw<readonly PlayedFile[]>([]);

  /** Returns how to end it. */
  start(): () => void {
    const abort = new AbortController();
    listUnfinished(MOST, abort.signal).then(
      (files) => {
        this.files = files.filter(({ position }) => position.positionMs > 0);
      },
      (error: unknown) => {
        // The list below tells of the server's troubles.
        if (!abort.signal.aborted && !isProblem(error)) throw error;
      },
    );
    return () => abort.abort();
  }
}
