import { mysqlDialect } from '../dialects/mysql.ts';
import type { Query, SqlValue } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import type { Connection } from './connection.ts';

/** The transaction that is open on a connection. */
export class MysqlTransaction implements Transaction {
  readonly dialect = mysqlDialect;
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async all<R>(query: Query<R>, params: readonly SqlValue[] = []): Promise<R[]> {
    return (await this.#connection.objects(query, params)) as R[];
  }

  async get<R>(query: Query<R>, params: readonly SqlValue[] = []): Promise<R | undefined> {
    return (await this.#connection.objects(query, params))[0] as R | undefined;
  }

  async run(sql: string, params: readonly SqlValue[] = []): Promise<{ changes: number; lastInsertId: number }> {
    const { affectedRows, insertId } = await this.#connection.change(sql, params);
    return { changes: affectedRows, lastInsertId: insertId };
  }
}
