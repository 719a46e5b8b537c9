import { DomainError } from '../lib/errors.ts';
import type { NodePath } from '../lib/node-path.ts';
import type { Actor } from './actor.ts';
import type { Core } from './core.ts';
import { pathOfNode } from './locks.ts';
import type { Node } from './node.ts';
import { isAllowed, isLimitedToOwn } from './permissions.ts';
import { checkedRules } from './rule-values.ts';
import { decidedFor, expiresAtMs, expiryFor, ruleFor } from './rules.ts';
import type { Decided, Expiry, Policy, PolicyRules, Preset } from './rules.ts';
import { userRoot } from './spaces.ts';
import { locate, type Located, type Whereabouts } from './tree.ts';

const POLICIES_PAGE = 500;

/** A rule that a policy sets, and the collection that has the policy. */
export type PlacedRule = Decided<keyof PolicyRules> & {
  /** Undefined for one that the asker does not see: only a part of the space is theirs. */
  readonly path: NodePath | undefined;
};

/** The rules that hold for a node, wherever they come from. */
export interface RulesAt {
  readonly path: NodePath;
  readonly node: Node;
  /** The node's own policy. */
  readonly policy: Policy | undefined;
  /** How long what is there may be untouched; undefined: for ever. */
  readonly expireAfterMs: number | undefined;
  readonly versionsKept: number;
  readonly versionsKeptMs: number;
  /** When a file goes to trash unless somebody touches it; undefined when it stays, and for a collection. */
  readonly expiresAtMs: number | undefined;
  /** Those of all this that a policy sets, and what policies say about what comes in. */
  readonly rules: readonly PlacedRule[];
}

/** Throws `not-found`. */
export async function rulesAt(core: Core, actor: Actor, where: Whereabouts): Promise<RulesAt> {
  const { node, path } = await locate(core, actor, where);
  const chain = (await core.store.ruleChains([node.id])).get(node.id) ?? [];
  const expiry = expiryFor(chain);
  return {
    path,
    node,
    policy: chain[0]?.policy,
    expireAfterMs: expiry?.afterMs,
    versionsKept: ruleFor(chain, 'versionsKept') ?? core.settings.versionsKept,
    versionsKeptMs: ruleFor(chain, 'versionsKeptMs') ?? core.settings.versionsKeptMs,
    expiresAtMs: expiry && node.kind === 'file' ? expiresAtMs(expiry, node.touchedAtMs) : undefined,
    rules: await placed(core, actor, decidedFor(chain)),
  };
}

async function placed(
  core: Core,
  actor: Actor,
  rules: readonly Decided<keyof PolicyRules>[],
): Promise<readonly PlacedRule[]> {
  const paths = new Map<number, NodePath | undefined>();
  for (const { nodeId } of rules) {
    if (!paths.has(nodeId)) paths.set(nodeId, await pathOfNode(core, actor, nodeId));
  }
  return rules.map((rule) => ({ ...rule, path: paths.get(rule.nodeId) }));
}

/** When a file at `located`, or files in a collection there, are to go; one query. */
export async function expiryAt(core: Core, { node }: Located): Promise<Expiry | undefined> {
  return expiryFor((await core.store.ruleChains([node.id])).get(node.id) ?? []);
}

/** What is to be said of a policy; what is left out stays. */
export interface PolicyChange {
  readonly preset?: Preset | undefined;
  readonly changes: PolicyRules;
  /** What it says no more: the preset, or what is above, holds again. */
  readonly unset?: readonly (keyof PolicyRules)[] | undefined;
  /** What is left out does not stay. */
  readonly replaces?: boolean | undefined;
  readonly isEnabled: boolean | undefined;
}

/**
 * Changes what is given of a collection's policy, or gives it one. Whatever is below counts as touched now, so that
 * nothing goes at once that nobody expected to go; what is there and breaks the rules stays (`offendersBelow`).
 * Throws `not-found`, `not-a-collection`, `forbidden`, `bad-request`.
 */
export async function setPolicy(core: Core, actor: Actor, where: Whereabouts, change: PolicyChange): Promise<void> {
  const changes = checkedRules(change.changes);
  const nodeId = await ruledNode(core, actor, where);
  await core.store.run('setPolicy', { ...change, nodeId, changes, userId: actor.userId, nowMs: core.clock.nowMs() });
}

/** Makes a collection one like any other. Throws `not-found` (also without a policy), `not-a-collection`, `forbidden`. */
export async function clearPolicy(core: Core, actor: Actor, where: Whereabouts): Promise<void> {
  const nodeId = await ruledNode(core, actor, where);
  await core.store.run('clearPolicy', { nodeId, userId: actor.userId, nowMs: core.clock.nowMs() });
}

/** A policy removes and refuses what others own: it is for those who may remove everything there. */
async function ruledNode(core: Core, actor: Actor, where: Whereabouts): Promise<number> {
  const { node, space } = await locate(core, actor, where);
  if (!isAllowed(actor, 'remove', node, space) || isLimitedToOwn(actor, 'remove', space)) {
    throw new DomainError('forbidden', 'you may not make rules here');
  }
  return node.id;
}

/** A policy, and the collection that carries it. */
export interface PlacedPolicy {
  readonly path: NodePath;
  readonly policy: Policy;
}

/** The policies in what `actor` sees, and where they are. */
export async function* listPolicies(core: Core, actor: Actor): AsyncGenerator<PlacedPolicy> {
  let after: number | undefined;
  do {
    const page: PolicyPage = await policyPage(core, actor, { after, limit: POLICIES_PAGE });
    yield* page.policies;
    after = page.next;
  } while (after !== undefined);
}

interface PolicyPage {
  readonly policies: readonly PlacedPolicy[];
  /** Where the next one begins, unless this was the last. */
  readonly next: number | undefined;
}

/** What `actor` sees of the next `limit` policies. */
export async function policyPage(
  core: Core,
  actor: Actor,
  { after, limit }: { after: number | undefined; limit: number },
): Promise<PolicyPage> {
  const { base, mounts } = await userRoot(core, actor);
  const spaceIds = [base, ...mounts].map(({ id }) => id);
  const page = await core.store.folderRules.listPoliciesIn(spaceIds, { ...(after !== undefined && { after }), limit });
  const policies: PlacedPolicy[] = [];
  for (const policy of page) {
    const path = await pathOfNode(core, actor, policy.nodeId);
    if (path) policies.push({ path, policy });
  }
  return { policies, next: page.length < limit ? undefined : page.at(-1)?.nodeId };
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
