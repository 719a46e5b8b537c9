import { sqliteDialect } from '../dialects/sqlite.ts';
import type { Query, SqlValue } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import type { Connection } from './connection.ts';

/**
 * The transaction that is open on the writing connection. All its promises are resolved already, so an operation
 * runs from beginning to end without giving way to anything else.
 */
export class SqliteTransaction implements Transaction {
  readonly dialect = sqliteDialect;
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async all<R>(query: Query<R>, params: readonly SqlValue[] = []): Promise<R[]> {
    return this.#connection.all(query, params) as R[];
  }

  async get<R>(query: Query<R>, params: readonly SqlValue[] = []): Promise<R | undefined> {
    return this.#connection.get(query, params) as R | undefined;
  }

  async run(sql: string, params: readonly SqlValue[] = []): Promise<{ changes: number; lastInsertId: number }> {
    return this.#connection.run(sql, params);
  }
}
