import { setImmediate } from 'node:timers/promises';
import type { Core } from '../core.ts';
import type { StoredVersion } from '../node.ts';
import { allPolicies } from '../policies.ts';
import { ruleFor, rulesSetBy } from '../rules.ts';
import { expireArea, type Expired } from './expiry.ts';

const VERSIONS_PAGE = 500;

/**
 * Does what policies and settings say must be done after a time: what is untouched for too long goes to trash, versions
 * past their time for good. Looks at everything that could be due: meant for once an hour. May be cut off anywhere, and
 * then rejects with the signal's reason.
 */
export async function applyRules(
  core: Core,
  how: { signal: AbortSignal; onExpired: (expired: Expired) => void },
): Promise<void> {
  let shortestMs = core.settings.versionsKeptMs;
  for await (const policy of allPolicies(core)) {
    how.signal.throwIfAborted();
    shortestMs = Math.min(shortestMs, rulesSetBy(policy).versionsKeptMs ?? shortestMs);
    await expireArea(core, policy, how);
  }
  await dropExpiredVersions(core, shortestMs, how.signal);
}

/** `shortestMs`: how long versions are kept where they are kept for the shortest time. */
async function dropExpiredVersions(core: Core, shortestMs: number, signal: AbortSignal): Promise<void> {
  const beforeMs = core.clock.nowMs() - shortestMs;
  let after: StoredVersion | undefined;
  for (;;) {
    signal.throwIfAborted();
    const page = await core.store.listOldVersions({ beforeMs, ...(after && { after }), limit: VERSIONS_PAGE });
    after = page.at(-1);
    if (!after) return;
    const versionIds = await expiredAmong(core, page);
    if (versionIds.length > 0) await core.store.run('dropVersions', { versionIds });
    await setImmediate();
  }
}

async function expiredAmong(core: Core, versions: readonly StoredVersion[]): Promise<number[]> {
  const chains = await core.store.ruleChains([...new Set(versions.map(({ nodeId }) => nodeId))]);
  const nowMs = core.clock.nowMs();
  const isExpired = ({ nodeId, replacedAtMs }: StoredVersion): boolean => {
    const keptMs = ruleFor(chains.get(nodeId) ?? [], 'versionsKeptMs') ?? core.settings.versionsKeptMs;
    return replacedAtMs + keptMs < nowMs;
  };
  return versions.filter(isExpired).map(({ id }) => id);
}
