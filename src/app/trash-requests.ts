import type { Core } from '../core/core.ts';
import type { TrashEntry } from '../core/node.ts';
import { listTrash, purgeAllTrash, purgeTrash, restoreTrash } from '../core/trash.ts';
import { requireUser } from '../core/users.ts';
import type { AdminArgs, AdminResult, TrashView } from './requests.ts';

/** What a user can have back, newest first, at most `limit` entries. */
export async function listTrashOf(
  core: Core,
  { user, limit }: AdminArgs<'trashList'>,
): Promise<AdminResult<'trashList'>> {
  const actor = await requireUser(core, user);
  const pathOf = collectionPaths(core);
  const entries: TrashView[] = [];
  for await (const page of listTrash(core, actor)) {
    for (const entry of page) {
      if (entries.length === limit) return { entries, isComplete: false };
      entries.push(trashView(entry, await pathOf(entry)));
    }
  }
  return { entries, isComplete: true };
}

export async function restoreTrashOf(
  core: Core,
  { user, number }: AdminArgs<'trashRestore'>,
): Promise<AdminResult<'trashRestore'>> {
  return restoreTrash(core, await requireUser(core, user), number);
}

export async function purgeTrashOf(core: Core, { user, number }: AdminArgs<'trashPurge'>): Promise<object> {
  await purgeTrash(core, await requireUser(core, user), number);
  return {};
}

export async function purgeAllTrashOf(
  core: Core,
  { user }: AdminArgs<'trashPurgeAll'>,
): Promise<AdminResult<'trashPurgeAll'>> {
  const actor = await requireUser(core, user);
  return { purged: await purgeAllTrash(core, actor) };
}

function trashView({ node, deletedAtMs }: TrashEntry, collection: string): TrashView {
  return {
    number: node.id,
    path: `${collection}${node.name}`,
    kind: node.kind,
    sizeBytes: node.sizeBytes,
    nodeCount: node.nodeCount,
    deletedAt: new Date(deletedAtMs).toISOString(),
  };
}

/** Paths of the collections that things were in, each looked up once: `Workspace/plans/`. */
function collectionPaths(core: Core): (entry: TrashEntry) => Promise<string> {
  const known = new Map<number, string>();
  return async ({ parentId, spaceId }) => {
    const before = known.get(parentId);
    if (before !== undefined) return before;
    const space = await core.store.getSpace(spaceId);
    const chain = await core.store.ancestors(parentId);
    const names = chain.map((node) => node.name).reverse();
    const path = [space?.mountName ?? '', ...names]
      .filter((name) => name !== '')
      .map((name) => `${name}/`)
      .join('');
    known.set(parentId, path);
    return path;
  };
}
