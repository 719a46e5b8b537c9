import { foldedName, nameKey } from '../../lib/node-path.ts';
import type { SpaceKind } from '../../core/node.ts';
import type { Preset } from '../../core/rules.ts';
import type { OperationArgs, OperationResult } from '../../core/ports/operations.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { rootKey, type RootKind } from './ancestors.ts';
import { EMPTY_COLLECTION, insertNode } from './node-rows.ts';

const BY_MOUNT = 'SELECT id FROM space WHERE mount_key = ?' as Query<{ id: number }>;
const ROOTS = 'SELECT trash_id AS trashId, staging_id AS stagingId FROM space WHERE id = ?' as Query<SpaceRoots>;

export interface SpaceRoots {
  readonly trashId: number;
  readonly stagingId: number;
}

/** The hidden roots of a space that is known to exist. */
export async function readRoots(tx: Transaction, spaceId: number): Promise<SpaceRoots> {
  const roots = await tx.get(ROOTS, [spaceId]);
  if (roots === undefined) throw new Error(`space ${spaceId} has no row`);
  return roots;
}

/** Makes a space of all; the one that has the name already is as good. */
export async function createSpace(
  tx: Transaction,
  args: OperationArgs<'createSpace'>,
): Promise<OperationResult<'createSpace'>> {
  const existing = await tx.get(BY_MOUNT, [foldedName(args.mountName)]);
  if (existing !== undefined) return { spaceId: existing.id };
  const { spaceId } = await insertSpace(tx, { ...args, ownerId: undefined });
  return { spaceId };
}

interface NewRoot {
  readonly spaceId: number;
  readonly ownerId: number | undefined;
  readonly nowMs: number;
  readonly revision?: number;
}

/** A space with its three roots. */
async function insertSpace(
  tx: Transaction,
  space: { kind: SpaceKind; mountName: string; ownerId: number | undefined; nowMs: number },
): Promise<{ spaceId: number; rootId: number }> {
  const mountKey = space.kind === 'home' ? null : foldedName(space.mountName);
  const { lastInsertId: spaceId } = await tx.run(
    `INSERT INTO space (kind, mount_name, mount_key, owner_id, root_id, trash_id, staging_id, rev, created_at_ms)
       VALUES (?, ?, ?, ?, 0, 0, 0, 1, ?)`,
    [space.kind, space.mountName, mountKey, space.ownerId ?? null, space.nowMs],
  );
  const rootId = await insertRoot(tx, 'live', { ...space, spaceId });
  const trashId = await insertRoot(tx, 'trash', { ...space, spaceId });
  const stagingId = await insertRoot(tx, 'staging', { ...space, spaceId });
  await tx.run('UPDATE space SET root_id = ?, trash_id = ?, staging_id = ? WHERE id = ?', [
    rootId,
    trashId,
    stagingId,
    spaceId,
  ]);
  return { spaceId, rootId };
}

export function insertRoot(
  tx: Transaction,
  kind: RootKind,
  { spaceId, ownerId, nowMs, revision = 1 }: NewRoot,
): Promise<number> {
  return insertNode(tx, {
    ...EMPTY_COLLECTION,
    spaceId,
    parentId: 0,
    name: '',
    nameKey: rootKey(kind, spaceId),
    ownerId: ownerId ?? 0,
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
    revision,
  });
}

/** The home of a user, with its areas as collections and their policies. Returns the space's id. */
export async function insertHome(
  tx: Transaction,
  {
    userId,
    areas,
    nowMs,
  }: { userId: number; areas: readonly { name: string; policy: Preset | undefined }[]; nowMs: number },
): Promise<number> {
  const { spaceId, rootId } = await insertSpace(tx, { kind: 'home', mountName: '', ownerId: userId, nowMs });
  for (const area of areas) {
    const nodeId = await insertNode(tx, {
      ...EMPTY_COLLECTION,
      spaceId,
      parentId: rootId,
      name: area.name,
      nameKey: nameKey(area.name),
      ownerId: userId,
      createdAtMs: nowMs,
      modifiedAtMs: nowMs,
      revision: 1,
    });
    if (area.policy === undefined) continue;
    await tx.run('INSERT INTO policy (node_id, preset, is_enabled) VALUES (?, ?, 1)', [nodeId, area.policy]);
  }
  await tx.run('UPDATE node SET node_count = ? WHERE id = ?', [areas.length, rootId]);
  return spaceId;
}

const SPACE = `SELECT root_id AS rootId, trash_id AS trashId, staging_id AS stagingId FROM space
  WHERE id = ?` as Query<SpaceRoots & { rootId: number }>;
const IN_HIDDEN_ROOTS = 'SELECT 1 AS found FROM node WHERE parent_id = ? OR parent_id = ? LIMIT 1';
const COLLECTIONS = `WITH RECURSIVE below (id, is_collection, owner_id) AS (
    SELECT id, is_collection, owner_id FROM node WHERE id = ?
    UNION ALL
    SELECT n.id, n.is_collection, n.owner_id FROM below b CROSS JOIN node n ON n.parent_id = b.id
  )
  SELECT id, is_collection AS isCollection, owner_id AS ownerId FROM below LIMIT ?` as Query<{
  id: number;
  isCollection: number;
  ownerId: number;
}>;

/** An empty home has nothing but collections, and no more of them than somebody arranges and leaves empty. */
const MAX_EMPTY_COLLECTIONS = 1000;

/** The nodes of a home that holds no file and nothing of others, hidden roots included; undefined if it does. */
export async function readEmptyHome(
  tx: Transaction,
  { spaceId, userId }: { spaceId: number; userId: number },
): Promise<number[] | undefined> {
  const space = await tx.get(SPACE, [spaceId]);
  if (space === undefined) return [];
  if ((await tx.get(IN_HIDDEN_ROOTS, [space.trashId, space.stagingId])) !== undefined) return undefined;
  const nodes = await tx.all(COLLECTIONS, [space.rootId, MAX_EMPTY_COLLECTIONS + 1]);
  const isEmpty =
    nodes.length <= MAX_EMPTY_COLLECTIONS && nodes.every((node) => node.isCollection === 1 && node.ownerId === userId);
  return isEmpty ? [space.trashId, space.stagingId, ...nodes.map((node) => node.id)] : undefined;
}
