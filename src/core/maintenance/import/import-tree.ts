import { realpath, rmdir, stat } from 'node:fs/promises';
import { forEachBounded } from '../../../lib/bounded.ts';
import { DomainError, isDomainError } from '../../../lib/errors.ts';
import type { NodePath } from '../../../lib/node-path.ts';
import { Slots } from '../../../lib/slots.ts';
import type { Actor } from '../../actor.ts';
import { NO_CONDITIONS, type Core } from '../../core.ts';
import { withRoom } from '../../room.ts';
import { SMALL_BYTES } from '../../transfer.ts';
import { createCollection, find } from '../../tree.ts';
import { Problems, reasonOf, systemReason, type Problem } from '../host-entries.ts';
import type { OwnPlaces } from '../own-places.ts';
import type { Watcher } from '../progress.ts';
import { importFile, isThereAlready, type Outcome } from './import-file.ts';
import { SourceFile } from './source-file.ts';
import { walkSource, type SourceEntry } from './source-walk.ts';

/** Small files wait for one another's syncs, so that many at once cost little more than one. */
const MAX_FILES = 32;
const MAX_LARGE_FILES = 3;

export interface ImportRequest {
  readonly actor: Actor;
  /** On this machine. What is in it comes into `to`. */
  readonly folder: string;
  /** A collection, made when it is missing. */
  readonly to: NodePath;
  /** The originals are removed, each when its content is safe. */
  readonly isMove: boolean;
  /** What is never imported. */
  readonly ownPlaces: OwnPlaces;
  readonly mediaTypeOf: (name: string) => string;
}

export interface ImportReport {
  readonly fileCount: number;
  readonly bytes: number;
  /** Of these: new versions of files that were there. */
  readonly replacedCount: number;
  /** There already, with the same size and time. */
  readonly identicalCount: number;
  readonly collectionCount: number;
  readonly problemCount: number;
  /** The first thousand. */
  readonly problems: readonly Problem[];
}

/**
 * Brings a folder of this machine into a user's tree, with the rights and the quota of that user. What is there with
 * the same size and time is left as it is, so that it can be done again after it was cut off; another content becomes a
 * new version. What cannot be imported is reported and left out.
 * Throws `not-found`, `not-a-collection`, `forbidden`, `refused` for the store's own folders, `quota-exceeded` and
 * `no-space` (if there is too little room for all of it: before anything is imported), or the signal's reason; what
 * was imported until then stays.
 */
export async function importTree(core: Core, request: ImportRequest, watcher: Watcher): Promise<ImportReport> {
  const folder = await sourceFolder(request);
  return new Import(core, { ...request, folder }, watcher).run();
}

async function sourceFolder({ folder, ownPlaces }: ImportRequest): Promise<string> {
  try {
    const real = await realpath(folder);
    if (!(await stat(real)).isDirectory()) throw new DomainError('not-a-collection', `"${folder}" is no folder`);
    if (await ownPlaces.contains(real)) throw new DomainError('refused', `"${folder}" is part of the store itself`);
    return real;
  } catch (error) {
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    const user = process.geteuid === undefined ? '' : ` (as user ${process.geteuid()})`;
    const code = error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'not-found' : 'forbidden';
    throw new DomainError(code, `"${folder}" cannot be read${user}: ${reason}`, { cause: error });
  }
}

/** One run of an import. */
class Import {
  readonly #core: Core;
  readonly #request: ImportRequest;
  readonly #watcher: Watcher;
  readonly #problems = new Problems();
  readonly #largeFiles = new Slots(MAX_LARGE_FILES);
  readonly #counts: Record<Outcome['kind'], number> = { added: 0, replaced: 0, identical: 0 };
  #collectionCount = 0;
  #done = { doneCount: 0, doneBytes: 0 };

  constructor(core: Core, request: ImportRequest, watcher: Watcher) {
    this.#core = core;
    this.#request = request;
    this.#watcher = watcher;
  }

  async run(): Promise<ImportReport> {
    const { actor, to, isMove } = this.#request;
    if ((await find(this.#core, actor, to)).found?.node.kind === 'file') {
      throw new DomainError('not-a-collection', `"${to.segments.join('/')}" is a file`);
    }
    const total = await this.#lookAhead();
    const folders: string[] = [];
    const importOne = async (entry: SourceEntry): Promise<void> => {
      this.#watcher.signal.throwIfAborted();
      if (entry.kind === 'file') await this.#importFile(entry, total);
    };
    await forEachBounded(this.#entries(folders), MAX_FILES, importOne);
    if (isMove) await removeEmptied(folders);
    const { added, replaced, identical } = this.#counts;
    return {
      fileCount: added + replaced,
      bytes: this.#done.doneBytes,
      replacedCount: replaced,
      identicalCount: identical,
      collectionCount: this.#collectionCount,
      problemCount: this.#problems.count,
      problems: this.#problems.listed,
    };
  }

  /** Counts what is to be imported, and makes sure that there is room for all of it. */
  async #lookAhead(): Promise<{ totalCount: number; totalBytes: number }> {
    const { isMove, actor } = this.#request;
    const total = { totalCount: 0, totalBytes: 0 };
    let copiedBytes = 0;
    for await (const entry of walkSource(this.#core, this.#request, undefined)) {
      this.#watcher.signal.throwIfAborted();
      if (entry.kind !== 'file' || (await isThereAlready(this.#core, actor, entry))) continue;
      total.totalCount += 1;
      total.totalBytes += entry.sizeBytes;
      if (!(await this.#isShared(entry, isMove))) copiedBytes += entry.sizeBytes;
      this.#watcher.onProgress({ activity: 'looking', doneCount: total.totalCount, doneBytes: total.totalBytes });
    }
    await this.#assertRoom(total.totalBytes, copiedBytes);
    return total;
  }

  /** Whether its bytes will need no room; what cannot be opened is reported when it is its turn. */
  async #isShared({ path, sizeBytes }: { path: string; sizeBytes: number }, isMove: boolean): Promise<boolean> {
    if (sizeBytes <= SMALL_BYTES) return false;
    const file = await SourceFile.open(path, isMove).catch(() => undefined);
    if (!file) return true;
    try {
      const allocation = await this.#core.blobs.allocateShared(file);
      allocation?.release();
      return allocation !== undefined;
    } finally {
      await file.close();
    }
  }

  async #assertRoom(totalBytes: number, copiedBytes: number): Promise<void> {
    const { blobs, store } = this.#core;
    const ownerId = this.#request.actor.userId;
    const need = { ownerId, sizeBytes: totalBytes };
    await withRoom(this.#core, need, async () => {
      const owner = await store.getUser(ownerId);
      const left = owner ? owner.quotaBytes - owner.usedBytes - owner.reservedBytes : 0;
      if (totalBytes > left) {
        throw shortage('quota-exceeded', { needed: totalBytes, left, of: `the quota of ${this.#request.actor.name}` });
      }
    });
    await withRoom(this.#core, { ownerId, sizeBytes: copiedBytes }, async () => {
      const disks = blobs.listDisks().filter((disk) => disk.state === 'up');
      const left = disks.reduce((sum, disk) => sum + Math.max(0, disk.availableBytes), 0);
      if (copiedBytes > left) throw shortage('no-space', { needed: copiedBytes, left, of: 'the disks' });
    });
  }

  async *#entries(folders: string[]): AsyncGenerator<SourceEntry, void> {
    for await (const entry of walkSource(this.#core, this.#request, this.#problems)) {
      this.#watcher.signal.throwIfAborted();
      if (entry.kind === 'folder') {
        // Before anything that is in it.
        entry.isUsable = await this.#makeCollection(entry);
        if (entry.isUsable && entry.path !== this.#request.folder) folders.push(entry.path);
      } else {
        yield entry;
      }
    }
  }

  async #makeCollection(entry: SourceEntry & { kind: 'folder' }): Promise<boolean> {
    if (!entry.isNew) return true;
    const isTop = entry.path === this.#request.folder;
    try {
      if (isTop) await this.#createAbove(entry.target);
      await createCollection(this.#core, this.#request.actor, entry.target, NO_CONDITIONS);
      this.#collectionCount += 1;
      return true;
    } catch (error) {
      // Made by somebody else meanwhile: its files are looked up then.
      if (isDomainError(error, 'already-exists')) {
        entry.isNew = false;
        return (await find(this.#core, this.#request.actor, entry.target)).found?.node.kind === 'collection';
      }
      if (isTop) throw error;
      this.#problems.add(entry.shown, reasonOf(error));
      return false;
    }
  }

  async #createAbove(target: NodePath): Promise<void> {
    const { actor } = this.#request;
    for (let depth = 1; depth < target.segments.length; depth++) {
      const path = { segments: target.segments.slice(0, depth), trailingSlash: true };
      const { found } = await find(this.#core, actor, path);
      if (!found) await createCollection(this.#core, actor, path, NO_CONDITIONS);
    }
  }

  async #importFile(entry: SourceEntry & { kind: 'file' }, total: object): Promise<void> {
    try {
      const { signal } = this.#watcher;
      const task = { ...this.#request, entry, signal, largeFiles: this.#largeFiles };
      const { kind, leftBecause } = await importFile(this.#core, task);
      this.#counts[kind] += 1;
      if (leftBecause !== undefined) this.#problems.add(entry.shown, leftBecause);
      if (kind === 'identical') return;
      const { doneCount, doneBytes } = this.#done;
      this.#done = { doneCount: doneCount + 1, doneBytes: doneBytes + entry.sizeBytes };
      this.#watcher.onProgress({ activity: 'importing', ...this.#done, ...total });
    } catch (error) {
      this.#watcher.signal.throwIfAborted();
      this.#problems.add(entry.shown, reasonOf(error));
    }
  }
}

/** Deepest first; one that still holds something stays. */
async function removeEmptied(folders: readonly string[]): Promise<void> {
  for (const folder of folders.toReversed()) await rmdir(folder).catch(() => undefined);
}

function shortage(
  code: 'quota-exceeded' | 'no-space',
  { needed, left, of }: { needed: number; left: number; of: string },
): DomainError {
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  return new DomainError(
    code,
    `nothing was imported: ${megabytes(needed)} are needed, and ${of} has ${megabytes(Math.max(0, left))} left; ` +
      `${megabytes(needed - left)} are missing`,
  );
}
