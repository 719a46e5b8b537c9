import { DatabaseSync } from 'node:sqlite';

const SQLITE_BUSY = 5;
const SQLITE_CANTOPEN = 14;

/**
 * A lock between processes that the kernel holds: it ends with its process however that ends, and no number of a
 * dead process can be mistaken for a living one (also not across containers that share a folder). Node has no call
 * for such locks; SQLite takes them on every system. The file stays empty.
 */
export class ExclusiveFile {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Undefined while another process (or another holder in this one) has it. Throws what the file system says. */
  static tryTake(file: string): ExclusiveFile | undefined {
    const database = open(file);
    try {
      database.exec('PRAGMA busy_timeout = 0');
      database.exec('PRAGMA journal_mode = OFF');
      database.exec('BEGIN EXCLUSIVE');
      return new ExclusiveFile(database);
    } catch (error) {
      database.close();
      if (resultCode(error) === SQLITE_BUSY) return undefined;
      throw error;
    }
  }

  release(): void {
    if (this.#database.isOpen) this.#database.close();
  }
}

function open(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file);
  } catch (error) {
    if (resultCode(error) !== SQLITE_CANTOPEN) throw error;
    throw new Error(`"${file}" cannot be created or written`, { cause: error });
  }
}

function resultCode(error: unknown): number {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
  return code & 0xff;
}
