import type { PolicyRules, Preset } from '../rules.ts';
import type { Expected } from './expected.ts';

/** Changes of policies, and of what is known of content for them. */
export interface RuleOperations {
  /** Changes what is given of a collection's policy, or gives it one. All below counts as touched now. */
  setPolicy: { args: SetPolicy; result: void };
  /** Takes a collection's policy away; all below counts as touched now. `not-found` when it has none. */
  clearPolicy: { args: { nodeId: number; userId?: number; nowMs: number }; result: void };
  /**
   * Moves to trash what is to go by the policies above it, as its owner. `precondition-failed` when it is not (any
   * more) or carries a policy itself, `locked` for anything locked at or below it.
   */
  expireNode: { args: { nodeId: number; expected: Expected; nowMs: number }; result: void };
  /** Says what stored content is. Blobs that are gone are passed over. */
  noteContentTypes: { args: { types: readonly { blobId: string; contentType: string }[] }; result: void };
}

export interface SetPolicy {
  nodeId: number;
  /** Who does it, for those who are told; the server itself without it. */
  userId?: number;
  /** Takes the place of the one that the policy began with. */
  preset?: Preset | undefined;
  changes: PolicyRules;
  /** What the policy says no more, beyond its preset. */
  unset?: readonly (keyof PolicyRules)[] | undefined;
  /** What is not given is as in a policy that was just made. */
  replaces?: boolean | undefined;
  /** Switches the policy on or off; undefined leaves that as it is. */
  isEnabled?: boolean | undefined;
  nowMs: number;
}

/**
 * A tree that was looked at whole before it comes where rules hold: all in it keeps them. Good as long as neither the
 * tree (by its etag) nor the rules (by `keyOfRules`) have changed.
 */
export interface Vetted {
  readonly nodeId: number;
  readonly etag: string;
  readonly rulesKey: string;
}
