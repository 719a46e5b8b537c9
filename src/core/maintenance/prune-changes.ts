import type { Core } from '../core.ts';
import { listUsers } from '../users.ts';

/** How many revisions of a space a sync client may be behind before it has to begin anew. */
const REVISIONS_KEPT = 100_000;
const BATCH = 1000;

/** Forgets the changes of all spaces that lie far back. */
export async function pruneChanges(core: Core, signal: AbortSignal): Promise<void> {
  for await (const spaceId of allSpaces(core)) {
    for (let isDone = false; !isDone && !signal.aborted;) {
      const { done } = await core.store.run('pruneChanges', { spaceId, kept: REVISIONS_KEPT, limit: BATCH });
      isDone = done;
    }
  }
}

async function* allSpaces(core: Core): AsyncGenerator<number> {
  // Nobody's: only those of all.
  for (const { id } of await core.store.listSpaces(0)) yield id;
  for await (const users of listUsers(core)) {
    for (const { homeSpaceId } of users) if (homeSpaceId !== undefined) yield homeSpaceId;
  }
}
