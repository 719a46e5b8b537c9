import type { User } from '../actor.ts';
import type { AccountReads } from './account-operations.ts';
import type { AppPasswordReads } from './app-password-operations.ts';
import type { FileReads } from './file-reads.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { ChangeReads } from './changes.ts';
import type { FolderRules } from './folder-rules.ts';
import type { Inspection } from './inspection.ts';
import type { MediaLibraryReads } from './media-library.ts';
import type { SearchReads } from './search.ts';
import type { Page } from './page.ts';
import type { DeadProperty, Lock, Node, Space, StoredVersion, TrashEntry } from '../node.ts';
import type { Policy, RuleLink } from '../rules.ts';
import type { PlaybackPositions } from './playback-positions.ts';
import type { ResumableUploads } from './resumable-uploads.ts';
import type { SessionReads } from './session-operations.ts';
import type { BlobLocation, OperationArgs, OperationName, OperationResult } from './operations.ts';

export type { Page };

/**
 * The tree and everything known about it, in SQL. Reads see every operation that was acknowledged before they began.
 * Any method throws `unavailable` while the database cannot be reached.
 */
export interface MetadataStore {
  /** Does a named operation; resolves once its outcome survives a power cut. */
  run<K extends OperationName>(name: K, args: OperationArgs<K>): Promise<OperationResult<K>>;

  findUser(name: string): Promise<User | undefined>;
  getUser(id: number): Promise<User | undefined>;
  listUsers(page: Page<number>): Promise<User[]>;
  hasUsers(): Promise<boolean>;
  /** All that are not homes, and `ownerId`'s home, by age. */
  listSpaces(ownerId: number): Promise<Space[]>;
  getSpace(id: number): Promise<Space | undefined>;

  getNode(id: number): Promise<Node | undefined>;
  /**
   * The nodes along `names` below `rootId` in one round trip, the root itself first; stops before the first that
   * does not exist. Undefined when there is no such root.
   */
  walk(rootId: number, names: readonly string[]): Promise<Node[] | undefined>;
  /** A node's chain up to the root of its space (or of the trash), itself first. */
  ancestors(id: number): Promise<Node[]>;
  /** One page of live children, in the byte order of their name keys; one query. Without sidecars unless asked for. */
  listChildren(parentId: number, page: Page<string> & { withSidecars?: boolean }): Promise<Node[]>;
  /** Whether anything at or below the nodes but sidecars is not `ownerId`'s; one query that looks at all of it. */
  hasForeignNode(nodeIds: readonly number[], ownerId: number): Promise<boolean>;

  listProperties(nodeIds: readonly number[]): Promise<DeadProperty[]>;
  /** Live locks on the nodes themselves. */
  listLocks(nodeIds: readonly number[], nowMs: number): Promise<Lock[]>;
  /** One page of all live locks, by their tokens. */
  listAllLocks(page: Page<string>, nowMs: number): Promise<Lock[]>;
  /** Live locks on the children of a collection. */
  listChildLocks(parentId: number, nowMs: number): Promise<Lock[]>;

  listVersions(nodeId: number): Promise<StoredVersion[]>;
  /** What was trashed with this node at its top. */
  getTrash(nodeId: number): Promise<TrashEntry | undefined>;
  /** What `userId` owns or deleted, newest first, without sidecars. Everyone's for undefined. */
  listTrash(userId: number | undefined, page: Page<{ deletedAtMs: number; nodeId: number }>): Promise<TrashEntry[]>;
  /** Trashed sidecars of `ownerId`. */
  listTrashedSidecars(ownerId: number, limit: number): Promise<TrashEntry[]>;
  /** Anybody's sidecars trashed from a collection between two times, oldest first. */
  listSidecarsTrashedFrom(
    parentId: number,
    when: { fromMs: number; toMs: number; limit: number },
  ): Promise<TrashEntry[]>;
  /** Trashed before `beforeMs`, oldest first, for purging; `ownerId` limits it to one owner. */
  listOldTrash(query: { beforeMs: number; ownerId?: number; limit: number }): Promise<TrashEntry[]>;
  /** Old contents replaced before `beforeMs`, oldest first; `ownerId` limits it to the files of one owner. */
  listOldVersions(query: OldVersions): Promise<StoredVersion[]>;
  /** The bytes of all trash and all old contents from before `beforeMs`, whosever or `ownerId`'s. */
  sumOfOld(query: { beforeMs: number; ownerId?: number }): Promise<number>;

  /** All policies, by node. */
  listPolicies(page: Page<number>): Promise<Policy[]>;
  /** The chain of each node, itself first, up to the root of its space (or of the trash); one query. */
  ruleChains(nodeIds: readonly number[]): Promise<Map<number, RuleLink[]>>;

  /** Undefined when nothing is known of the blob. */
  locateBlob(blobId: string): Promise<BlobLocation | undefined>;
  listDisks(): Promise<StoredDisk[]>;
  listPacks(diskId: number): Promise<StoredPack[]>;
  /** Uploads of one request that were under way; at start these are what a crash cut off. */
  listUploads(): Promise<{ uploadId: string; diskId: number; createdAtMs: number }[]>;
  /** Copies and moves that wait to be finished or given up. */
  listJobs(): Promise<{ jobId: number; kind: 'copy' | 'adopt' | 'purge'; nodeId: number }[]>;

  /** What rules on content have to know. */
  readonly folderRules: FolderRules;
  /** The metadata looked at as a whole, for `fsck`. */
  readonly inspection: Inspection;
  /** How names are found. */
  readonly search: SearchReads;
  /** What happened, by space. */
  readonly changes: ChangeReads;
  readonly changeFeed: ChangeFeed;

  /** Files of several folders at once. */
  readonly files: FileReads;
  readonly sessions: SessionReads;
  readonly accounts: AccountReads;
  readonly resumableUploads: ResumableUploads;
  readonly appPasswords: AppPasswordReads;
  readonly positions: PlaybackPositions;
  readonly media: MediaLibraryReads;

  getSetting(key: string): Promise<string | undefined>;
  /** Throws `unavailable` unless the database answers. */
  ping(): Promise<void>;
  /** Statements run since the start, reads and writes: tests and metrics count them. */
  readonly statementCount: number;
  close(): Promise<void>;
}

export interface OldVersions {
  readonly beforeMs: number;
  readonly ownerId?: number;
  /** The last of the page before. */
  readonly after?: { readonly replacedAtMs: number; readonly id: number };
  readonly limit: number;
}

export interface StoredDisk {
  readonly id: number;
  readonly name: string;
  readonly path: string;
  /** What the identity file in its root must say. */
  readonly identity: string;
  /** Free space that is left to others. */
  readonly reserveBytes: number;
  readonly blobCount: number;
  readonly blobBytes: number;
}

export interface StoredPack {
  readonly id: number;
  readonly diskId: number;
  readonly name: string;
  readonly isSealed: boolean;
  /** Where the last piece that a live blob refers to ends. */
  readonly lengthBytes: number;
  /** What live blobs have there, without the heads of their records. */
  readonly liveBytes: number;
  readonly liveCount: number;
  /** Since when nothing may refer to it any more; undefined while something may. */
  readonly condemnedAtMs: number | undefined;
}
