import { DomainError } from '../../lib/errors.ts';
import { randomId } from '../../lib/ids.ts';
import { sqliteDialect } from '../dialects/sqlite.ts';
import { MIGRATIONS } from '../migrations/migrations.ts';
import type { Connection } from './connection.ts';
import { isBusy } from './errors.ts';

const WAL_TRIES = 250;
const WAL_PAUSE_MS = 20;

/**
 * Brings the database to the present schema. Safe when two processes begin together: one of them takes the steps,
 * the other waits for it and finds nothing left to do. Throws `refused` for a database of a later version.
 */
export function migrate(connection: Connection): void {
  switchToWal(connection);
  if (assertKnown(schemaVersion(connection)) === MIGRATIONS.length) return;
  connection.exec('BEGIN IMMEDIATE');
  try {
    const present = assertKnown(schemaVersion(connection));
    for (const step of MIGRATIONS.slice(present)) {
      for (const sql of step(sqliteDialect.types)) connection.exec(sql);
    }
    // Sync tokens carry it: they end with the store that they were made by.
    if (present === 0) connection.run("INSERT INTO setting (name, value) VALUES ('store-epoch', ?)", [randomId()]);
    connection.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    connection.exec('COMMIT');
  } catch (error) {
    if (connection.isInTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}

/** The switch wants the file for itself and does not always wait for it as long as other statements do. */
function switchToWal(connection: Connection): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 1; ; tries += 1) {
    try {
      connection.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || tries === WAL_TRIES) throw error;
    }
    Atomics.wait(pause, 0, 0, WAL_PAUSE_MS);
  }
}

function schemaVersion(connection: Connection): number {
  return (connection.get('PRAGMA user_version') as { user_version: number }).user_version;
}

function assertKnown(version: number): number {
  if (version > MIGRATIONS.length) {
    throw new DomainError('refused', `the database is of a later version of this program (schema ${version})`);
  }
  return version;
}
