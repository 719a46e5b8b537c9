import { DomainError } from '../lib/errors.ts';
import type { Clock } from '../lib/clock.ts';
import { foldedName, nameKey } from '../lib/node-path.ts';
import type { User } from '../core/actor.ts';
import { CommitFeed } from '../core/changes/change-feed.ts';
import type { DeadProperty, Lock, Node, Space, StoredVersion, TrashEntry } from '../core/node.ts';
import type { Inspection } from '../core/ports/inspection.ts';
import type { MetadataStore, OldVersions, Page, StoredDisk, StoredPack } from '../core/ports/metadata-store.ts';
import type { BlobLocation, OperationArgs, OperationName, OperationResult } from '../core/ports/operations.ts';
import type { Policy, RuleLink } from '../core/rules.ts';
import { SqlAccounts } from './account-reads.ts';
import { SqlAppPasswords } from './app-password-reads.ts';
import { SqlChanges } from './changes.ts';
import { SqlInspection } from './checks/inspection.ts';
import { SqlFolderRules } from './folder-rules.ts';
import { SqlFileReads } from './file-reads.ts';
import type { Engine } from './engine.ts';
import { allDisks, allJobs, allUploads, blobById, packsOn } from './reads/blobs.ts';
import { locksAfter, locksOn, locksOnChildren } from './reads/locks.ts';
import * as history from './reads/history.ts';
import * as nodes from './reads/nodes.ts';
import { policiesAfter, ruleChainsOf } from './reads/policies.ts';
import { anyUser, settingByName, spaceById, spacesOf, userById, userByName, usersAfter } from './reads/users.ts';
import { SqlMediaLibrary } from './media-library-reads.ts';
import { SqlPlaybackPositions } from './playback-position-reads.ts';
import { SqlResumableUploads } from './resumable-upload-reads.ts';
import { SqlSearch } from './search-reads.ts';
import { SqlSessions } from './session-reads.ts';

/** The metadata, whatever database they are in. */
export class SqlStore implements MetadataStore {
  readonly inspection: Inspection;
  readonly files: SqlFileReads;
  readonly search = new SqlSearch(() => this.#open());
  readonly sessions = new SqlSessions(() => this.#open());
  readonly accounts = new SqlAccounts(() => this.#open());
  readonly resumableUploads = new SqlResumableUploads(() => this.#open());
  readonly appPasswords = new SqlAppPasswords(() => this.#open());
  readonly positions = new SqlPlaybackPositions(() => this.#open());
  readonly media = new SqlMediaLibrary(() => this.#open());
  readonly changes = new SqlChanges(() => this.#open());
  readonly changeFeed = new CommitFeed(this.changes);
  readonly #noteCommit = (): void => this.changeFeed.noteCommit();
  readonly folderRules = new SqlFolderRules(() => this.#open());
  readonly #engine: Engine;
  readonly #clock: Clock;
  #isClosed = false;

  constructor(engine: Engine, clock: Clock) {
    this.#engine = engine;
    this.inspection = new SqlInspection(engine.dialect, (read, params) => this.#open().all(read, params));
    this.files = new SqlFileReads(engine.dialect, clock, (read, params) => this.#open().all(read, params));
    this.#clock = clock;
  }

  run<K extends OperationName>(name: K, args: OperationArgs<K>): Promise<OperationResult<K>> {
    if (this.#isClosed) return Promise.reject(closed());
    const done = this.#engine.run(name, args) as Promise<OperationResult<K>>;
    done.then(this.#noteCommit, () => undefined);
    return this.folderRules.areChangedBy(name, args) ? done.finally(() => this.folderRules.forget()) : done;
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
    return (await this.#open().first(anyUser)) === true;
  }

  async listSpaces(ownerId: number): Promise<Space[]> {
    const spaces = await this.#open().all(spacesOf, [ownerId]);
    return spaces.sort((a, b) => a.id - b.id);
  }

  async getSpace(id: number): Promise<Space | undefined> {
    return this.#open().first(spaceById, [id]);
  }

  async getNode(id: number): Promise<Node | undefined> {
    return this.#open().first(nodes.nodeById, [id, this.#clock.nowMs()]);
  }

  async walk(rootId: number, names: readonly string[]): Promise<Node[] | undefined> {
    const engine = this.#open();
    const { read, params } = nodes.nodesAlong(engine.dialect, rootId, names.map(nameKey));
    const found = await engine.all(read, params);
    const last = found.at(-1);
    if (last === undefined) return undefined;
    if (!last.isUnwritten) return found;
    const lock = await engine.first(nodes.liveLockOn, [last.id, this.#clock.nowMs()]);
    return lock === undefined ? found.slice(0, -1) : found;
  }

  async ancestors(id: number): Promise<Node[]> {
    return this.#open().all(nodes.nodesAbove, [id]);
  }

  async listChildren(
    parentId: number,
    { after = '', limit, withSidecars = false }: Page<string> & { withSidecars?: boolean },
  ): Promise<Node[]> {
    const read = withSidecars ? nodes.childrenWithSidecars : nodes.childrenOf;
    return this.#open().all(read, [parentId, nameKey(after), this.#clock.nowMs(), limit]);
  }

  async hasForeignNode(nodeIds: readonly number[], ownerId: number): Promise<boolean> {
    const engine = this.#open();
    const ids = engine.dialect.oneOf(nodeIds);
    const params = [...ids.params, ...ids.params, ownerId, ownerId, this.#clock.nowMs()];
    return (await engine.first(nodes.foreignNode(ids.sql), params)) === true;
  }

  async listProperties(nodeIds: readonly number[]): Promise<DeadProperty[]> {
    const engine = this.#open();
    const ids = engine.dialect.oneOf(nodeIds);
    return engine.all(nodes.propertiesOf(ids.sql), ids.params);
  }

  async listLocks(nodeIds: readonly number[], nowMs: number): Promise<Lock[]> {
    const engine = this.#open();
    const ids = engine.dialect.oneOf(nodeIds);
    return engine.all(locksOn(ids.sql), [...ids.params, nowMs]);
  }

  async listAllLocks({ after = '', limit }: Page<string>, nowMs: number): Promise<Lock[]> {
    return this.#open().all(locksAfter, [nowMs, after, limit]);
  }

  async listChildLocks(parentId: number, nowMs: number): Promise<Lock[]> {
    return this.#open().all(locksOnChildren, [nowMs, parentId]);
  }

  async listVersions(nodeId: number): Promise<StoredVersion[]> {
    return this.#open().all(history.versionsOf, [nodeId]);
  }

  async getTrash(nodeId: number): Promise<TrashEntry | undefined> {
    return this.#open().first(history.trashedNode, [nodeId]);
  }

  async listTrash(
    userId: number | undefined,
    { after, limit }: Page<{ deletedAtMs: number; nodeId: number }>,
  ): Promise<TrashEntry[]> {
    const deletedAtMs = after?.deletedAtMs ?? Number.MAX_SAFE_INTEGER;
    const page = [deletedAtMs, deletedAtMs, after?.nodeId ?? 0, limit];
    if (userId === undefined) return this.#open().all(history.trashOfAll, page);
    return this.#open().all(history.trashOfUser, [userId, userId, ...page]);
  }

  async listTrashedSidecars(ownerId: number, limit: number): Promise<TrashEntry[]> {
    return this.#open().all(history.trashedSidecars, [ownerId, limit]);
  }

  async listSidecarsTrashedFrom(
    parentId: number,
    { fromMs, toMs, limit }: { fromMs: number; toMs: number; limit: number },
  ): Promise<TrashEntry[]> {
    return this.#open().all(history.sidecarsTrashedFrom, [parentId, fromMs, toMs, limit]);
  }

  async listOldTrash(query: { beforeMs: number; ownerId?: number; limit: number }): Promise<TrashEntry[]> {
    const { beforeMs, ownerId, limit } = query;
    if (ownerId === undefined) return this.#open().all(history.oldTrash, [beforeMs, limit]);
    return this.#open().all(history.oldTrashOfOwner, [ownerId, beforeMs, limit]);
  }

  async listOldVersions({ beforeMs, ownerId, after, limit }: OldVersions): Promise<StoredVersion[]> {
    const replacedAtMs = after?.replacedAtMs ?? 0;
    const from = [beforeMs, replacedAtMs, replacedAtMs, after?.id ?? 0];
    if (ownerId === undefined) return this.#open().all(history.oldVersions, [...from, limit]);
    return this.#open().all(history.oldVersionsOfOwner, [...from, ownerId, limit]);
  }

  async sumOfOld({ beforeMs, ownerId }: { beforeMs: number; ownerId?: number }): Promise<number> {
    const engine = this.#open();
    const sum =
      ownerId === undefined
        ? await engine.first(history.sumOfOld, [beforeMs, beforeMs])
        : await engine.first(history.sumOfOldOfOwner, [ownerId, beforeMs, ownerId, beforeMs]);
    return sum ?? 0;
  }

  async listPolicies({ after = 0, limit }: Page<number>): Promise<Policy[]> {
    return this.#open().all(policiesAfter, [after, limit]);
  }

  async ruleChains(nodeIds: readonly number[]): Promise<Map<number, RuleLink[]>> {
    const engine = this.#open();
    const ids = engine.dialect.oneOf(nodeIds);
    return Map.groupBy(await engine.all(ruleChainsOf(ids.sql), ids.params), (link) => link.startId);
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
    await this.#open().first(anyUser);
    this.#engine.assertWritable();
  }

  get statementCount(): number {
    return this.#engine.statementCount;
  }

  /** How many commits the operations so far have taken: fewer than operations when they wait for one another. */
  get commitCount(): number {
    return this.#engine.commitCount;
  }

  /** Waits for operations that were asked for; whatever comes later throws `unavailable`. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.changeFeed.end();
    await this.#engine.close();
  }

  #open(): Engine {
    if (this.#isClosed) throw closed();
    return this.#engine;
  }
}

function closed(): DomainError {
  return new DomainError('unavailable', 'the database is closed');
}
