import type { Clock } from '../lib/clock.ts';
import type { Slots } from '../lib/slots.ts';
import type { Turns } from '../lib/turns.ts';
import type { AccountSettings } from './account-settings.ts';
import type { Actor } from './actor.ts';
import type { BlobStore } from './ports/blob-store.ts';
import type { MetadataStore } from './ports/metadata-store.ts';
import type { Expected } from './ports/operations.ts';

/** What every function of the core works with; built once, by `app/`. */
export interface Core {
  readonly store: MetadataStore;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly settings: CoreSettings;
  /** Ids of the uploads that this process has under way: one that stands in the database and not here was cut off. */
  readonly runningUploads: Set<string>;
  /** Users of whose removal this process does a part at the moment. */
  readonly runningRemovals: Set<number>;
  /** Told when an administrator comes into somebody else's home. */
  readonly onHomeOpened?: ((actor: Actor, ownerName: string) => void) | undefined;
  /** Whoever makes room, or removes bytes for good, takes a turn: nothing gives way twice for the same shortage. */
  readonly reclaiming: Slots;
  /** Each user's searches take turns, on every edge: one who types asks for more than anybody waits for. */
  readonly searching: Turns;
}

/** Some of it may change while the server runs, so it is read where it is needed. */
export interface CoreSettings {
  readonly defaultQuotaBytes: number;
  /** Old versions kept of each file. */
  readonly versionsKept: number;
  readonly versionsKeptMs: number;
  readonly trashKeptMs: number;
  /** How long an upload in pieces waits for the next one. */
  readonly uploadsKeptMs: number;
  readonly maxLocksPerUser: number;
  readonly maxLockTimeoutSeconds: number;
  readonly accounts: AccountSettings;
}

/** What a client submitted with a change, already understood by the edge. */
export interface Conditions {
  /** Lock tokens from `If` and `Lock-Token`. */
  readonly tokens: readonly string[];
  /** What the request's own conditions were judged on; undefined when it had none. */
  readonly expected?: Expected | undefined;
  /** The same for the destination of COPY and MOVE. */
  readonly expectedDestination?: Expected | undefined;
}

export const NO_CONDITIONS: Conditions = { tokens: [] };
