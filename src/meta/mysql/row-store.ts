import { DomainError } from '../../lib/errors.ts';
import { MIGRATIONS } from '../migrations/migrations.ts';
import { pageOf, type RowStore, type Table } from '../move/row-store.ts';
import type { SqlValue } from '../sql.ts';
import type { Connection } from './connection.ts';
import { translateError } from './errors.ts';
import { Hosts } from './hosts.ts';
import { Lease } from './lease.ts';
import { makeOwnTables, migrate, OWN_TABLES, presentStep } from './migrate.ts';
import { Pool } from './pool.ts';
import type { MysqlServer } from './server-options.ts';

/** One statement takes about this much, well below what servers accept. */
const MAX_INSERT_BYTES = 512 * 1024;

const COLUMNS = `SELECT table_name, column_name, extra FROM information_schema.columns
  WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position`;
const KEYS = `SELECT table_name, column_name FROM information_schema.key_column_usage
  WHERE table_schema = DATABASE() AND constraint_name = 'PRIMARY' ORDER BY table_name, ordinal_position`;

/**
 * The rows of a MySQL database, with the lease on it: throws `refused` while another process works on it. As a source
 * it must be of the present schema (`refused`); as a target it is taken to it.
 */
export async function openMysqlRows(
  server: MysqlServer,
  { use, dataFolder }: { use: 'source' | 'target'; dataFolder: string },
): Promise<RowStore> {
  try {
    await using parts = new AsyncDisposableStack();
    const hosts = new Hosts(server);
    const working = await hosts.connect();
    parts.defer(() => working.close());
    if (use === 'target') await makeOwnTables(working);
    else await assertPresent(working);
    const pool = new Pool(hosts, await hosts.connect());
    parts.defer(() => pool.close());
    const lease = await Lease.take(pool, dataFolder);
    parts.defer(() => lease.giveBack());
    if (use === 'target') await migrate(() => hosts.connect());
    if (working.facts.isMariadb) await working.command('SET SESSION max_statement_time = 0');
    return new MysqlRows(working, await describeTables(working), parts.move());
  } catch (error) {
    throw translateError(error);
  }
}

async function assertPresent(connection: Connection): Promise<void> {
  if ((await presentStep(connection)) === MIGRATIONS.length) return;
  throw new DomainError('refused', 'the database is of another version of nosocial; start a server with it once');
}

interface Described {
  readonly tables: readonly Table[];
  readonly counting: ReadonlySet<string>;
}

class MysqlRows implements RowStore {
  readonly tables: readonly Table[];
  readonly #connection: Connection;
  readonly #counting: ReadonlySet<string>;
  readonly #parts: AsyncDisposableStack;

  /** `parts` is all that has to be closed, the last one first. */
  constructor(connection: Connection, { tables, counting }: Described, parts: AsyncDisposableStack) {
    this.#connection = connection;
    this.tables = tables;
    this.#counting = counting;
    this.#parts = parts;
  }

  async count({ name }: Table): Promise<number> {
    return Number((await this.#connection.rows(`SELECT COUNT(*) FROM ${name}`))[0]?.[0]);
  }

  async page(table: Table, after: readonly SqlValue[] | undefined, limit: number): Promise<SqlValue[][]> {
    const { sql, params } = isAfter(table, after ?? []);
    return this.#connection.rows(pageOf(table, sql), [...params, limit]);
  }

  async insert({ name, columns }: Table, rows: readonly SqlValue[][]): Promise<void> {
    const row = `(${columns.map(() => '?').join(',')})`;
    for (const part of split(rows)) {
      const sql = `INSERT INTO ${name} (${columns.join(', ')}) VALUES ${part.map(() => row).join(',')}`;
      await this.#connection.change(sql, part.flat());
    }
  }

  async empty({ name }: Table): Promise<void> {
    await this.#connection.command(`TRUNCATE TABLE ${name}`);
  }

  /** Asked of the table itself: what information_schema says may be a day old. */
  async counter({ name }: Table): Promise<number | undefined> {
    if (!this.#counting.has(name)) return undefined;
    const [row] = await this.#connection.rows(`SHOW CREATE TABLE ${name}`);
    return Number(/ AUTO_INCREMENT=(\d+)/.exec(String(row?.[1]))?.[1] ?? 1) - 1;
  }

  async setCounter({ name }: Table, value: number): Promise<void> {
    await this.#connection.command(`ALTER TABLE ${name} AUTO_INCREMENT = ${value + 1}`);
  }

  async run(sql: string, params: readonly SqlValue[]): Promise<void> {
    await this.#connection.change(sql, params);
  }

  async close(): Promise<void> {
    await this.#parts.disposeAsync();
  }
}

/** Said at length: the server would go through the whole table for `(a, b) > (?, ?)`. */
function isAfter({ key }: Table, after: readonly SqlValue[]): { sql: string | undefined; params: SqlValue[] } {
  const alternatives = after.map((_, depth) => {
    const same = key.slice(0, depth).map((column) => `${column} = ?`);
    return `(${[...same, `${key[depth]} > ?`].join(' AND ')})`;
  });
  const sql = alternatives.length === 0 ? undefined : alternatives.join(' OR ');
  return { sql, params: after.flatMap((_, depth) => after.slice(0, depth + 1)) };
}

async function describeTables(connection: Connection): Promise<Described> {
  const columns = Map.groupBy(await connection.rows(COLUMNS), ([table]) => String(table));
  const keys = Map.groupBy(await connection.rows(KEYS), ([table]) => String(table));
  const names = [...columns.keys()].filter((name) => !OWN_TABLES.includes(name)).toSorted();
  const tables = names.map((name) => ({
    name,
    columns: (columns.get(name) ?? []).map(([, column]) => String(column)),
    key: (keys.get(name) ?? []).map(([, column]) => String(column)),
  }));
  const counting = names.filter((name) => columns.get(name)?.some(([, , extra]) => extra === 'auto_increment'));
  return { tables, counting: new Set(counting) };
}

function split(rows: readonly SqlValue[][]): SqlValue[][][] {
  const parts: SqlValue[][][] = [];
  let bytes = Infinity;
  for (const row of rows) {
    const rowBytes = row.reduce<number>((sum, value) => sum + (typeof value === 'string' ? 4 * value.length : 8), 0);
    if (bytes + rowBytes > MAX_INSERT_BYTES) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(row);
    bytes += rowBytes;
  }
  return parts;
}
