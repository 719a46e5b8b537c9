import { DomainError } from '../../lib/errors.ts';
import { MIGRATIONS } from '../migrations/migrations.ts';
import { pageOf, type RowStore, type Table } from '../move/row-store.ts';
import type { SqlValue } from '../sql.ts';
import { Connection } from './connection.ts';
import { migrate } from './migrate.ts';

const TABLES = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name";

/**
 * The rows of a SQLite file that no process has open. As a source it is only read, and must be of the present schema
 * (`refused`); as a target it is made, or taken to that schema.
 */
export function openSqliteRows(file: string, use: 'source' | 'target'): RowStore {
  const connection = new Connection(file, { readOnly: use === 'source', rowsAsArrays: true });
  try {
    if (use === 'target') {
      const plain = new Connection(file, { readOnly: false, rowsAsArrays: false });
      try {
        migrate(plain);
      } finally {
        plain.close();
      }
      connection.exec('PRAGMA synchronous = FULL');
    }
    const [version] = connection.get('PRAGMA user_version') as [number];
    if (version !== MIGRATIONS.length) {
      throw new DomainError('refused', `"${file}" is of another version of nosocial; start a server with it once`);
    }
    return new SqliteRows(connection);
  } catch (error) {
    connection.close();
    throw error;
  }
}

class SqliteRows implements RowStore {
  readonly tables: readonly Table[];
  readonly #connection: Connection;
  readonly #counting: ReadonlySet<string>;

  constructor(connection: Connection) {
    this.#connection = connection;
    const described = connection.all(TABLES) as [name: string, sql: string][];
    this.tables = described.map(([name]) => describeTable(connection, name));
    this.#counting = new Set(described.filter(([, sql]) => sql.includes('AUTOINCREMENT')).map(([name]) => name));
  }

  async count({ name }: Table): Promise<number> {
    return (this.#connection.get(`SELECT COUNT(*) FROM ${name}`) as [number])[0];
  }

  async page(table: Table, after: readonly SqlValue[] | undefined, limit: number): Promise<SqlValue[][]> {
    const isAfter = after && `(${table.key.join(', ')}) > (${after.map(() => '?').join(', ')})`;
    return this.#connection.all(pageOf(table, isAfter), [...(after ?? []), limit]) as SqlValue[][];
  }

  async insert({ name, columns }: Table, rows: readonly SqlValue[][]): Promise<void> {
    const values = columns.map(() => '?').join(', ');
    const sql = `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${values})`;
    this.#connection.exec('BEGIN');
    for (const row of rows) this.#connection.run(sql, row);
    this.#connection.exec('COMMIT');
  }

  async empty({ name }: Table): Promise<void> {
    this.#connection.exec(`DELETE FROM ${name}`);
  }

  async counter({ name }: Table): Promise<number | undefined> {
    if (!this.#counting.has(name)) return undefined;
    const row = this.#connection.get('SELECT seq FROM sqlite_sequence WHERE name = ?', [name]) as [number] | undefined;
    return row?.[0] ?? 0;
  }

  async setCounter({ name }: Table, value: number): Promise<void> {
    this.#connection.run('DELETE FROM sqlite_sequence WHERE name = ?', [name]);
    this.#connection.run('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)', [name, value]);
  }

  async run(sql: string, params: readonly SqlValue[]): Promise<void> {
    this.#connection.run(sql, params);
  }

  async close(): Promise<void> {
    this.#connection.close();
  }
}

function describeTable(connection: Connection, name: string): Table {
  const rows = connection.all(`SELECT name, pk FROM pragma_table_info('${name}') ORDER BY cid`) as [string, number][];
  const key = rows.filter(([, place]) => place > 0).toSorted(([, a], [, b]) => a - b);
  return { name, columns: rows.map(([column]) => column), key: key.map(([column]) => column) };
}
