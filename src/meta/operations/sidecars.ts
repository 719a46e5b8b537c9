import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { isLive, spaceOf, touch } from './ancestors.ts';
import { writeChanges } from './change-log.ts';
import { loosen } from './content.ts';
import { guard } from './guard.ts';
import { entryOf, readNode, removeRows } from './node-rows.ts';
import { charge } from './quota.ts';

/** Finder leaves one in each folder that somebody looks at. */
const MAX_SIDECARS = 1000;

const OWNED = `SELECT id FROM node WHERE owner_id = ? AND is_sidecar = 1 LIMIT ${MAX_SIDECARS}` as Query<{
  id: number;
}>;

/** Removes for good what a user's Finder left for itself, wherever that is: nobody else can see that it is there. */
export async function removeSidecarsOf(
  tx: Transaction,
  { userId, nowMs }: { userId: number; nowMs: number },
): Promise<void> {
  const ids = (await tx.all(OWNED, [userId])).map(({ id }) => id);
  if (ids.length === 0) return;
  const guarded = await guard(tx, ids);
  for (const [index, id] of ids.entries()) {
    const row = await readNode(tx, id);
    if (row === undefined) continue;
    const parent = (guarded.chains[index] ?? []).slice(1);
    await removeRows(tx, [id]);
    if (row.blobId !== null) await loosen(tx, [row.blobId], nowMs);
    await touch(tx, parent, { rev: guarded.rev, sizeBytes: -row.sizeBytes, nodeCount: -1, memberChangedAtMs: nowMs });
    await charge(tx, { userId, bytes: -row.sizeBytes });
    if (isLive(parent)) guarded.changes.push(entryOf('removed', row, spaceOf(parent)));
  }
  await writeChanges(tx, guarded);
}
