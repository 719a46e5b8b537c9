import type { IncomingMessage } from 'node:http';
import type { Caller } from '../../auth/caller.ts';
import type { Core } from '../../core/core.ts';
import type { DiskReport } from '../../core/disks.ts';
import type { FolderPages } from '../../core/folder-pages.ts';
import type { Jobs } from '../../core/ports/jobs.ts';
import type { Previewer } from '../../core/ports/previewer.ts';
import type { SearchIndex } from '../../core/ports/search-index.ts';
import type { InFlightLimiter } from '../../http/in-flight.ts';
import type { EventStreams } from '../v1/changes/event-streams.ts';
import type { PreparedArchives } from '../v1/files/prepared-archives.ts';
import type { UploadLocks } from '../v1/uploads/upload-locks.ts';
import type { AccountAction, AccountServices } from './account-services.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { TelevisionStatus } from './television-status.ts';
import type { UserAction, UserServices } from './user-services.ts';

/** What the routes work with; built by `app/`. */
export interface ApiServices extends AccountServices, UserServices {
  readonly core: Core;
  /**
   * Who asks: by `Authorization: Bearer`, `x-access-token` or the session's cookie, in this order; undefined without any
   * of them. Throws `not-authenticated` for one that is not good (any more), `too-many-attempts`, `busy`, `unavailable`.
   */
  identify(request: IncomingMessage): Promise<Caller | undefined>;
  /** Counts a request as the caller's until it is answered, for limits and logs. Throws `busy`. */
  enter(request: IncomingMessage, caller: Caller): void;
  readonly jobs: Jobs;
  readonly folderPages: FolderPages;
  readonly searchIndex: SearchIndex;
  readonly previewer: Previewer;
  readonly uploadLocks: UploadLocks;
  readonly preparedArchives: PreparedArchives;
  /** Archives that are being sent: each holds the names of all that is in it. */
  readonly archivesUnderWay: InFlightLimiter;
  readonly eventStreams: EventStreams;
  readonly auditTrail: AuditTrail;
  readonly disks: DiskAdministration;
  /** How films come to televisions. */
  readonly televisionStatus: () => Promise<TelevisionStatus>;
  /** Writes an entry of the audit log. */
  readonly audit: (event: ApiAuditEvent) => void;
}

/** What administrators do with disks, the same as on the command line; each change is audited as `by`'s. */
export interface DiskAdministration {
  list(): Promise<DiskReport[]>;
  /** Throws `refused`, `already-exists`, `bad-request`. */
  add(
    disk: { readonly path: string; readonly name?: string | undefined; readonly reserveBytes?: number | undefined },
    by: DiskActor,
  ): Promise<DiskReport>;
  /** Throws `not-found`, `refused` while it holds files. */
  remove(name: string, by: DiskActor): Promise<void>;
}

export interface DiskActor {
  readonly userName: string;
  readonly address: string;
}

/** What routes themselves have to tell the audit log. Nothing in it is a secret. */
export interface ApiAuditEvent {
  readonly action:
    | 'app-password-added'
    | 'app-password-removed'
    | 'deleted'
    | 'lock-broken'
    | 'purged'
    | 'restored'
    | AccountAction
    | UserAction;
  /** Who did it, and from where. */
  readonly user: string;
  readonly address: string;
  /** What it was done to, and what it became. */
  readonly target: string;
  readonly value?: string | number | undefined;
}
