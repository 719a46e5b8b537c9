/** What policies mean: which rules hold for a node, by the collections above it. */
import { DAY_MS } from '../lib/clock.ts';

/** What a policy sets. What it leaves out is as the next collection above says, in the end as the settings do. */
export interface PolicyRules {
  /** How long what nobody touches stays; 0: for ever. */
  readonly expireAfterMs?: number | undefined;
  /** Old versions kept of each file, … */
  readonly versionsKept?: number | undefined;
  /** … and for how long. */
  readonly versionsKeptMs?: number | undefined;
  /** The kinds of content that files may have, by `isOfKind`; none listed: any. */
  readonly allowTypes?: readonly string[] | undefined;
  readonly refuseTypes?: readonly string[] | undefined;
  /** How names may end, without the dot, in lower case; none listed: in any way. */
  readonly allowExtensions?: readonly string[] | undefined;
  readonly refuseExtensions?: readonly string[] | undefined;
  /** How large a file may be; 0: of any size. */
  readonly maxFileBytes?: number | undefined;
}

/** The name decides which program opens a file: under these, content that is an image could be more than that. */
const NOT_FOR_MEDIA = ['exe', 'com', 'scr', 'msi', 'bat', 'cmd', 'ps1', 'vbs', 'js', 'jar', 'sh', 'html', 'htm', 'pdf'];

/** The rules that a policy starts with. */
export const PRESETS = {
  temporary: { expireAfterMs: 30 * DAY_MS },
  special: { versionsKept: 100, versionsKeptMs: 365 * DAY_MS },
  gallery: { allowTypes: ['media'], refuseExtensions: NOT_FOR_MEDIA },
  own: {},
} as const satisfies Record<string, PolicyRules>;

export type Preset = keyof typeof PRESETS;

/** The policy of a collection; it holds for all below, as far as no nearer one says otherwise. */
export interface Policy {
  readonly nodeId: number;
  readonly preset: Preset;
  /** A policy that is switched off sets nothing. */
  readonly isEnabled: boolean;
  /** What was set besides the preset, and over it. */
  readonly changes: PolicyRules;
}

/** A node on the way up to its root, as far as rules need it. */
export interface RuleLink {
  readonly nodeId: number;
  /** '' for the root of a space. */
  readonly name: string;
  /** When it was made, came to where it is or got new content or another policy, by this machine's clock. */
  readonly touchedAtMs: number;
  readonly policy: Policy | undefined;
}

export interface Expiry {
  readonly afterMs: number;
  /** Nothing here counts as untouched since before this: the collection itself came then, or its policy. */
  readonly sinceMs: number;
}

/** What a policy sets, its preset included; nothing while it is switched off. */
export function rulesSetBy({ preset, isEnabled, changes }: Policy): PolicyRules {
  return isEnabled ? withChanges(PRESETS[preset], changes) : {};
}

/** `rules` with what `changes` says over it; what is undefined there changes nothing. */
export function withChanges(rules: PolicyRules, changes: PolicyRules): PolicyRules {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...rules, ...(Object.fromEntries(given) as PolicyRules) };
}

/** One rule as it holds for the first of `chain`, a node and those above it: the nearest policy that sets it decides. */
export function ruleFor<K extends keyof PolicyRules>(
  chain: readonly Pick<RuleLink, 'policy'>[],
  key: K,
): PolicyRules[K] {
  for (const { policy } of chain) {
    const value = policy && rulesSetBy(policy)[key];
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Where a rule comes from, and what it says there. */
export interface Decided<K extends keyof PolicyRules> {
  readonly rule: K;
  readonly value: NonNullable<PolicyRules[K]>;
  /** The collection whose policy sets it. */
  readonly nodeId: number;
}

/** Every rule that a policy sets for the first of `chain`. */
export function decidedFor(chain: readonly RuleLink[]): readonly Decided<keyof PolicyRules>[] {
  const decided = new Map<keyof PolicyRules, Decided<keyof PolicyRules>>();
  for (const { nodeId, policy } of chain) {
    const set = policy ? rulesSetBy(policy) : {};
    for (const rule of Object.keys(set) as (keyof PolicyRules)[]) {
      const value = set[rule];
      if (value !== undefined && !decided.has(rule)) decided.set(rule, { rule, value, nodeId });
    }
  }
  return [...decided.values()];
}

/** When what is at the start of `chain`, and what lies in it, goes to trash; undefined when it stays. */
export function expiryFor(chain: readonly RuleLink[]): Expiry | undefined {
  let sinceMs = 0;
  for (const { policy, touchedAtMs } of chain) {
    sinceMs = Math.max(sinceMs, touchedAtMs);
    const afterMs = policy && rulesSetBy(policy).expireAfterMs;
    if (afterMs === 0) return undefined;
    if (afterMs !== undefined) return { afterMs, sinceMs };
  }
  return undefined;
}

/** When a node goes that lies under `expiry` and was touched last at `touchedAtMs`. */
export function expiresAtMs({ afterMs, sinceMs }: Expiry, touchedAtMs: number): number {
  return Math.max(sinceMs, touchedAtMs) + afterMs;
}
