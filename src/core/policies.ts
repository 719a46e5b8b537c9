import { DomainError } from '../lib/errors.ts';
import type { NodePath } from '../lib/node-path.ts';
import type { Actor } from './actor.ts';
import type { Core } from './core.ts';
import { pathOfNode } from './locks.ts';
import type { Node } from './node.ts';
import { isAllowed, isLimitedToOwn } from './permissions.ts';
import { expiresAtMs, expiryFor, ruleFor, type Expiry, type Policy, type PolicyRules } from './rules.ts';
import { locate, type Located } from './tree.ts';

const POLICIES_PAGE = 500;

/** The rules that hold for a node, wherever they come from. */
export interface RulesAt {
  readonly node: Node;
  /** The node's own policy. */
  readonly policy: Policy | undefined;
  /** How long what is there may be untouched; undefined: for ever. */
  readonly expireAfterMs: number | undefined;
  readonly versionsKept: number;
  readonly versionsKeptMs: number;
  /** When a file goes to trash unless somebody touches it; undefined when it stays, and for a collection. */
  readonly expiresAtMs: number | undefined;
}

/** Throws `not-found`. */
export async function rulesAt(core: Core, actor: Actor, path: NodePath): Promise<RulesAt> {
  const { node } = await locate(core, actor, path);
  const chain = (await core.store.ruleChains([node.id])).get(node.id) ?? [];
  const expiry = expiryFor(chain);
  return {
    node,
    policy: chain[0]?.policy,
    expireAfterMs: expiry?.afterMs,
    versionsKept: ruleFor(chain, 'versionsKept') ?? core.settings.versionsKept,
    versionsKeptMs: ruleFor(chain, 'versionsKeptMs') ?? core.settings.versionsKeptMs,
    expiresAtMs: expiry && node.kind === 'file' ? expiresAtMs(expiry, node.touchedAtMs) : undefined,
  };
}

/** When a file at `located`, or files in a collection there, are to go; one query. */
export async function expiryAt(core: Core, { node }: Located): Promise<Expiry | undefined> {
  return expiryFor((await core.store.ruleChains([node.id])).get(node.id) ?? []);
}

/**
 * Changes what is given of a collection's policy, or gives it one. Whatever is below counts as touched now, so that
 * nothing goes at once that nobody expected to go.
 * Throws `not-found`, `not-a-collection`, `forbidden`, and `refused` for more than one copy.
 */
export async function setPolicy(
  core: Core,
  actor: Actor,
  path: NodePath,
  { changes, isEnabled }: { changes: PolicyRules; isEnabled: boolean | undefined },
): Promise<void> {
  if (changes.copies !== undefined && changes.copies > 1) {
    throw new DomainError('refused', 'each file is on one disk so far; keeping it on several is still to come');
  }
  const nodeId = await ruledNode(core, actor, path);
  const nowMs = core.clock.nowMs();
  await core.store.run('setPolicy', { nodeId, changes, ...(isEnabled !== undefined && { isEnabled }), nowMs });
}

/** Makes a collection one like any other. Throws `not-found` (also without a policy), `not-a-collection`, `forbidden`. */
export async function clearPolicy(core: Core, actor: Actor, path: NodePath): Promise<void> {
  const nodeId = await ruledNode(core, actor, path);
  await core.store.run('clearPolicy', { nodeId, nowMs: core.clock.nowMs() });
}

/** A policy removes what others own: it is for those who may remove everything there. */
async function ruledNode(core: Core, actor: Actor, path: NodePath): Promise<number> {
  const { node, space } = await locate(core, actor, path);
  if (!isAllowed(actor, 'remove', node, space) || isLimitedToOwn(actor, 'remove', space)) {
    throw new DomainError('forbidden', 'you may not say here how long things are kept');
  }
  return node.id;
}

/** The policies in what `actor` sees, and where they are. */
export async function* listPolicies(
  core: Core,
  actor: Actor,
): AsyncGenerator<{ readonly path: NodePath; readonly policy: Policy }> {
  for await (const policy of allPolicies(core)) {
    const path = await pathOfNode(core, actor, policy.nodeId);
    if (path) yield { path, policy };
  }
}

/** Every policy there is, by node, a page at a time. */
export async function* allPolicies(core: Core): AsyncGenerator<Policy> {
  let after: number | undefined;
  for (;;) {
    const page = await core.store.listPolicies({ ...(after !== undefined && { after }), limit: POLICIES_PAGE });
    yield* page;
    after = page.at(-1)?.nodeId;
    if (page.length < POLICIES_PAGE) return;
  }
}
