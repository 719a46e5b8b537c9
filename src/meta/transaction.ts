import type { Dialect } from './dialects/dialect.ts';
import type { Query, SqlValue } from './sql.ts';

/**
 * What an operation works with: one open transaction. Each text is prepared once and kept, so texts are constants
 * or come in few forms. A statement that fails rejects; the caller of the operation rolls back.
 */
export interface Transaction {
  readonly dialect: Dialect;
  all<R>(query: Query<R>, params?: readonly SqlValue[]): Promise<R[]>;
  /** The first row. */
  get<R>(query: Query<R>, params?: readonly SqlValue[]): Promise<R | undefined>;
  /** `changes` counts the rows that the condition met. */
  run(sql: string, params?: readonly SqlValue[]): Promise<{ changes: number; lastInsertId: number }>;
}
