import type { Role } from '../actor.ts';
import type { DeadProperty, Lock, LockScope, Node, SpaceKind } from '../node.ts';
import type { AccountOperations } from './account-operations.ts';
import type { AppPasswordOperations } from './app-password-operations.ts';
import type { CheckKey, CheckName } from './checks.ts';
import type { Expected } from './expected.ts';
import type { MediaLibraryOperations } from './media-library.ts';
import type { PlaybackPositionOperations } from './playback-positions.ts';
import type { Preset } from '../rules.ts';
import type { ResumableUploadOperations } from './resumable-uploads.ts';
import type { RuleOperations, Vetted } from './rule-operations.ts';
import type { SearchOperations } from './search.ts';
import type { SessionOperations } from './session-operations.ts';

/**
 * The named operations: every way in which metadata change. Each is one transaction of plain arguments, repeatable,
 * that moves no bytes; it either happens whole and durably, or throws a `DomainError` and changes nothing.
 *
 * All of those that touch a tree
 * - raise `space.rev`, give the new revision to what changed and to all its ancestors, keep the ancestors' sizes and
 *   counts right and write `change_log`;
 * - check again, inside the transaction, what their caller found out before it: that parents exist
 *   (`parent-missing`, `not-a-collection`), that names are free (`already-exists`), that the node is still the one
 *   the request's conditions were judged on (`precondition-failed`), that every lock in the way is the caller's and
 *   its token was submitted (`locked`, with `details.nodeId` = the lock's root), that the owner's quota suffices
 *   (`quota-exceeded`), that what comes in keeps the rules of the collection it comes into (`rule-violated`; `busy`
 *   with `details.unvettedId` for what has to be looked at first, see `Vetted`);
 * - see trashed nodes, and unwritten ones without a live lock, as absent.
 */
export interface Operations
  extends
    AccountOperations,
    AppPasswordOperations,
    MediaLibraryOperations,
    PlaybackPositionOperations,
    ResumableUploadOperations,
    RuleOperations,
    SearchOperations,
    SessionOperations {
  // users and spaces
  createUser: { args: CreateUser; result: { userId: number } };
  /**
   * Applies what is given, raises the epoch for `passwordHash`, `role` and `isDisabled`. To enable a user is to approve
   * one who waits, and to keep one who was to go. `not-found`, `already-exists`, `refused`.
   */
  updateUser: { args: UpdateUser; result: void };
  /**
   * `refused` while the user owns anything outside an empty home; sidecars do not count, and go. Ends locks, sessions,
   * app passwords.
   */
  removeUser: { args: { userId: number; keepsAdministrator?: boolean; nowMs: number }; result: void };
  createSpace: {
    args: { kind: Exclude<SpaceKind, 'home' | 'root'>; mountName: string; nowMs: number };
    result: { spaceId: number };
  };

  // the tree
  createCollection: { args: CreateCollection; result: { nodeId: number } };
  /** Of a sidecar no old content is kept. */
  putFile: { args: PutFile; result: PutResult };
  /** Changes parent, name or space of a tree; constant work but for locks below it. Under another kind of name a sidecar
   * becomes a file for all. */
  moveNode: { args: MoveNode; result: MoveResult };
  /** Copies a whole tree at once if it has at most `limit` nodes; throws `too-large` if not. */
  copyTree: { args: CopyTree & { limit: number }; result: MoveResult };
  /** Starts to copy a large tree out of sight. */
  startCopy: { args: CopyTree; result: { copyId: number; nodeId: number } };
  /** Copies up to `limit` more nodes. */
  continueCopy: { args: { copyId: number; limit: number; nowMs: number }; result: { done: boolean; copied: number } };
  /** Shows the finished copy at its destination. */
  finishCopy: { args: CopyTree & { copyId: number }; result: MoveResult };
  /** Gives up a copy: its nodes become trash without owner, purged by `purgeTree`. */
  abandonCopy: { args: { copyId: number }; result: void };
  /**
   * PROPPATCH: all changes or none (RFC 4918 §9.2). Changes no file's etag. Throws `too-large` when something is set and
   * the node would then have more than `MAX_PROPERTIES_PER_NODE` or `MAX_PROPERTY_BYTES_PER_NODE`.
   */
  changeProperties: { args: ChangeProperties; result: void };
  /** Gives a node and what is below it another `spaceId` after a move across spaces, `limit` nodes at a time. */
  adoptTree: { args: { jobId: number; limit: number }; result: { done: boolean } };

  // trash and versions
  trashNode: { args: TrashNode; result: void };
  /** Puts a trashed tree back, under `parentId` and `name`. */
  restoreTrash: { args: RestoreTrash; result: { nodeId: number } };
  /** Removes up to `limit` nodes of a trashed tree (leaves first) for good and lets their blobs go loose. */
  purgeTree: { args: { nodeId: number; limit: number; nowMs: number }; result: { done: boolean; freedBytes: number } };
  /** Makes a version the content again; what was the content becomes a version. */
  restoreVersion: { args: RestoreVersion; result: PutResult };
  /** Removes old contents for good and lets their blobs go loose. */
  dropVersions: { args: { versionIds: readonly number[] }; result: { freedBytes: number } };

  // locks
  createLock: { args: CreateLock; result: { lock: Lock; createdNodeId: number | undefined } };
  /** `lock-token-mismatch` unless the token is the user's, live, and covers the node. */
  refreshLock: {
    args: { token: string; userId: number; nodeId: number; timeoutSeconds: number; nowMs: number };
    result: Lock;
  };
  /** `lock-token-mismatch` as above. An unwritten node vanishes with its last lock. */
  removeLock: { args: { token: string; userId: number; nodeId: number; nowMs: number }; result: void };
  /** Ends a live lock, whoever has it, as `removeLock` does. `not-found` when there is none. */
  breakLock: { args: { token: string; nowMs: number }; result: void };
  /** Removes expired locks and the unwritten nodes that they kept, up to `limit`. */
  expireLocks: { args: { nowMs: number; limit: number }; result: { done: boolean } };

  // uploads: promises of quota, kept in the database so that a crash can be cleaned up after
  /** `quota-exceeded` if used + reserved + bytes would pass the quota. */
  reserveUpload: { args: ReserveUpload; result: void };
  extendUpload: { args: { uploadId: string; addBytes: number }; result: void };
  /** From now on it cannot be committed; its promise stands until it is released. Not an error when it is gone. */
  giveUpUpload: { args: { uploadId: string }; result: void };
  /** Not an error when it is already gone. */
  releaseUpload: { args: { uploadId: string }; result: void };
  /** `putFile` of a resumable upload, of which is noted what it became. `unavailable` when it came to its end before. */
  finishResumableUpload: { args: PutFile & { resumableId: string }; result: PutResult };

  // disks, packs and blobs
  addDisk: {
    args: { name: string; path: string; identity: string; reserveBytes: number; nowMs: number };
    result: { diskId: number };
  };
  /** `refused` while the disk holds live blobs. */
  removeDisk: { args: { diskId: number }; result: void };
  updateDisk: { args: { diskId: number; path?: string; reserveBytes?: number }; result: void };
  openPack: { args: { diskId: number; name: string; nowMs: number }; result: { packId: number } };
  /** What a pack's file is known to hold once nobody writes to it. */
  sealPack: { args: { packId: number; lengthBytes: number }; result: void };
  /**
   * Declares up to `limit` loose blobs dead that nothing refers to any more and that went loose before `beforeMs`;
   * those still referred to become live again. Returns the dead, also those of an earlier call that were not forgotten
   * yet: the caller removes their bytes, then forgets them. Cut off between, the next call returns them again.
   */
  collectBlobs: { args: { beforeMs: number; limit: number }; result: { dead: BlobLocation[]; done: boolean } };
  /** Removes the rows of dead blobs; a pack's live bytes shrink. */
  forgetBlobs: { args: { blobIds: readonly string[] }; result: void };
  /**
   * Lets pieces of packs be elsewhere on their disk, where they were copied to: each only if it is still where it was.
   * `unavailable` when a pack that they were copied to is about to go.
   */
  relocateBlobs: { args: { moves: readonly BlobMove[] }; result: { moved: number } };
  /**
   * Says that a sealed pack in which nothing lives is about to go; `refused` if anything does. Whoever has looked a
   * piece of it up before may still read it for a while.
   */
  condemnPack: { args: { packId: number; nowMs: number }; result: void };
  /** Forgets a condemned pack; `refused` for any other. */
  removePack: { args: { packId: number }; result: void };

  /**
   * Looks again whether what a check of the metadata found is so, and puts it right; `isTrial` only looks.
   * 'gone': it is right by now. 'present': it was only looked at, or nobody can know what would be right.
   */
  mend: {
    args: { check: CheckName; key: CheckKey; isTrial: boolean; nowMs: number };
    result:
      | { outcome: 'gone' }
      | { outcome: 'present'; problem: string }
      | { outcome: 'mended'; problem: string; remedy: string };
  };
  /** Forgets up to `limit` changes of a space that lie more than `kept` revisions back, and notes how far. */
  pruneChanges: { args: { spaceId: number; kept: number; limit: number }; result: { done: boolean } };

  setSetting: { args: Setting; result: void };
  /** All or none of them. */
  setSettings: { args: readonly Setting[]; result: void };
}

/** What is kept under a key; without a value nothing is any more. */
export interface Setting {
  key: string;
  value: string | undefined;
}

export type OperationName = keyof Operations;
export type OperationArgs<K extends OperationName> = Operations[K]['args'];
export type OperationResult<K extends OperationName> = Operations[K]['result'];

export interface CreateUser {
  name: string;
  passwordHash: string;
  role: Role;
  quotaBytes: number;
  /** Names of the areas that a new home starts with; undefined: the user has no home. */
  homeAreas: readonly { name: string; policy: Preset | undefined }[] | undefined;
  /** Refuse with `refused` unless there is no user yet: the first administrator is made once. */
  onlyIfFirst: boolean;
  /** For approval; until then there is no home. */
  isWaiting?: boolean | undefined;
  /** One of whose uses this takes. */
  invitationId?: number | undefined;
  nowMs: number;
}

export interface UpdateUser {
  userId: number;
  name?: string;
  /** Refuse with `refused` what would leave nobody to administrate the server. */
  keepsAdministrator?: boolean;
  passwordHash?: string;
  role?: Role;
  quotaBytes?: number;
  /** 0: none. */
  bandwidthBytesPerSecond?: number;
  isDisabled?: boolean;
  /** Given when a role change brings a first home. */
  homeAreas?: CreateUser['homeAreas'];
  nowMs: number;
}

/** What a change of the tree is done with, the same for all. */
export interface Change {
  /** Who acts: owns what is created, and whose lock tokens count. */
  userId: number;
  /** Lock tokens that the client submitted. */
  tokens: readonly string[];
  nowMs: number;
}

/** Where something is to be. */
export interface Place {
  parentId: number;
  name: string;
  /** Who owns, and pays for, what is made there; undefined: who acts. */
  ownerId?: number | undefined;
}

/** Where something is to be that may take the place of another. */
export interface Arrival extends Place {
  /** Whose node it may replace; `own`: `forbidden` when the one there by then is somebody else's. */
  replaces: 'any' | 'own';
}

export interface CreateCollection extends Change, Place {}

export interface PutFile extends Change, Arrival {
  /** undefined: the request had no conditions; whatever is there is replaced. */
  expected: Expected | undefined;
  /** undefined: empty content, which needs no blob and leaves no version behind when it is replaced. */
  blob: NewBlob | undefined;
  /** The upload whose reservation this settles. */
  uploadId: string | undefined;
  /** What was said or found out of it; empty where that is what its name tells, under this one and any later. */
  mediaType: string;
  /** The new content's etag. */
  etag: string;
  /** The file's own time where the client gave one (X-OC-Mtime). */
  modifiedAtMs: number | undefined;
  /** When a new file was made, where the client says so (X-OC-CTime). */
  createdAtMs?: number | undefined;
  /** How many old versions the file keeps. */
  versionsKept: number;
  /** Finder made it for itself; what another client made stays for all to see. */
  isSidecar?: boolean | undefined;
}

export interface PutResult {
  nodeId: number;
  created: boolean;
  etag: string;
  modifiedAtMs: number;
}

export interface NewBlob {
  id: string;
  sizeBytes: number;
  /** xxh128, 32 hex digits. */
  checksum: string;
  location: BlobLocation;
  /** What `sniff` says of it; without it, it is looked at when a rule asks. */
  contentType?: string;
}

/** Where the bytes of a blob are, a file of its own named by its id or a piece of a pack, and what they must be. */
export interface BlobLocation {
  blobId: string;
  diskId: number;
  sizeBytes: number;
  /** xxh128 of its bytes, 32 hex digits. */
  checksum: string;
  packId: number | undefined;
  packName: string | undefined;
  offsetBytes: number;
}

/** A piece of a pack that was copied to another. */
export interface BlobMove {
  from: BlobLocation;
  to: BlobLocation;
}

export interface MoveNode extends Change, Arrival {
  nodeId: number;
  /** undefined: refuse with `already-exists` if the destination exists. */
  overwrite: boolean;
  /** The etag that source had when its conditions were judged; undefined without conditions. */
  expectedSource: Expected | undefined;
  expectedDestination: Expected | undefined;
  /** How many old versions a file keeps that is moved onto. */
  versionsKept: number;
  /** As of `TrashNode`; COPY takes none along. */
  leavesSidecar?: boolean | undefined;
  vetted?: Vetted | undefined;
}

export interface MoveResult {
  nodeId: number;
  /** Whether the destination did not exist before. */
  created: boolean;
  /** Set when nodes below wait for their new `spaceId`: run `adoptTree` with it until done. */
  jobId: number | undefined;
}

export interface CopyTree extends MoveNode {
  /** '0' copies a collection without its members (RFC 4918 §9.8.3). */
  depth: '0' | 'infinity';
}

export interface ChangeProperties extends Change {
  nodeId: number;
  expected: Expected | undefined;
  set: readonly Omit<DeadProperty, 'nodeId'>[];
  remove: readonly { namespace: string; name: string }[];
  /** Live properties that clients may set. */
  modifiedAtMs: number | undefined;
  createdAtMs: number | undefined;
}

export interface TrashNode extends Change {
  nodeId: number;
  expected: Expected | undefined;
  /** The client sees to what belongs to it by itself; without it a sidecar beside it goes along. */
  leavesSidecar?: boolean | undefined;
}

export interface RestoreTrash extends Change, Place {
  nodeId: number;
  /** What comes back beside it, in trash as well; left there when its name is taken. */
  sidecarId?: number | undefined;
  vetted?: Vetted | undefined;
}

export interface RestoreVersion extends Change {
  nodeId: number;
  versionId: number;
  etag: string;
  versionsKept: number;
}

export interface CreateLock extends Change {
  token: string;
  /** The node to lock, or the place where an unwritten file is made for the lock. */
  target: { nodeId: number } | Place;
  depth: '0' | 'infinity';
  scope: LockScope;
  ownerXml: string;
  clientAgent: string;
  clientAddress: string;
  timeoutSeconds: number;
  etag: string;
  /** As of `PutFile`, for an unwritten file. */
  isSidecar?: boolean | undefined;
  /** `lock-limit` past this many live locks of the user. */
  maxLocks: number;
}

export interface ReserveUpload {
  uploadId: string;
  /** Who will own, and pay for, the file. */
  ownerId: number;
  sizeBytes: number;
  diskId: number;
  nowMs: number;
}

export type { Expected, Node };
