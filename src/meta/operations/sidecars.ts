import { canHaveSidecar, sidecarNameOf } from '../../core/sidecar.ts';
import type { Change, MoveNode } from '../../core/ports/operations.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { isLive, spaceOf, touch, type Chain } from './ancestors.ts';
import { writeChanges } from './change-log.ts';
import { loosen } from './content.ts';
import { arrive, discard, type Destination } from './destination.ts';
import { guard, type Guarded } from './guard.ts';
import { locksCovering } from './lock-check.ts';
import { entryOf, liveChild, readNode, removeRows, type NodeRow } from './node-rows.ts';
import { charge } from './quota.ts';

/** Finder leaves one in each folder that somebody looks at: there can be any number. */
const AT_ONCE = 100;

const OWNED = `SELECT id FROM node WHERE owner_id = ? AND is_sidecar = 1 LIMIT ${AT_ONCE}` as Query<{ id: number }>;
/** Of the first nodes of a home and its trash: where there are more, it is not empty anyway. */
const AT_HOME = `WITH RECURSIVE below (id, is_sidecar) AS (
    SELECT n.id, n.is_sidecar FROM space s CROSS JOIN node n ON n.id IN (s.root_id, s.trash_id) WHERE s.id = ?
    UNION ALL
    SELECT n.id, n.is_sidecar FROM below b CROSS JOIN node n ON n.parent_id = b.id
  ), looked_at AS (SELECT id, is_sidecar FROM below LIMIT 2000)
  SELECT id FROM looked_at WHERE is_sidecar = 1 LIMIT ${AT_ONCE}` as Query<{ id: number }>;

/**
 * Removes for good what a user's Finder left for itself, wherever that is, and what those of others left in the user's
 * home: nobody else can see that it is there.
 */
export async function removeSidecarsOf(
  tx: Transaction,
  { userId, homeSpaceId, nowMs }: { userId: number; homeSpaceId: number | null; nowMs: number },
): Promise<void> {
  const next = async () => {
    const owned = await tx.all(OWNED, [userId]);
    return owned.length > 0 || homeSpaceId === null ? owned : tx.all(AT_HOME, [homeSpaceId]);
  };
  for (;;) {
    const ids = (await next()).map(({ id }) => id);
    if (ids.length === 0) return;
    const guarded = await guard(tx, ids);
    for (const [index, id] of ids.entries()) {
      const parent = (guarded.chains[index] ?? []).slice(1);
      await removeForGood(tx, guarded, { row: await readNode(tx, id), parent, nowMs });
    }
    await writeChanges(tx, guarded, { userId, nowMs });
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

/** Whether it is a sidecar, and Finder not at work on it. */
async function isSidecarAtRest(tx: Transaction, row: NodeRow, nowMs: number): Promise<boolean> {
  if (row.isSidecar !== 1 || row.unwritten === 1) return false;
  return (await locksCovering(tx, [row.id], nowMs)).length === 0;
}

/** Sends the sidecar of a trashed node after it: what is `beside` that, if it is one. */
export async function trashSidecar(
  tx: Transaction,
  guarded: Guarded,
  { beside, parent, by }: { beside: NodeRow | undefined; parent: Chain; by: Change },
): Promise<void> {
  if (beside === undefined || !(await isSidecarAtRest(tx, beside, by.nowMs))) return;
  await discard(tx, guarded, { node: beside, parent, by });
}

/**
 * Takes the sidecar of a moved node, which was `beside` that, to where it is now. One that is there already belonged to what was overwritten;
 * a file of another client under its name stays, and the sidecar where it was.
 */
export async function moveSidecar(
  tx: Transaction,
  guarded: Guarded,
  { beside: sidecar, from, to, args }: { beside: NodeRow | undefined; from: Chain; to: Destination; args: MoveNode },
): Promise<void> {
  const { nowMs } = args;
  const name = sidecarNameOf(args.name);
  // What was moved onto its own sidecar has taken its place.
  if (sidecar === undefined || sidecar.id === to.existing?.id || !canHaveSidecar(args.name)) return;
  if (!(await isSidecarAtRest(tx, sidecar, nowMs))) return;
  const inTheWay = await liveChild(tx, guarded, { parent: to.parent, name, nowMs });
  if (inTheWay !== undefined && inTheWay.id !== sidecar.id) {
    if (!(await isSidecarAtRest(tx, inTheWay, nowMs))) return;
    await discard(tx, guarded, { node: inTheWay, parent: to.parent, by: args });
  }
  await touch(tx, from, {
    rev: guarded.rev,
    sizeBytes: -sidecar.sizeBytes,
    nodeCount: -1,
    memberChangedAtMs: nowMs,
  });
  guarded.changes.push(entryOf('removed', sidecar, spaceOf(from)));
  const place = { ...to, existing: undefined };
  const arrival = { node: sidecar, to: place, args: { ...args, name }, payerId: sidecar.ownerId };
  await arrive(tx, guarded, { ...arrival, cause: 'moved' });
}
