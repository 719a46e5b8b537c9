import { DomainError } from '../../lib/errors.ts';
import type { OperationArgs, OperationResult } from '../../core/ports/operations.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { rootKind } from './ancestors.ts';
import { loosen } from './content.ts';
import { guard } from './guard.ts';
import { readNode, removeRows, type NodeRow } from './node-rows.ts';
import { charge } from './quota.ts';

export type Leaf = Pick<NodeRow, 'id' | 'ownerId' | 'sizeBytes' | 'blobId'>;

const LEAF = 'id, owner_id AS ownerId, size_bytes AS sizeBytes, blob_id AS blobId';
const FILES = `SELECT ${LEAF} FROM node WHERE parent_id = ? AND is_collection = 0 LIMIT ?` as Query<Leaf>;
const NEXT_COLLECTION = `SELECT id, name_key AS nameKey FROM node
  WHERE parent_id = ? AND name_key > ? AND is_collection = 1 ORDER BY name_key LIMIT 1` as Query<{
  id: number;
  nameKey: string;
}>;

const DELETED_AT = 'SELECT deleted_at_ms AS deletedAtMs FROM trash WHERE node_id = ?' as Query<{ deletedAtMs: number }>;

/** A collection on the way down, how far its members are taken, and what it has lost below it. */
interface Level {
  readonly id: number;
  areFilesTaken: boolean;
  /** The last of its collections that was taken. */
  takenKey: string;
  lostBytes: number;
  lostNodes: number;
}

/** What is removed together at the end, and how many more that may be. */
interface Harvest {
  readonly leaves: Leaf[];
  left: number;
}

/**
 * Removes the files of a collection, then its collections one after the other in the same way, then itself. Done
 * with a node that is gone already; throws `not-found` for one that is not the top of a trashed or abandoned tree.
 */
export async function purgeTree(
  tx: Transaction,
  { nodeId, limit, nowMs }: OperationArgs<'purgeTree'>,
): Promise<OperationResult<'purgeTree'>> {
  const { chains } = await guard(tx, [nodeId]);
  const [chain = []] = chains;
  const top = await readNode(tx, nodeId);
  if (top === undefined) return { done: true, freedBytes: 0 };
  const kind = rootKind(chain);
  if (chain.length !== 2 || kind === 'live') throw new DomainError('not-found', 'it is not in the trash');

  const harvest: Harvest = { leaves: [], left: limit };
  const isTaken = top.isCollection === 0 || (await takeBelow(tx, nodeId, harvest));
  const done = isTaken && harvest.left > 0;
  if (done) harvest.leaves.push(top.isCollection === 0 ? top : { ...top, sizeBytes: 0 });
  // Copies that were given up have not been charged to anybody.
  const freedBytes = await removeLeaves(tx, {
    leaves: harvest.leaves,
    isCharged: kind === 'trash',
    sinceMs: (await tx.get(DELETED_AT, [nodeId]))?.deletedAtMs ?? nowMs,
  });
  if (done) await tx.run("DELETE FROM job WHERE node_id = ? AND kind = 'purge'", [nodeId]);
  return { done, freedBytes };
}

/** Whether all below the collection `topId` is taken; if not, the totals of what stays are made right. */
async function takeBelow(tx: Transaction, topId: number, harvest: Harvest): Promise<boolean> {
  const path: Level[] = [levelOf(topId)];
  for (let level = path.at(-1); level !== undefined && harvest.left > 0; level = path.at(-1)) {
    if (!level.areFilesTaken) await takeFiles(tx, level, harvest);
    if (harvest.left <= 0) break;
    const child = await tx.get(NEXT_COLLECTION, [level.id, level.takenKey]);
    if (child !== undefined) {
      level.takenKey = child.nameKey;
      path.push(levelOf(child.id));
      continue;
    }
    path.pop();
    const above = path.at(-1);
    if (above === undefined) return true;
    harvest.leaves.push({ id: level.id, ownerId: 0, sizeBytes: 0, blobId: null });
    harvest.left -= 1;
    above.lostBytes += level.lostBytes;
    above.lostNodes += level.lostNodes + 1;
  }
  await writeLosses(tx, path);
  // Whoever finds it so knows that it is not all there any more; a collection that is whole has a revision above 0.
  await tx.run('UPDATE node SET revision = 0 WHERE id = ?', [topId]);
  return false;
}

function levelOf(id: number): Level {
  return { id, areFilesTaken: false, takenKey: '', lostBytes: 0, lostNodes: 0 };
}

async function takeFiles(tx: Transaction, level: Level, harvest: Harvest): Promise<void> {
  const files = await tx.all(FILES, [level.id, harvest.left]);
  level.areFilesTaken = files.length < harvest.left;
  harvest.left -= files.length;
  for (const file of files) {
    harvest.leaves.push(file);
    level.lostBytes += file.sizeBytes;
    level.lostNodes += 1;
  }
}

/** The collections that stay lose what was taken below each of them. */
async function writeLosses(tx: Transaction, path: readonly Level[]): Promise<void> {
  let lostBytes = 0;
  let lostNodes = 0;
  for (const level of path.toReversed()) {
    lostBytes += level.lostBytes;
    lostNodes += level.lostNodes;
    await tx.run('UPDATE node SET size_bytes = size_bytes - ?, node_count = node_count - ? WHERE id = ?', [
      lostBytes,
      lostNodes,
      level.id,
    ]);
  }
}

interface OldVersion {
  nodeId: number;
  blobId: string;
  sizeBytes: number;
}

/** Removes nodes with their versions and lets their blobs go loose. Returns how many bytes their owners get back. */
export async function removeLeaves(
  tx: Transaction,
  { leaves, isCharged, sinceMs }: { leaves: readonly Leaf[]; isCharged: boolean; sinceMs: number },
): Promise<number> {
  const ids = leaves.map((leaf) => leaf.id);
  const versions = await readVersions(tx, ids);
  await removeRows(tx, ids);
  const held = leaves.flatMap((leaf) => leaf.blobId ?? []);
  await loosen(tx, [...held, ...versions.map((version) => version.blobId)], sinceMs);
  if (!isCharged) return 0;

  const owners = new Map(leaves.map((leaf) => [leaf.id, leaf.ownerId]));
  const bytes = new Map<number, number>();
  const add = (userId: number, sizeBytes: number): unknown => bytes.set(userId, (bytes.get(userId) ?? 0) + sizeBytes);
  for (const leaf of leaves) add(leaf.ownerId, leaf.sizeBytes);
  for (const version of versions) add(owners.get(version.nodeId) ?? 0, version.sizeBytes);
  let freedBytes = 0;
  for (const [userId, sizeBytes] of bytes) {
    await charge(tx, { userId, bytes: -sizeBytes });
    freedBytes += sizeBytes;
  }
  return freedBytes;
}

function readVersions(tx: Transaction, nodeIds: readonly number[]): Promise<OldVersion[]> {
  const ids = tx.dialect.oneOf(nodeIds);
  const query: Query<OldVersion> = `SELECT node_id AS nodeId, blob_id AS blobId, size_bytes AS sizeBytes
    FROM version WHERE node_id ${ids.sql}`;
  return tx.all(query, ids.params);
}
