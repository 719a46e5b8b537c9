import { DomainError } from '../../lib/errors.ts';
import { randomId } from '../../lib/ids.ts';
import { mysqlDialect } from '../dialects/mysql.ts';
import { MIGRATIONS } from '../migrations/migrations.ts';
import type { Connection } from './connection.ts';
import { ServerError } from './errors.ts';
import { CREATE_LEASE, FIRST_LEASE } from './lease.ts';

/** How long one server waits for another one that sets the database up. */
const LOCK_SECONDS = 60;

const DUPLICATE_COLUMN = 1060;
const DUPLICATE_INDEX = 1061;
const TABLE_EXISTS = 1050;
/** What a change of the schema says that was made already. */
const MADE_ALREADY = new Set([TABLE_EXISTS, DUPLICATE_COLUMN, DUPLICATE_INDEX]);

/** The row `lock` is held while steps are taken; `step` and `statement` say how far they came. */
const CREATE_PROGRESS = `CREATE TABLE IF NOT EXISTS schema_progress (
  name VARBINARY(32) NOT NULL PRIMARY KEY,
  step BIGINT NOT NULL,
  statement BIGINT NOT NULL
) ${mysqlDialect.types.table}`;
const FIRST_PROGRESS =
  "INSERT IGNORE INTO schema_progress (name, step, statement) VALUES ('lock', 0, 0), ('schema', 0, 0)";
const TAKE_LOCK = "SELECT name FROM schema_progress WHERE name = 'lock' FOR UPDATE";
const PROGRESS = "SELECT step, statement FROM schema_progress WHERE name = 'schema'";
const SET_PROGRESS = "UPDATE schema_progress SET step = ?, statement = ? WHERE name = 'schema'";
/** What this engine keeps for itself; all others are the schema's. */
export const OWN_TABLES = ['schema_progress', 'lease'];
const HAS_PROGRESS =
  "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'schema_progress'";

interface Progress {
  step: number;
  statement: number;
}

/** Makes what has to be there before the lease can be taken, and the lease before the schema is changed. */
export async function makeOwnTables(connection: Connection): Promise<void> {
  if (await hasOwnTables(connection)) return;
  for (const sql of [CREATE_PROGRESS, CREATE_LEASE, FIRST_LEASE, FIRST_PROGRESS]) await connection.command(sql);
}

/**
 * Brings a database with its own tables to the present schema. Safe when two begin together: one takes the steps while
 * it holds a row, which the database frees when its connection ends, however that happens; the other waits and finds
 * nothing left to do. A change of the schema commits by itself, so each is noted when it is done: a killed start is
 * taken up where it ended. Throws `refused` for a database of a later version.
 */
export async function migrate(connect: () => Promise<Connection>): Promise<void> {
  const connection = await connect();
  try {
    if ((await presentStep(connection)) === MIGRATIONS.length) return;
    // A large table takes its time.
    if (connection.facts.isMariadb) await connection.command('SET SESSION max_statement_time = 0');
    const holder = await connect();
    try {
      await holder.command(`SET SESSION innodb_lock_wait_timeout = ${LOCK_SECONDS}`);
      await holder.command('START TRANSACTION');
      await holder.rows(TAKE_LOCK);
      await takeSteps(connection);
      await holder.command('COMMIT');
    } finally {
      await holder.close();
    }
  } finally {
    await connection.close();
  }
}

/** How many steps were taken; 0 for an empty database. */
export async function presentStep(connection: Connection): Promise<number> {
  return (await hasOwnTables(connection)) ? (await readProgress(connection)).step : 0;
}

/** The rows of progress are what is made last. */
async function hasOwnTables(connection: Connection): Promise<boolean> {
  return (await connection.rows(HAS_PROGRESS)).length > 0 && (await connection.rows(PROGRESS)).length > 0;
}

async function readProgress(connection: Connection): Promise<Progress> {
  const [row] = await connection.rows(PROGRESS);
  const progress = { step: Number(row?.[0] ?? 0), statement: Number(row?.[1] ?? 0) };
  if (progress.step > MIGRATIONS.length) {
    throw new DomainError('refused', 'the database is of a later version of nosocial');
  }
  return progress;
}

async function takeSteps(connection: Connection): Promise<void> {
  const begun = await readProgress(connection);
  for (const [step, migration] of MIGRATIONS.entries()) {
    const statements = migration(mysqlDialect.types);
    for (const [statement, sql] of statements.entries()) {
      const isDone = step < begun.step || (step === begun.step && statement < begun.statement);
      if (isDone) continue;
      const isFirst = step === begun.step && statement === begun.statement;
      await take(connection, sql, { isFirst, note: [step, statement + 1] });
    }
    if (step < begun.step) continue;
    // Sync tokens carry it: they end with the store that they were made by.
    if (step === 0)
      await connection.change("INSERT IGNORE INTO setting (name, value) VALUES ('store-epoch', ?)", [randomId()]);
    await connection.change(SET_PROGRESS, [step + 1, 0]);
  }
}

/** The first statement after a killed start may have changed the schema without having been noted. */
async function take(
  connection: Connection,
  sql: string,
  { isFirst, note }: { isFirst: boolean; note: [step: number, statement: number] },
): Promise<void> {
  const commitsItself = /^(CREATE|ALTER|DROP) /.test(sql);
  if (!commitsItself) await connection.command('START TRANSACTION');
  try {
    await connection.command(sql);
  } catch (error) {
    if (!(isFirst && error instanceof ServerError && MADE_ALREADY.has(error.errno))) throw error;
  }
  await connection.change(SET_PROGRESS, note);
  if (!commitsItself) await connection.command('COMMIT');
}
