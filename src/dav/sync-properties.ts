import type { Actor } from '../core/actor.ts';
import { storeEpoch } from '../core/changes/store-epoch.ts';
import { tokenAt } from '../core/changes/sync.ts';
import type { Core } from '../core/core.ts';
import { userRoot } from '../core/spaces.ts';
import type { Located } from '../core/tree.ts';

/** RFC 3253 §3.1.5, RFC 6578 §3.1. */
export const SUPPORTED_REPORTS =
  '<D:supported-report-set><D:supported-report><D:report><D:sync-collection/></D:report></D:supported-report>' +
  '</D:supported-report-set>';

/**
 * The `DAV:sync-token` of each collection, RFC 6578 §4: as of now, so that whoever lists afterwards misses nothing and
 * is told a little twice at most.
 */
export async function syncTokens(core: Core, actor: Actor): Promise<(collection: Located) => string> {
  const epoch = await storeEpoch(core);
  const { base, mounts } = await userRoot(core, actor);
  const positions = await core.store.changes.positions([base, ...mounts].map(({ id }) => id));
  const revs = new Map([...positions].map(([id, { rev }]) => [id, rev]));
  return (collection) => tokenAt({ collection, mounts, epoch }, revs);
}
