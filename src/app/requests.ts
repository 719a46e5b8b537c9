import type { TelevisionStatus } from '../api/contract/television-status.ts';
import type { Role } from '../core/actor.ts';
import type { ExportReport } from '../core/maintenance/export/export-tree.ts';
import type { ImportReport } from '../core/maintenance/import/import-tree.ts';
import type { Progress, Watcher } from '../core/maintenance/progress.ts';
import type { ContentRuleName } from '../core/content-rules.ts';
import type { NodeKind } from '../core/node.ts';
import type { UserState } from '../core/ports/account-operations.ts';
import type { Doubts } from '../core/media/playability.ts';
import type { Preset } from '../core/rules.ts';
import type { IndexState } from '../core/search/index-names.ts';
import type { Arrival } from '../http/arrivals.ts';
import type { AppPasswordRequests } from './app-password-requests.ts';
import type { FsckReport } from './fsck-report.ts';
import type { UserRequests } from './user-request-shapes.ts';

/**
 * The administration as named requests of plain data, which go through a control socket as JSON. Times are ISO 8601.
 * The shapes of the results are what `--json` prints.
 */
export interface AdminRequests extends AppPasswordRequests, UserRequests {
  userAdd: { args: { name: string; password: string; role: Role; quotaBytes?: number }; result: UserView };
  userList: { args: object; result: UserView[] };
  userShow: { args: { name: string }; result: UserView };
  userPassword: { args: { name: string; password: string }; result: UserView };
  userRole: { args: { name: string; role: Role }; result: UserView };
  userQuota: { args: { name: string; quotaBytes: number }; result: UserView };
  userBandwidth: { args: { name: string; bandwidthBytesPerSecond: number }; result: UserView };
  userDisable: { args: { name: string }; result: UserView };
  userEnable: { args: { name: string }; result: UserView };
  /** For somebody who lost it. */
  userSecondFactorOff: { args: { name: string }; result: UserView };

  diskAdd: { args: { path: string; name?: string; reserveBytes?: number }; result: DiskView };
  diskList: { args: object; result: DiskView[] };
  diskShow: { args: { name: string }; result: DiskView };
  diskRemove: { args: { name: string }; result: DiskView };

  trashList: { args: { user: string; limit: number }; result: { entries: TrashView[]; isComplete: boolean } };
  trashRestore: { args: { user: string; number: number }; result: { name: string } };
  trashPurge: { args: { user: string; number: number }; result: object };
  trashPurgeAll: { args: { user: string }; result: { purged: number } };
  versionList: { args: { user: string; path: string }; result: VersionView[] };
  versionRestore: { args: { user: string; path: string; number: number }; result: object };
  policyList: { args: { user: string }; result: (PolicyView & { path: string })[] };
  policyShow: { args: { user: string; path: string }; result: RulesView };
  /** Changes what is given. */
  policySet: {
    args: { user: string; path: string } & Partial<PolicyView>;
    result: RulesView;
  };
  policyClear: { args: { user: string; path: string }; result: RulesView };

  /** Without a user: all, as the machine's own administrator. */
  lockList: { args: { user?: string; limit: number }; result: { locks: LockView[]; isComplete: boolean } };
  /** `lock`: an id of `lockList`, or, with a user, a path. */
  lockBreak: { args: { user?: string; lock: string }; result: { broken: LockView[] } };

  /** Folders are those of the machine that does the work, as absolute paths. */
  import: { args: { user: string; folder: string; to: string; isMove: boolean }; result: ImportReport };
  export: { args: { user: string; from: string; folder: string; isForced: boolean }; result: ExportReport };

  /** Compares the metadata with themselves and with the disks; with 'content' only the bytes with their checksums. */
  fsck: {
    args: { isDry: boolean; disk?: string; what: 'all' | 'content'; readsContent: boolean };
    result: FsckReport;
  };

  searchStatus: { args: object; result: IndexView };
  /** The old index serves until the new one is complete. */
  searchRebuild: { args: object; result: IndexView };

  /** `names` takes the place of those that were added before. `refused` while the settings name a certificate. */
  tlsInit: { args: { names?: string[] }; result: TlsView & { isNewAuthority: boolean } };
  tlsShow: { args: object; result: TlsView };

  /** A token that only a running server gives: a request to `/healthz?probe=TOKEN` that reaches it is then found. */
  arrivalExpect: { args: object; result: { token: string } };
  arrivalFind: { args: { token: string }; result: { arrival?: Arrival | undefined } };

  /** `refused` once there is a user. */
  setupLink: { args: object; result: { url: string } };

  televisionStatus: { args: object; result: TelevisionStatus };
  /** Films that televisions commonly refuse; `limit` of them are named. */
  televisionDoubts: { args: { limit: number }; result: DoubtfulFilms };

  status: { args: object; result: StatusView };
}

export type AdminRequestName = keyof AdminRequests;
export type AdminArgs<K extends AdminRequestName> = AdminRequests[K]['args'];
export type AdminResult<K extends AdminRequestName> = AdminRequests[K]['result'];

/** Whoever waits for a request: how far it got is told to them a few times a second. */
export type Asker = Watcher;
export type { Progress };

export interface UserView {
  readonly name: string;
  /** `waiting`: for approval, which is to enable them; `leaving`: to be removed. */
  readonly state: UserState;
  readonly role: Role;
  readonly isDisabled: boolean;
  readonly quotaBytes: number;
  readonly usedBytes: number;
  readonly reservedBytes: number;
  /** 0: no limit. */
  readonly bandwidthBytesPerSecond: number;
  readonly createdAt: string;
}

export interface IndexView extends IndexState {
  /** While names are being indexed: how many so far. */
  readonly doneCount?: number;
}

export interface DiskView {
  readonly name: string;
  readonly path: string;
  readonly state: 'up' | 'full' | 'down';
  readonly problem?: string;
  readonly freeBytes: number;
  readonly totalBytes: number;
  readonly promisedBytes: number;
  /** What files may still take; negative while less than the reserve is free. */
  readonly availableBytes: number;
  readonly reserveBytes: number;
  readonly blobCount: number;
  readonly blobBytes: number;
}

export interface TrashView {
  /** What `trash restore` and `trash purge` take. */
  readonly number: number;
  /** Where it was, as its user saw it. */
  readonly path: string;
  readonly kind: NodeKind;
  readonly sizeBytes: number;
  readonly nodeCount: number;
  readonly deletedAt: string;
}

export interface VersionView {
  /** What `versions restore` takes. */
  readonly number: number;
  readonly sizeBytes: number;
  readonly modifiedAt: string;
  readonly replacedAt: string;
}

export interface LockView {
  /** What `locks break` takes. */
  readonly id: string;
  /** Missing where a user may break a lock on what they do not see. */
  readonly path?: string;
  /** Whose home the path is in; missing outside homes. */
  readonly homeOf?: string;
  /** Who holds it. */
  readonly user: string;
  /** What the client says of its owner. */
  readonly owner: string;
  /** The client's program and address; '' where they are not known. */
  readonly client: string;
  readonly address: string;
  readonly depth: '0' | 'infinity';
  readonly scope: 'exclusive' | 'shared';
  readonly takenAt: string;
  /** Unless it is refreshed before. */
  readonly expiresAt: string;
  readonly canBreak: boolean;
}

/** What a folder's policy sets; what it leaves out is as above it. */
export interface PolicyView {
  readonly preset: Preset;
  readonly isEnabled: boolean;
  /** 0: never. */
  readonly expireAfterDays?: number | undefined;
  readonly versionsKept?: number | undefined;
  readonly versionsKeptDays?: number | undefined;
  /** Empty: any; 0: of any size. */
  readonly allowTypes?: readonly string[] | undefined;
  readonly refuseTypes?: readonly string[] | undefined;
  readonly allowExtensions?: readonly string[] | undefined;
  readonly refuseExtensions?: readonly string[] | undefined;
  readonly maxFileBytes?: number | undefined;
}

/** What holds for a file or folder, wherever it comes from. */
export interface RulesView {
  readonly kind: NodeKind;
  /** Its own policy. */
  readonly policy?: PolicyView;
  /** Missing: never. */
  readonly expireAfterDays?: number;
  readonly versionsKept: number;
  readonly versionsKeptDays: number;
  /** When a file goes to trash unless somebody touches it. */
  readonly expiresAt?: string;
  /** What is let in, and which folder says so; missing: anything. */
  readonly content?: readonly ContentRuleView[];
}

export interface ContentRuleView {
  readonly rule: ContentRuleName;
  readonly value: readonly string[] | number;
  readonly from?: string;
}

/** The certificate that is served, or will be at the next start. */
export interface TlsView {
  readonly source: 'files' | 'local';
  /** False in a command. */
  readonly isServed: boolean;
  readonly names: readonly string[];
  readonly addresses: readonly string[];
  /** SHA-256, as `AB:CD:…`. */
  readonly fingerprint: string;
  readonly expiresAt: string;
  /** The local one, which devices must trust. */
  readonly authority?: { readonly fingerprint: string; readonly expiresAt: string; readonly file: string };
  /** Where clients reach the server by TLS in its networks. */
  readonly endpoints: readonly string[];
}

export interface DoubtfulFilms {
  readonly films: readonly DoubtfulFilm[];
  /** Of all. */
  readonly count: number;
}

export interface DoubtfulFilm extends Doubts {
  readonly path: string;
}

/** How the store is doing, for `doctor`. */
export interface StatusView {
  readonly pid: number;
  /** False when a command answers because no server runs. */
  readonly isServing: boolean;
  readonly databaseMs: number;
  readonly hasUsers: boolean;
  readonly disks: DiskView[];
  /** What a server does in the background at the moment. */
  readonly upkeep?: string | undefined;
}
