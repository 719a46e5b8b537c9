import type { Policy } from '../rules.ts';
import type { Page } from './page.ts';

/** What rules on content have to know of the tree. */
export interface FolderRules {
  /**
   * The policies that say anything about what comes in, by node. Kept in memory: for what is to be refused early. What
   * holds is decided by the operation that lets something in.
   */
  restricting(): Promise<ReadonlyMap<number, Policy>>;
  /** The policies of collections in some spaces, by node. */
  listPoliciesIn(spaceIds: readonly number[], page: Page<number>): Promise<Policy[]>;
  /** One page of what is in a collection, in the order of name keys, and what of it rules look at. */
  listMembers(parentId: number, page: Page<string>): Promise<Member[]>;
  /** What a blob was recognised as; undefined when nobody has looked at it. */
  contentTypeOf(blobId: string): Promise<string | undefined>;
}

export interface Member {
  readonly id: number;
  readonly name: string;
  /** Where a page that ends with it goes on. */
  readonly nameKey: string;
  readonly isCollection: boolean;
  /** Of a collection: how many nodes are below it. */
  readonly nodeCount: number;
  readonly sizeBytes: number;
  readonly blobId: string | undefined;
  readonly contentType: string | undefined;
  readonly isSidecar: boolean;
  readonly policy: Policy | undefined;
}
