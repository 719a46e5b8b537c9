import { existsSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Config } from '../../config/load.ts';
import { formatBytes } from '../../config/units.ts';
import { quickCheck } from '../../meta/sqlite/quick-check.ts';
import { DataLock } from '../data-lock.ts';
import { checkMysql } from './check-mysql.ts';
import { fail, ok, reasonOf, warn, type Finding } from './finding.ts';
import type { StatusAnswer } from './status.ts';

const SUBJECT = 'database';
const SLOW_ANSWER_MS = 250;
/** The server keeps the log well below this; more means that something holds an old read open. */
const LARGE_WAL_BYTES = 512 * 1024 * 1024;
const LOW_SPACE_BYTES = 1e9;
const NO_SPACE_BYTES = 100e6;

export async function checkDatabase(config: Config, answer: StatusAnswer): Promise<Finding[]> {
  const { database } = config;
  if (database.kind === 'mysql') return [...checkAnswer(config, answer), ...(await checkMysql(database))];
  const { status } = answer;
  return [
    ...checkAnswer(config, answer),
    ...(status ? [...checkIntegrity(config, database.file, status.isServing), ...checkWal(database.file)] : []),
    ...(await checkSpace(dirname(database.file))),
  ];
}

function checkAnswer({ database }: Config, { status, problem }: StatusAnswer): Finding[] {
  if (problem !== undefined) {
    const advice = "when it says that a process holds the data, stop that; else see the server's log";
    return [fail(SUBJECT, problem, advice)];
  }
  if (!status) return [warn(SUBJECT, `there is none at ${database.shown} yet`, 'the first start makes it')];
  const took = `answered in ${Math.max(1, Math.round(status.databaseMs))} ms`;
  const answered =
    status.databaseMs < SLOW_ANSWER_MS
      ? ok(SUBJECT, `${took}${status.isServing ? `, asked through the server (process ${status.pid})` : ''}`)
      : warn(SUBJECT, took, 'look for what keeps its disk busy; it is best kept on an SSD');
  const users = status.hasUsers
    ? []
    : [warn('users', 'there is no user yet', '`nosocial setup-link` prints the link with which the first one is made')];
  return [answered, ...users];
}

/** Only while no server runs: nothing else may open the file beside one. */
function checkIntegrity(config: Config, file: string, isServing: boolean): Finding[] {
  if (isServing) return [];
  const lock = DataLock.tryTake(config, 'command');
  if (!lock) return [];
  try {
    const faults = quickCheck(file);
    if (faults.length === 0) return [ok(SUBJECT, 'its structure is sound (quick_check)')];
    return [
      fail(
        SUBJECT,
        `its structure is damaged: ${faults[0] ?? ''}`,
        'restore a backup; keep a copy of the damaged files',
      ),
    ];
  } catch (error) {
    return [
      fail(SUBJECT, `it cannot be checked: ${reasonOf(error)}`, 'restore a backup; keep a copy of the damaged files'),
    ];
  } finally {
    lock.release();
  }
}

function checkWal(file: string): Finding[] {
  const wal = `${file}-wal`;
  if (!existsSync(wal)) return [];
  const { size } = statSync(wal);
  const text = `its write-ahead log has ${formatBytes(size)}`;
  if (size <= LARGE_WAL_BYTES) return [ok(SUBJECT, text)];
  return [warn(SUBJECT, text, 'restart the server; if it grows again, report it with the log')];
}

async function checkSpace(folder: string): Promise<Finding[]> {
  if (!existsSync(folder)) return [];
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  const text = `${formatBytes(freeBytes)} are free under the database ("${folder}")`;
  const advice = 'free some space there, or move the data folder to a larger file system';
  if (freeBytes < NO_SPACE_BYTES) return [fail('free space', text, advice)];
  if (freeBytes < LOW_SPACE_BYTES) return [warn('free space', text, advice)];
  return [ok('free space', text)];
}
