import type { Node } from '../node.ts';

/** A change of a node that is still its latest. */
export interface LatestChange {
  readonly node: Node;
  readonly rev: number;
  readonly atMs: number;
}

/** Some of what the change log of a space holds, latest first. */
export interface ChangesPage {
  readonly changes: readonly LatestChange[];
  /** The `beforeRev` of the next page; undefined at the end of the log. */
  readonly next: number | undefined;
}

/** Reads about files that go beyond one folder. */
export interface FileReads {
  /** Those of the nodes that are there, in no order; one query. */
  nodesById(nodeIds: readonly number[]): Promise<Node[]>;
  /** The chain of each node, itself first, up to a root; one query. */
  chainsOf(nodeIds: readonly number[]): Promise<Map<number, Node[]>>;
  /** Looks through up to `limit` changes of a space for files that have not changed since; one query. */
  latestChanges(spaceId: number, page: { beforeRev: number; limit: number }): Promise<ChangesPage>;
}
