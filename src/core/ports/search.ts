import type { Node } from '../node.ts';

/**
 * What is stored to find names by: postings of grams, in segments of nodes that were indexed together. It says where to
 * look; whether a node is there, and what it is called, only the node itself says. What came after the newest segment,
 * or was renamed since, is looked through as it is.
 */
export interface SearchReads {
  /** Those in use. */
  listSegments(): Promise<SearchSegment[]>;
  /** Those that are not in use: half built, or replaced before `beforeMs`. */
  listLeftovers(beforeMs: number): Promise<number[]>;
  /** The postings of grams in the spaces and segments given, as far as there are any. */
  listPostings(where: PostingPlaces & { readonly grams: readonly string[] }): Promise<StoredPosting[]>;
  /** Of all grams that begin with `prefix`. */
  listPostingsFrom(where: PostingPlaces & { readonly prefix: string }): Promise<StoredPosting[]>;
  /** Nodes by rising ids, of the given spaces or of all. */
  listNames(page: { afterId: number; limit: number; spaceIds?: readonly number[] }): Promise<NamedNode[]>;
  /** What was indexed under another name or in another space, the first to be renamed first. */
  listRenamed(page: { afterSerial: number; limit: number; spaceIds?: readonly number[] }): Promise<RenamedNode[]>;
  /** How many times something was renamed since it was indexed; `lastSerial` is of the last time, 0 for none. */
  countRenamed(): Promise<{ count: number; lastSerial: number }>;
  /** Ids of the nodes in a segment, in no order; some may be gone. */
  listIndexed(segmentId: number): Promise<number[]>;
  /** The nodes of these ids that are there, in no order; also those in trash. */
  getNodes(ids: readonly number[]): Promise<Node[]>;
  /** The highest id of any node. */
  lastNodeId(): Promise<number>;
}

export interface SearchSegment {
  readonly id: number;
  /** Nodes with ids up to this one were looked at when it was built. */
  readonly upToNodeId: number;
  readonly nodeCount: number;
}

export interface PostingPlaces {
  readonly segmentIds: readonly number[];
  readonly spaceIds: readonly number[];
}

export interface Posting {
  readonly spaceId: number;
  readonly gram: string;
  /** As `core/search/postings.ts` writes them. */
  readonly nodeIds: string;
}

export interface StoredPosting extends Posting {
  readonly segmentId: number;
}

export interface NamedNode {
  readonly id: number;
  readonly spaceId: number;
  readonly name: string;
}

export interface RenamedNode extends NamedNode {
  readonly serial: number;
}

export interface SearchOperations {
  /**
   * Waits for those who change the next space, or are about to make it. After all of them, whatever is still to become
   * visible has got a higher number than all that was seen before: where several write at once, the last to begin may be
   * the first to be done. `next` is undefined when all are passed.
   */
  passWriters: { args: { afterSpaceId: number }; result: { next: number | undefined } };
  /** Begins a segment, which is of no use yet. */
  openSearchSegment: { args: { nowMs: number }; result: { segmentId: number } };
  /** `not-found` when the segment is gone or in use already. */
  fillSearchSegment: { args: { segmentId: number; postings: readonly Posting[] }; result: void };
  /**
   * Takes segments into use in place of others, whose postings stay for those who are reading them. What was renamed up
   * to `renamedUpTo` is in them. `not-found` as above, and when one of `replaces` is not in use any more.
   */
  useSearchSegments: {
    args: {
      segments: readonly SearchSegment[];
      replaces: readonly number[];
      renamedUpTo: number;
      nowMs: number;
    };
    result: void;
  };
  /** Removes up to `limit` postings of a segment that is not in use, and with the last of them itself. */
  dropSearchSegment: { args: { segmentId: number; limit: number }; result: { done: boolean } };
}
