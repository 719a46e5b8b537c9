import { DomainError } from '../../lib/errors.ts';
import { nameKey } from '../../lib/node-path.ts';
import type { RemovalProgress, RemovalStep } from '../../core/ports/account-operations.ts';
import type { OperationArgs, OperationResult } from '../../core/ports/operations.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { startAdoption } from './adoption.ts';
import { isLive, spaceOf, touch, type Chain } from './ancestors.ts';
import { writeChanges } from './change-log.ts';
import { discard } from './destination.ts';
import { guard } from './guard.ts';
import { entryOf, readChild, readNode } from './node-rows.ts';
import { removeLeaves, type Leaf } from './purge.ts';
import { assertNoCopies, endLocks, requireRemoval } from './removal.ts';
import { noteRenamed } from './search.ts';
import { insertRoot } from './spaces.ts';

const MAX_NAMES = 1000;

const HOME = `SELECT s.id AS spaceId, s.root_id AS rootId FROM user u CROSS JOIN space s ON s.id = u.home_space_id
  WHERE u.id = ?` as Query<{ spaceId: number; rootId: number }>;

/**
 * What people see as the root of the home becomes the collection, with all below it, so this is constant work; the home
 * gets an empty root instead.
 */
export async function handOverHome(
  tx: Transaction,
  { userId, folderName, nowMs }: OperationArgs<'handOverHome'>,
): Promise<OperationResult<'handOverHome'>> {
  const removal = await requireRemoval(tx, userId, 'hand-over');
  const [from, to] = [await tx.get(HOME, [userId]), await tx.get(HOME, [removal.toUserId ?? 0])];
  if (to === undefined) throw new DomainError('refused', 'who is to have the files has no home to put them into');
  if (from === undefined) return { jobId: undefined };
  await endLocks(tx, { userId, nowMs });
  const guarded = await guard(tx, [from.rootId, to.rootId]);
  const root = await readNode(tx, from.rootId);
  if (root === undefined || root.nodeCount === 0) return { jobId: undefined };

  const { rev } = guarded;
  const name = await freeName(tx, to.rootId, folderName);
  await tx.run(
    `UPDATE node SET space_id = ?, parent_id = ?, name = ?, name_key = ?, revision = ?, touched_at_ms = ?,
       created_at_ms = ?, modified_at_ms = ? WHERE id = ?`,
    [to.spaceId, to.rootId, name, nameKey(name), rev, nowMs, nowMs, nowMs, root.id],
  );
  await noteRenamed(tx, root.id);
  const newRootId = await insertRoot(tx, 'live', { spaceId: from.spaceId, ownerId: userId, nowMs, revision: rev });
  await tx.run('UPDATE space SET root_id = ? WHERE id = ?', [newRootId, from.spaceId]);
  const [, toChain = []] = guarded.chains;
  const { sizeBytes, nodeCount } = root;
  await touch(tx, toChain, { rev, sizeBytes, nodeCount: nodeCount + 1, memberChangedAtMs: nowMs });
  guarded.changes.push(entryOf('added', { ...root, parentId: to.rootId, name }, to.spaceId, 'moved'));
  await writeChanges(tx, guarded, { userId: 0, nowMs });
  return { jobId: await startAdoption(tx, { nodeId: root.id, userId, nowMs }) };
}

/** `ben`, `ben (2)`, `ben (3)`, … */
async function freeName(tx: Transaction, parentId: number, wanted: string): Promise<string> {
  for (let number = 1; number <= MAX_NAMES; number += 1) {
    const name = number === 1 ? wanted : `${wanted} (${number})`;
    if ((await readChild(tx, parentId, nameKey(name))) === undefined) return name;
  }
  throw new DomainError('already-exists', `there are too many folders named like "${wanted}"`);
}

interface OwnedNode {
  id: number;
  spaceId: number;
  sizeBytes: number;
  isCollection: number;
}

/** The roots of a home stay its owner's until it goes. */
const OWNED = `SELECT id, space_id AS spaceId FROM node WHERE owner_id = ? AND parent_id <> 0
  LIMIT ?` as Query<Pick<OwnedNode, 'id' | 'spaceId'>>;

export async function giveNodes(tx: Transaction, { userId, limit }: RemovalStep): Promise<RemovalProgress> {
  const { toUserId, reservedBytes } = await requireRemoval(tx, userId, 'hand-over');
  await assertNoCopies(tx, userId);
  const found = await tx.all(OWNED, [userId, limit]);
  if (found.length === 0) return { done: true, count: 0 };
  await holdSpaces(
    tx,
    found.map(({ spaceId }) => spaceId),
  );
  const ids = tx.dialect.oneOf(found.map(({ id }) => id));
  const sizes: Query<{ sizeBytes: number }> = `SELECT COALESCE(SUM(size_bytes), 0) AS sizeBytes FROM (
      SELECT size_bytes FROM node WHERE id ${ids.sql} AND owner_id = ? AND is_collection = 0
      UNION ALL SELECT v.size_bytes FROM version v CROSS JOIN node n ON n.id = v.node_id
        WHERE v.node_id ${ids.sql} AND n.owner_id = ?) owned`;
  const bytes = (await tx.get(sizes, [...ids.params, userId, ...ids.params, userId]))?.sizeBytes ?? 0;
  const isGiven = [toUserId, ...ids.params, userId];
  const { changes } = await tx.run(`UPDATE node SET owner_id = ? WHERE id ${ids.sql} AND owner_id = ?`, isGiven);
  await tx.run(`UPDATE trash SET owner_id = ? WHERE node_id ${ids.sql} AND owner_id = ?`, isGiven);
  await tx.run('UPDATE user SET used_bytes = used_bytes - ? WHERE id = ?', [bytes, userId]);
  const releasedBytes = Math.min(bytes, reservedBytes);
  await tx.run('UPDATE user SET used_bytes = used_bytes + ?, reserved_bytes = reserved_bytes - ? WHERE id = ?', [
    bytes,
    releasedBytes,
    toUserId,
  ]);
  await tx.run('UPDATE removal SET reserved_bytes = reserved_bytes - ? WHERE user_id = ?', [releasedBytes, userId]);
  return { done: false, count: changes };
}

/** What is in a space changes only for who has its row: the first write of every operation on a tree. */
async function holdSpaces(tx: Transaction, spaceIds: readonly number[]): Promise<void> {
  for (const id of [...new Set(spaceIds)].sort((a, b) => a - b)) {
    await tx.run('UPDATE space SET rev = rev + 1 WHERE id = ?', [id]);
  }
}

const CHILDREN = 'SELECT id FROM node WHERE parent_id = ? LIMIT ?' as Query<{ id: number }>;

export async function emptyHome(tx: Transaction, { userId, limit, nowMs }: RemovalStep): Promise<RemovalProgress> {
  await requireRemoval(tx, userId, 'delete');
  const home = await tx.get(HOME, [userId]);
  if (home === undefined) return { done: true, count: 0 };
  await endLocks(tx, { userId, nowMs });
  const guarded = await guard(tx, [home.rootId]);
  const [parent = []] = guarded.chains;
  const children = await tx.all(CHILDREN, [home.rootId, limit]);
  let count = 0;
  for (const { id } of children) {
    const node = await readNode(tx, id);
    if (node === undefined) continue;
    await discard(tx, guarded, { node, parent, by: { userId: 0, tokens: [], nowMs } });
    count += 1;
  }
  await writeChanges(tx, guarded, { userId: 0, nowMs });
  return { done: children.length < limit, count };
}

const FILES = 'SELECT id FROM node WHERE owner_id = ? AND is_collection = 0 LIMIT ?' as Query<{ id: number }>;
const EMPTY = `SELECT id FROM node WHERE owner_id = ? AND is_collection = 1 AND node_count = 0 AND parent_id <> 0
  LIMIT ?` as Query<{ id: number }>;

export async function purgeOwned(tx: Transaction, { userId, limit, nowMs }: RemovalStep): Promise<RemovalProgress> {
  await requireRemoval(tx, userId, 'delete');
  await assertNoCopies(tx, userId);
  for (const query of [FILES, EMPTY]) {
    const found = await tx.all(query, [userId, limit]);
    if (found.length === 0) continue;
    return { done: false, count: await purgeNodes(tx, { userId, ids: found.map(({ id }) => id), nowMs }) };
  }
  return orphan(tx, { userId, limit });
}

async function purgeNodes(
  tx: Transaction,
  { userId, ids, nowMs }: { userId: number; ids: readonly number[]; nowMs: number },
): Promise<number> {
  const guarded = await guard(tx, ids);
  const leaves: Leaf[] = [];
  const parents = new Map<number, { chain: Chain; sizeBytes: number; nodeCount: number }>();
  for (const chain of guarded.chains) {
    const node = chain[0] && (await readNode(tx, chain[0].id));
    // Since it was found it may have been given away, or got a member.
    if (node?.ownerId !== userId || node.nodeCount > 0) continue;
    leaves.push(node);
    const above = chain.slice(1);
    const loss = parents.get(node.parentId) ?? { chain: above, sizeBytes: 0, nodeCount: 0 };
    loss.sizeBytes -= node.sizeBytes;
    loss.nodeCount -= 1;
    parents.set(node.parentId, loss);
    if (isLive(above)) guarded.changes.push(entryOf('removed', node, spaceOf(above)));
  }
  if (leaves.length === 0) return 0;
  await removeLeaves(tx, { leaves, isCharged: true, sinceMs: nowMs });
  for (const { chain, sizeBytes, nodeCount } of parents.values()) {
    await touch(tx, chain, { rev: guarded.rev, sizeBytes, nodeCount, memberChangedAtMs: nowMs });
  }
  await writeChanges(tx, guarded, { userId: 0, nowMs });
  return leaves.length;
}

/** Collections that hold what is not theirs stay, and are nobody's: administrators may do with them what they want. */
async function orphan(tx: Transaction, { userId, limit }: { userId: number; limit: number }): Promise<RemovalProgress> {
  const left = await tx.all(OWNED, [userId, limit]);
  if (left.length === 0) return { done: true, count: 0 };
  await holdSpaces(
    tx,
    left.map(({ spaceId }) => spaceId),
  );
  const ids = tx.dialect.oneOf(left.map(({ id }) => id));
  const isTheirs = [...ids.params, userId];
  const { changes } = await tx.run(
    `UPDATE node SET owner_id = 0 WHERE id ${ids.sql} AND owner_id = ? AND is_collection = 1`,
    isTheirs,
  );
  await tx.run(`UPDATE trash SET owner_id = 0 WHERE node_id ${ids.sql} AND owner_id = ?`, isTheirs);
  return { done: false, count: changes };
}
