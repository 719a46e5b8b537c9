import { nameKey } from '../../lib/node-path.ts';
import { canHaveSidecar, sidecarNameOf } from '../../core/sidecar.ts';
import type { MoveNode, TrashNode } from '../../core/ports/operations.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { isLive, spaceOf, touch, type Chain } from './ancestors.ts';
import { writeChanges } from './change-log.ts';
import { loosen } from './content.ts';
import { arrive, discard, type Destination } from './destination.ts';
import { guard, type Guarded } from './guard.ts';
import { locksCovering } from './lock-check.ts';
import { entryOf, liveChild, readChild, readNode, removeRows, type NodeRow } from './node-rows.ts';
import { charge } from './quota.ts';

/** Finder leaves one in each folder that somebody looks at: there can be any number. */
const AT_ONCE = 100;

const OWNED = `SELECT id FROM node WHERE owner_id = ? AND is_sidecar = 1 LIMIT ${AT_ONCE}` as Query<{
  id: number;
}>;

/** Removes for good what a user's Finder left for itself, wherever that is: nobody else can see that it is there. */
export async function removeSidecarsOf(
  tx: Transaction,
  { userId, nowMs }: { userId: number; nowMs: number },
): Promise<void> {
  for (;;) {
    const ids = (await tx.all(OWNED, [userId])).map(({ id }) => id);
    if (ids.length === 0) return;
    const guarded = await guard(tx, ids);
    for (const [index, id] of ids.entries()) {
      const parent = (guarded.chains[index] ?? []).slice(1);
      await removeForGood(tx, guarded, { row: await readNode(tx, id), parent, nowMs });
    }
    await writeChanges(tx, guarded);
  }
}

async function removeForGood(
  tx: Transaction,
  guarded: Guarded,
  { row, parent, nowMs }: { row: NodeRow | undefined; parent: Chain; nowMs: number },
): Promise<void> {
  if (row === undefined) return;
  await removeRows(tx, [row.id]);
  if (row.blobId !== null) await loosen(tx, [row.blobId], nowMs);
  await touch(tx, parent, { rev: guarded.rev, sizeBytes: -row.sizeBytes, nodeCount: -1, memberChangedAtMs: nowMs });
  await charge(tx, { userId: row.ownerId, bytes: -row.sizeBytes });
  if (isLive(parent)) guarded.changes.push(entryOf('removed', row, spaceOf(parent)));
}

/** What Finder keeps beside `name`, unless it is at work on it. */
async function readSidecar(
  tx: Transaction,
  { parentId, name, nowMs }: { parentId: number; name: string; nowMs: number },
): Promise<NodeRow | undefined> {
  const row = await readChild(tx, parentId, nameKey(sidecarNameOf(name)));
  return row !== undefined && (await isAtRest(tx, row, nowMs)) ? row : undefined;
}

async function isAtRest(tx: Transaction, row: NodeRow, nowMs: number): Promise<boolean> {
  if (row.isSidecar !== 1 || row.unwritten === 1) return false;
  return (await locksCovering(tx, [row.id], nowMs)).length === 0;
}

/** Sends the sidecar of a trashed node after it. */
export async function trashSidecar(
  tx: Transaction,
  guarded: Guarded,
  { node, parent, args }: { node: NodeRow; parent: Chain; args: TrashNode },
): Promise<void> {
  const sidecar = await readSidecar(tx, { ...node, nowMs: args.nowMs });
  if (sidecar !== undefined) await discard(tx, guarded, { node: sidecar, parent, by: args });
}

/**
 * Takes the sidecar of a moved node to where that is now. One that is there already belonged to what was overwritten;
 * a file of another client under its name stays, and the sidecar where it was.
 */
export async function moveSidecar(
  tx: Transaction,
  guarded: Guarded,
  { node, from, to, args }: { node: NodeRow; from: Chain; to: Destination; args: MoveNode },
): Promise<void> {
  const { nowMs } = args;
  const name = sidecarNameOf(args.name);
  const sidecar = await readSidecar(tx, { ...node, nowMs });
  if (sidecar === undefined || !canHaveSidecar(args.name)) return;
  const inTheWay = await liveChild(tx, guarded, { parent: to.parent, name, nowMs });
  if (inTheWay !== undefined && inTheWay.id !== sidecar.id) {
    if (!(await isAtRest(tx, inTheWay, nowMs))) return;
    await discard(tx, guarded, { node: inTheWay, parent: to.parent, by: args });
  }
  await touch(tx, from, {
    rev: guarded.rev,
    sizeBytes: -sidecar.sizeBytes,
    nodeCount: -1,
    memberChangedAtMs: nowMs,
  });
  guarded.changes.push(entryOf('removed', sidecar, spaceOf(from)));
  const beside = { ...to, existing: undefined };
  await arrive(tx, guarded, { node: sidecar, to: beside, args: { ...args, name }, payerId: sidecar.ownerId });
}
