import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config/load.ts';
import { DomainError } from '../lib/errors.ts';
import { removeControlPath } from './control.ts';
import { ExclusiveFile } from '../meta/sqlite/exclusive-file.ts';

/** Commands are over in a moment; a server that starts waits this long for one. */
const PATIENCE_MS = 10_000;
/** And this long for another server, which may be on its way out. */
const SERVER_PATIENCE_MS = 1_000;
const RETRY_MS = 25;

/** Who works on a data folder, as it said itself. Only believed while the lock is held. */
export interface Holder {
  readonly pid: number;
  readonly purpose: 'serve' | 'command';
  readonly dataFolder: string;
  /** Without its password. */
  readonly database: string;
  /** Where it takes requests; undefined while it starts or stops. */
  readonly controlPath?: string;
  readonly url?: string;
}

type Place = Pick<Config, 'dataFolder' | 'database'>;

/**
 * The right to open what lies in a data folder: one process at a time, a server or a command. Whoever cannot have
 * it must ask the holder, for a second process beside the database could lose what the first one acknowledged.
 */
export class DataLock {
  readonly #files: readonly ExclusiveFile[];
  readonly #dataFolder: string;
  #holder: Holder;

  private constructor(files: readonly ExclusiveFile[], holder: Holder) {
    this.#files = files;
    this.#dataFolder = holder.dataFolder;
    this.#holder = holder;
    clearAfter(readHolder(holder.dataFolder), holder.dataFolder);
    this.#write();
  }

  /** Undefined while another process has it. Throws `refused` when only the database is another's. */
  static tryTake({ dataFolder, database }: Place, purpose: Holder['purpose']): DataLock | undefined {
    const folderLock = ExclusiveFile.tryTake(join(dataFolder, 'server.lock'));
    if (!folderLock) return undefined;
    const files = [folderLock];
    // A database elsewhere may be named by the settings of two data folders.
    if (database.kind === 'sqlite' && dirname(database.file) !== dataFolder) {
      const databaseLock = ExclusiveFile.tryTake(`${database.file}.lock`);
      if (!databaseLock) {
        folderLock.release();
        throw new DomainError('refused', `the database "${database.file}" is in use with another data folder`);
      }
      files.push(databaseLock);
    }
    return new DataLock(files, { pid: process.pid, purpose, dataFolder, database: database.shown });
  }

  /** Waits for commands that are at work. Throws `refused` when a server has it. */
  static async take(place: Place, purpose: Holder['purpose']): Promise<DataLock> {
    const startedAt = performance.now();
    for (;;) {
      const lock = DataLock.tryTake(place, purpose);
      if (lock) return lock;
      const holder = readHolder(place.dataFolder);
      const patienceMs = holder?.purpose === 'serve' ? SERVER_PATIENCE_MS : PATIENCE_MS;
      if (performance.now() - startedAt > patienceMs) throw heldBy(place.dataFolder, holder);
      await delay(RETRY_MS);
    }
  }

  /** Tells others how this process can be asked. */
  announce(reachable: Pick<Holder, 'controlPath' | 'url'>): void {
    this.#holder = { ...this.#holder, ...reachable };
    this.#write();
  }

  release(): void {
    const { pid, purpose, dataFolder, database } = this.#holder;
    this.#holder = { pid, purpose, dataFolder, database };
    this.#write();
    for (const file of this.#files.toReversed()) file.release();
  }

  /** Never read half-written: a new file takes the old one's place. */
  #write(): void {
    const file = holderFile(this.#dataFolder);
    writeFileSync(`${file}.new`, `${JSON.stringify(this.#holder)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
}

/** A killed server leaves its socket. One that a copy of the folder tells of may be another server's. */
function clearAfter(last: Holder | undefined, dataFolder: string): void {
  if (last?.controlPath !== undefined && last.dataFolder === dataFolder) removeControlPath(last.controlPath);
}

/** What the last holder said; it may be gone. */
export function readHolder(dataFolder: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(holderFile(dataFolder), 'utf8'));
    return isHolder(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null && 'pid' in value && 'purpose' in value;
}

function holderFile(dataFolder: string): string {
  return join(dataFolder, 'server.json');
}

function heldBy(dataFolder: string, holder: Holder | undefined): DomainError {
  const who = holder ? `process ${holder.pid}` : 'another process';
  if (holder?.purpose === 'command') {
    return new DomainError(
      'refused',
      `${who}, a command, is still at work on "${dataFolder}"; try again when it is done`,
    );
  }
  const where = holder?.url === undefined ? '' : ` at ${holder.url}`;
  return new DomainError(
    'refused',
    `a server is running on "${dataFolder}" already${where} (${who}); stop it first, or give this one another --data`,
  );
}
