/**
 * What a row tells: `added` at a place, `content` or `properties` of what is there, `removed` from a place. A move is
 * `removed` and `added` of one node at the same revision, in two spaces if it went from one to the other.
 */
export type ChangeKind = 'added' | 'content' | 'properties' | 'removed';

/**
 * By what it came to that: '' for a plain one; `locked`: an empty file that a LOCK made, or that went with it, `filled`:
 * its first content; `version`: an old version is the content again.
 */
export type ChangeCause =
  '' | 'moved' | 'copied' | 'trashed' | 'restored' | 'expired' | 'locked' | 'filled' | 'version' | 'policy';

/** A place in the changes of a space, after the one that it names. */
export interface ChangePosition {
  readonly rev: number;
  readonly seq: number;
}

/** A row of the change log. Of a tree that was moved, copied, trashed or restored only its top has one. */
export interface Change extends ChangePosition {
  readonly spaceId: number;
  readonly kind: ChangeKind;
  readonly cause: ChangeCause;
  readonly nodeId: number;
  /** The collection it was in by then, and its name there. */
  readonly parentId: number;
  readonly name: string;
  readonly isCollection: boolean;
  /** Who did it; 0 for the server itself. */
  readonly userId: number;
  readonly atMs: number;
}

/** A place that a collection was in until it was taken away. */
export interface Departure {
  readonly rev: number;
  readonly nodeId: number;
  readonly parentId: number;
  readonly name: string;
}

/**
 * What happened in the spaces, as far back as it is kept. The changes of one revision become visible together, once
 * everything before them is. Finder's sidecars have none.
 */
export interface ChangeReads {
  /** How far each of the spaces is, and up to where its changes are forgotten; those that do not exist are left out. */
  positions(spaceIds: readonly number[]): Promise<Map<number, { rev: number; floor: number }>>;
  /** What comes after a position, in the order in which it happened. */
  listChanges(spaceId: number, page: { after: ChangePosition; limit: number }): Promise<Change[]>;
  /** What comes before a position, the latest first; all of it without one. */
  listChangesBackwards(spaceId: number, page: { before?: ChangePosition; limit: number }): Promise<Change[]>;
  /** All changes of one revision. */
  changesAt(spaceId: number, rev: number): Promise<Change[]>;
  /** Every place that a collection has left at `sinceRev` or later, `limit` at most. */
  departures(spaceId: number, query: { sinceRev: number; limit: number }): Promise<Departure[]>;
}
