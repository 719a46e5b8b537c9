import type { Core } from '../core/core.ts';
import { CONTENT_RULES } from '../core/content-rules.ts';
import { clearPolicy, listPolicies, rulesAt, setPolicy, type PlacedRule } from '../core/policies.ts';
import { PRESETS, withChanges, type Policy } from '../core/rules.ts';
import { requireUser } from '../core/users.ts';
import { DAY_MS, isoTime } from '../lib/clock.ts';
import { parsePlainPath } from '../lib/node-path.ts';
import type { AdminArgs, AdminResult, PolicyView } from './requests.ts';

export async function listPoliciesOf(
  core: Core,
  { user }: AdminArgs<'policyList'>,
): Promise<AdminResult<'policyList'>> {
  const views: (PolicyView & { path: string })[] = [];
  for await (const { path, policy } of listPolicies(core, await requireUser(core, user))) {
    views.push({ path: `${path.segments.join('/')}/`, ...policyView(policy) });
  }
  return views;
}

export async function showPolicyAt(
  core: Core,
  { user, path }: AdminArgs<'policyShow'>,
): Promise<AdminResult<'policyShow'>> {
  const found = await rulesAt(core, await requireUser(core, user), parsePlainPath(path));
  return {
    kind: found.node.kind,
    ...(found.policy && { policy: policyView(found.policy) }),
    ...(found.expireAfterMs !== undefined && { expireAfterDays: found.expireAfterMs / DAY_MS }),
    versionsKept: found.versionsKept,
    versionsKeptDays: found.versionsKeptMs / DAY_MS,
    ...(found.expiresAtMs !== undefined && { expiresAt: isoTime(found.expiresAtMs) }),
    ...contentView(found.rules),
  };
}

/** Without rules that only take away what holds above. */
function contentView(rules: readonly PlacedRule[]): Pick<AdminResult<'policyShow'>, 'content'> {
  const content = CONTENT_RULES.flatMap((name) => {
    const { value, path } = rules.find(({ rule }) => rule === name) ?? {};
    if (value === undefined || value === 0 || (typeof value !== 'number' && value.length === 0)) return [];
    return [{ rule: name, value, ...(path && { from: `${path.segments.join('/')}/` }) }];
  });
  return content.length === 0 ? {} : { content };
}

export async function setPolicyAt(core: Core, args: AdminArgs<'policySet'>): Promise<AdminResult<'policyShow'>> {
  const { user, path, preset, isEnabled, expireAfterDays, versionsKeptDays, ...others } = args;
  const changes = { ...others, expireAfterMs: inMs(expireAfterDays), versionsKeptMs: inMs(versionsKeptDays) };
  await setPolicy(core, await requireUser(core, user), parsePlainPath(path), { preset, changes, isEnabled });
  return showPolicyAt(core, args);
}

export async function clearPolicyAt(core: Core, args: AdminArgs<'policyClear'>): Promise<AdminResult<'policyShow'>> {
  await clearPolicy(core, await requireUser(core, args.user), parsePlainPath(args.path));
  return showPolicyAt(core, args);
}

function inMs(days: number | undefined): number | undefined {
  return days === undefined ? undefined : days * DAY_MS;
}

/** What the policy sets while it is on. */
function policyView({ preset, isEnabled, changes }: Policy): PolicyView {
  const { expireAfterMs, versionsKeptMs, ...others } = withChanges(PRESETS[preset], changes);
  return {
    preset,
    isEnabled,
    ...(expireAfterMs !== undefined && { expireAfterDays: expireAfterMs / DAY_MS }),
    ...(versionsKeptMs !== undefined && { versionsKeptDays: versionsKeptMs / DAY_MS }),
    ...others,
  };
}
