import { systemClock, type Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { foldedName, nameKey } from '../../lib/node-path.ts';
import { startWorker } from '../../lib/workers.ts';
import type { User } from '../../core/actor.ts';
import type { DeadProperty, Lock, Node, Space, StoredVersion, TrashEntry } from '../../core/node.ts';
import type { MetadataStore, Page, StoredDisk, StoredPack } from '../../core/ports/metadata-store.ts';
import type { BlobLocation, OperationArgs, OperationName, OperationResult } from '../../core/ports/operations.ts';
import { allDisks, allJobs, allUploads, blobById, packsOn } from '../reads/blobs.ts';
import { locksOn, locksOnChildren } from '../reads/locks.ts';
import * as nodes from '../reads/nodes.ts';
import { anyUser, settingByName, spaceById, spacesOf, userById, userByName, usersAfter } from '../reads/users.ts';
import { Reader } from './reader.ts';
import { WriterClient } from './writer-client.ts';

export interface SqliteStoreOptions {
  /** The database file; created when missing, in a directory that exists. */
  file: string;
  /** Tells reads which locks have ended, and so which unwritten files are not there any more. */
  clock?: Clock;
}

/**
 * Opens the metadata in a SQLite file. Throws `refused` for the file of a later version, `unavailable` when it
 * cannot be opened, `corrupt` when it is not a database.
 */
export async function openSqliteStore({ file, clock = systemClock() }: SqliteStoreOptions): Promise<SqliteStore> {
  const thread = startWorker(import.meta.url, 'writer-thread', { workerData: { file }, name: 'metadata writer' });
  const writer = await WriterClient.open(thread);
  try {
    return new SqliteStore(writer, new Reader(file), clock);
  } catch (error) {
    await writer.close();
    throw error;
  }
}

/** Metadata in one SQLite file: one thread writes, this one reads. */
export class SqliteStore implements MetadataStore {
  readonly #writer: WriterClient;
  readonly #reader: Reader;
  readonly #clock: Clock;
  #isClosed = false;

  constructor(writer: WriterClient, reader: Reader, clock: Clock) {
    this.#writer = writer;
    this.#reader = reader;
    this.#clock = clock;
  }

  run<K extends OperationName>(name: K, args: OperationArgs<K>): Promise<OperationResult<K>> {
    return this.#writer.run(name, args) as Promise<OperationResult<K>>;
  }

  async findUser(name: string): Promise<User | undefined> {
    return this.#open().first(userByName, [foldedName(name)]);
  }

  async getUser(id: number): Promise<User | undefined> {
    return this.#open().first(userById, [id]);
  }

  async listUsers({ after = 0, limit }: Page<number>): Promise<User[]> {
    return this.#open().all(usersAfter, [after, limit]);
  }

  async hasUsers(): Promise<boolean> {
    return this.#open().first(anyUser) === true;
  }

  async listSpaces(ownerId: number): Promise<Space[]> {
    return this.#open().all(spacesOf, [ownerId]);
  }

  async getSpace(id: number): Promise<Space | undefined> {
    return this.#open().first(spaceById, [id]);
  }

  async getNode(id: number): Promise<Node | undefined> {
    return this.#open().first(nodes.nodeById, [id, this.#clock.nowMs()]);
  }

  async walk(rootId: number, names: readonly string[]): Promise<Node[] | undefined> {
    const reader = this.#open();
    const found = reader.all(nodes.nodesAlong, [rootId, JSON.stringify(names.map(nameKey))]);
    const last = found.at(-1);
    if (last === undefined) return undefined;
    const isGhost = last.isUnwritten && reader.first(nodes.liveLockOn, [last.id, this.#clock.nowMs()]) === undefined;
    return isGhost ? found.slice(0, -1) : found;
  }

  async ancestors(id: number): Promise<Node[]> {
    return this.#open().all(nodes.nodesAbove, [id]);
  }

  async listChildren(parentId: number, { after = '', limit }: Page<string>): Promise<Node[]> {
    return this.#open().all(nodes.childrenOf, [parentId, nameKey(after), this.#clock.nowMs(), limit]);
  }

  async hasForeignNode(nodeId: number, ownerId: number): Promise<boolean> {
    return this.#open().first(nodes.foreignNode, [nodeId, ownerId, this.#clock.nowMs()]) === true;
  }

  async listProperties(nodeIds: readonly number[]): Promise<DeadProperty[]> {
    return this.#open().all(nodes.propertiesOf, [JSON.stringify(nodeIds)]);
  }

  async listLocks(nodeIds: readonly number[], nowMs: number): Promise<Lock[]> {
    return this.#open().all(locksOn, [JSON.stringify(nodeIds), nowMs]);
  }

  async listChildLocks(parentId: number, nowMs: number): Promise<Lock[]> {
    return this.#open().all(locksOnChildren, [nowMs, parentId]);
  }

  async listVersions(nodeId: number): Promise<StoredVersion[]> {
    return this.#open().all(nodes.versionsOf, [nodeId]);
  }

  async getTrash(nodeId: number): Promise<TrashEntry | undefined> {
    return this.#open().first(nodes.trashedNode, [nodeId]);
  }

  async listTrash(userId: number | undefined, { after, limit }: Page<number>): Promise<TrashEntry[]> {
    const reader = this.#open();
    const afterMs = after === undefined ? Number.MAX_SAFE_INTEGER : reader.first(nodes.deletedAt, [after]);
    if (afterMs === undefined) return [];
    const page = [afterMs, after ?? 0, limit];
    if (userId === undefined) return reader.all(nodes.trashOfAll, page);
    return reader.all(nodes.trashOfUser, [userId, userId, ...page]);
  }

  async listOldTrash(query: { beforeMs: number; ownerId?: number; limit: number }): Promise<TrashEntry[]> {
    const { beforeMs, ownerId, limit } = query;
    if (ownerId === undefined) return this.#open().all(nodes.oldTrash, [beforeMs, limit]);
    return this.#open().all(nodes.oldTrashOfOwner, [ownerId, beforeMs, limit]);
  }

  async locateBlob(blobId: string): Promise<BlobLocation | undefined> {
    return this.#open().first(blobById, [blobId]);
  }

  async listDisks(): Promise<StoredDisk[]> {
    return this.#open().all(allDisks);
  }

  async listPacks(diskId: number): Promise<StoredPack[]> {
    return this.#open().all(packsOn, [diskId]);
  }

  async listUploads(): Promise<{ uploadId: string; diskId: number; createdAtMs: number }[]> {
    return this.#open().all(allUploads);
  }

  async listJobs(): Promise<{ jobId: number; kind: 'copy' | 'adopt' | 'purge'; nodeId: number }[]> {
    return this.#open().all(allJobs);
  }

  async getSetting(key: string): Promise<string | undefined> {
    return this.#open().first(settingByName, [key]);
  }

  async ping(): Promise<void> {
    this.#open().first(anyUser);
    this.#writer.assertAlive();
  }

  get statementCount(): number {
    return this.#reader.statementCount + this.#writer.statementCount;
  }

  /** How many commits the operations so far have taken: fewer than operations when they wait for one another. */
  get commitCount(): number {
    return this.#writer.commitCount;
  }

  /** Waits for operations that were asked for; whatever comes later throws `unavailable`. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#reader.close();
    await this.#writer.close();
  }

  #open(): Reader {
    if (this.#isClosed) throw new DomainError('unavailable', 'the database is closed');
    return this.#reader;
  }
}
