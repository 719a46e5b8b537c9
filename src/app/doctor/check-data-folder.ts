import { accessSync, constants, existsSync, lstatSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/load.ts';
import { fail, ok, reasonOf, warn, type Finding } from './finding.ts';

const SUBJECT = 'data folder';
const PRIVATE_FILES = ['server.json', 'server.lock', 'control.sock', 'audit.log'];

/** The folder and what lies in it must be this user's, and nobody else's. */
export function checkDataFolder({ dataFolder, database }: Config): Finding[] {
  if (!existsSync(dataFolder)) {
    return [warn(SUBJECT, `"${dataFolder}" does not exist yet`, 'the first start makes it; --data names another')];
  }
  try {
    accessSync(dataFolder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    return [fail(SUBJECT, reasonOf(error), `make "${dataFolder}" writable for the user that the server runs as`)];
  }
  if (process.platform === 'win32') return [ok(SUBJECT, `"${dataFolder}" can be written`)];
  const databaseFiles =
    database.kind === 'sqlite' ? ['', '-wal', '-shm'].map((ending) => `${database.file}${ending}`) : [];
  const files = [...PRIVATE_FILES.map((name) => join(dataFolder, name)), ...databaseFiles];
  const findings = [dataFolder, ...files].flatMap((path) => checkOwnership(path));
  return findings.length > 0 ? findings : [ok(SUBJECT, `"${dataFolder}" is this user's alone`)];
}

/** `lstat` only: a descriptor on a database file must not be opened and closed beside SQLite. */
function checkOwnership(path: string): Finding[] {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats) return [];
  const user = process.getuid?.();
  if (user !== undefined && user !== 0 && stats.uid !== user) {
    return [fail(SUBJECT, `"${path}" belongs to another user`, `chown it to the user that the server runs as`)];
  }
  if ((stats.mode & 0o077) === 0) return [];
  const advice = `chmod ${stats.isDirectory() ? '700' : '600'} "${path}"`;
  return [warn(SUBJECT, `others may open "${path}" (mode ${modeText(stats)})`, advice)];
}

function modeText({ mode }: Stats): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}
