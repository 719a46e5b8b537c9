import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSetting } from '../config/database.ts';
import type { Config } from '../config/load.ts';
import { DomainError } from '../lib/errors.ts';
import { makeFolder } from '../lib/make-folder.ts';
import { moveRows, type MoveProgress } from '../meta/move/move.ts';
import type { RowStore } from '../meta/move/row-store.ts';
import { openMysqlRows } from '../meta/mysql/row-store.ts';
import { ExclusiveFile } from '../meta/sqlite/exclusive-file.ts';
import { openSqliteRows } from '../meta/sqlite/row-store.ts';
import { ensureDataFolder } from './data-folder.ts';
import { DataLock } from './data-lock.ts';

export interface Move {
  readonly from: DatabaseSetting;
  readonly to: DatabaseSetting;
  readonly onProgress: (progress: MoveProgress) => void;
  readonly signal: AbortSignal;
}

/**
 * Copies all metadata into another database and compares every row; the old one is only read. Throws `refused` while
 * anything works on either of them, or when the new one is not empty; cut off, it can be called again. Returns how
 * many rows there are.
 */
export async function moveDatabase(config: Config, { from, to, onProgress, signal }: Move): Promise<number> {
  if (from.shown === to.shown) throw new DomainError('refused', 'both databases are the same');
  if (from.kind === 'sqlite' && !existsSync(from.file)) {
    throw new DomainError('not-found', `there is no database "${from.file}"`);
  }
  await ensureDataFolder(config);
  await using parts = new AsyncDisposableStack();
  const lock = await DataLock.take({ dataFolder: config.dataFolder, database: from }, 'command');
  parts.defer(() => lock.release());
  const source = await open(from, 'source', config);
  parts.defer(() => source.close());
  if (to.kind === 'sqlite') parts.defer(await lockFile(to.file, config));
  const target = await open(to, 'target', config);
  parts.defer(() => target.close());
  return await moveRows(source, target, { onProgress, signal });
}

async function open(database: DatabaseSetting, use: 'source' | 'target', { dataFolder }: Config): Promise<RowStore> {
  if (database.kind === 'mysql') return openMysqlRows(database, { use, dataFolder });
  return openSqliteRows(database.file, use);
}

/** In the data folder that lock covers it; elsewhere a server with another data folder may have it. */
async function lockFile(file: string, { dataFolder }: Config): Promise<() => void> {
  await makeFolder(dirname(file), 0o700);
  if (dirname(file) === dataFolder) return () => undefined;
  const lock = ExclusiveFile.tryTake(`${file}.lock`);
  if (!lock) throw new DomainError('refused', `the database "${file}" is in use`);
  return () => lock.release();
}
