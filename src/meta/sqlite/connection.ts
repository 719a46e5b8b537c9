import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { SqlValue } from '../sql.ts';

/** How long a statement waits for the lock of another process before it fails. */
const BUSY_TIMEOUT_MS = 5000;
/** The texts are few, but for what televisions search by: they put their questions together as they like. */
const MAX_PREPARED = 500;

/**
 * One connection with the statements that were prepared on it. Every result is complete when a method returns:
 * no statement stays open.
 */
export class Connection {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #rowsAsArrays: boolean;
  statementCount = 0;

  constructor(file: string, { readOnly, rowsAsArrays }: { readOnly: boolean; rowsAsArrays: boolean }) {
    this.#database = new DatabaseSync(file, { readOnly, timeout: BUSY_TIMEOUT_MS });
    this.#rowsAsArrays = rowsAsArrays;
  }

  /** False again after an error that made SQLite roll back by itself. */
  get isInTransaction(): boolean {
    return this.#database.isTransaction;
  }

  /** For what is said once and yields no rows. */
  exec(sql: string): void {
    this.statementCount += 1;
    this.#database.exec(sql);
  }

  all(sql: string, params: readonly SqlValue[] = []): unknown[] {
    return this.#prepared(sql).all(...params);
  }

  get(sql: string, params: readonly SqlValue[] = []): unknown {
    return this.#prepared(sql).get(...params);
  }

  run(sql: string, params: readonly SqlValue[] = []): { changes: number; lastInsertId: number } {
    const { changes, lastInsertRowid } = this.#prepared(sql).run(...params);
    return { changes: Number(changes), lastInsertId: Number(lastInsertRowid) };
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #prepared(sql: string): StatementSync {
    this.statementCount += 1;
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      if (this.#rowsAsArrays) statement.setReturnArrays(true);
      // The one that was prepared first; where it is still in use, it is prepared again.
      const [first = ''] = this.#statements.keys();
      if (this.#statements.size >= MAX_PREPARED) this.#statements.delete(first);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
