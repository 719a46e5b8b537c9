import type { Connection } from './connection.ts';

const MIB = 1024 * 1024;
/** Less than this is not worth a sync of the database file. */
const IDLE_BYTES = MIB;
/** Without an idle moment a checkpoint takes its turn between two commits. */
const BUSY_BYTES = 16 * MIB;
/** Past this, writing waits until no reader holds the log back and it starts over. */
const MAX_BYTES = 64 * MIB;
/** On a loaded machine clients pause for tens of milliseconds: at 20, checkpoints took a fifth of the writer's time. */
const IDLE_MS = 250;
/** How many commits pass between two looks at the log. */
const COMMITS_BETWEEN = 32;

/**
 * Carries the write-ahead log over into the database file: in idle moments if there are any. Failures are left to
 * the next try; nothing is lost as long as the log is there.
 */
export class Checkpointer {
  readonly #connection: Connection;
  readonly #pageBytes: number;
  #timer: NodeJS.Timeout | undefined;
  #commits = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#pageBytes = (connection.get('PRAGMA page_size') as { page_size: number }).page_size;
  }

  afterCommit(): void {
    this.#commits += 1;
    if (this.#commits < COMMITS_BETWEEN) return;
    this.#commits = 0;
    const { logBytes, waitingBytes } = this.#checkpoint('NOOP');
    if (logBytes > MAX_BYTES) this.#checkpoint('RESTART');
    else if (waitingBytes > BUSY_BYTES) this.#checkpoint('PASSIVE');
  }

  whenIdle(): void {
    this.#timer = setTimeout(() => {
      if (this.#checkpoint('NOOP').waitingBytes > IDLE_BYTES) this.#checkpoint('PASSIVE');
    }, IDLE_MS);
  }

  stopWaiting(): void {
    clearTimeout(this.#timer);
  }

  /** NOOP only reports; a SQLite before 3.51 does not know it and does PASSIVE, which does no harm. */
  #checkpoint(mode: 'NOOP' | 'PASSIVE' | 'RESTART'): { logBytes: number; waitingBytes: number } {
    try {
      const row = this.#connection.get(`PRAGMA wal_checkpoint(${mode})`) as { log: number; checkpointed: number };
      return {
        logBytes: row.log * this.#pageBytes,
        waitingBytes: (row.log - row.checkpointed) * this.#pageBytes,
      };
    } catch {
      return { logBytes: 0, waitingBytes: 0 };
    }
  }
}
