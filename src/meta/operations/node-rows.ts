import { DomainError } from '../../lib/errors.ts';
import { nameKey } from '../../lib/node-path.ts';
import { sidecarNameOf } from '../../core/sidecar.ts';
import type { ChangeCause, ChangeKind } from '../../core/ports/changes.ts';
import type { Expected } from '../../core/ports/operations.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { isLive, spaceOf, touch, type Chain } from './ancestors.ts';
import type { ChangeEntry } from './change-log.ts';
import type { Guarded } from './guard.ts';

export interface NodeRow {
  readonly id: number;
  readonly spaceId: number;
  readonly parentId: number;
  readonly name: string;
  readonly nameKey: string;
  readonly isCollection: number;
  readonly blobId: string | null;
  readonly sizeBytes: number;
  readonly nodeCount: number;
  readonly mediaType: string;
  readonly ownerId: number;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  readonly etag: string;
  readonly revision: number;
  readonly unwritten: number;
  readonly propertyCount: number;
  readonly isSidecar: number;
}

const FIELDS = `id, space_id AS spaceId, parent_id AS parentId, name, name_key AS nameKey,
  is_collection AS isCollection, blob_id AS blobId, size_bytes AS sizeBytes, node_count AS nodeCount,
  media_type AS mediaType, owner_id AS ownerId, created_at_ms AS createdAtMs, modified_at_ms AS modifiedAtMs,
  etag, revision, unwritten, property_count AS propertyCount, is_sidecar AS isSidecar`;
const NODE = `SELECT ${FIELDS} FROM node WHERE id = ?` as Query<NodeRow>;
const CHILD = `SELECT ${FIELDS} FROM node WHERE parent_id = ? AND name_key = ?` as Query<NodeRow>;
const NODE_AND_CHILD = `${NODE} UNION ALL ${CHILD}` as Query<NodeRow>;
const LIVE_LOCK = 'SELECT 1 AS found FROM dav_lock WHERE node_id = ? AND expires_at_ms > ? LIMIT 1';

export function readNode(tx: Transaction, id: number): Promise<NodeRow | undefined> {
  return tx.get(NODE, [id]);
}

/** A child whatever it is, even an unwritten one whose lock has ended. */
export function readChild(tx: Transaction, parentId: number, key: string): Promise<NodeRow | undefined> {
  return tx.get(CHILD, [parentId, key]);
}

/** Without quotes; a collection's follows its revision. */
export function etagOf(row: NodeRow): string {
  return row.isCollection === 1 ? `c${row.revision}` : row.etag;
}

/** Throws `precondition-failed`. An unwritten file counts as absent, too (design: it satisfies `If-None-Match: *`). */
export function assertExpected(row: NodeRow | undefined, expected: Expected | undefined): void {
  if (expected === undefined) return;
  const met =
    expected === 'absent'
      ? row === undefined || row.unwritten === 1
      : row?.id === expected.nodeId && etagOf(row) === expected.etag;
  if (!met) throw new DomainError('precondition-failed', 'it has changed since it was looked at');
}

/** Throws `forbidden` when the caller may replace only what is theirs, and this is not. */
export function assertMayReplace(
  row: NodeRow | undefined,
  { replaces, userId }: { replaces: 'any' | 'own'; userId: number },
): void {
  if (row === undefined || replaces === 'any' || row.ownerId === userId) return;
  throw new DomainError('forbidden', `"${row.name}" belongs to somebody else`);
}

/** The chain of a collection that something is put into. Throws `parent-missing`, `not-a-collection`. */
export function assertParent(chain: Chain | undefined): Chain {
  const parent = chain?.[0];
  if (chain === undefined || parent === undefined || !isLive(chain)) {
    throw new DomainError('parent-missing', 'the folder that should hold it does not exist');
  }
  if (parent.isCollection !== 1) throw new DomainError('not-a-collection', `"${parent.nameKey}" is not a folder`);
  return chain;
}

/** The node at the start of `chain`, which must be live. Throws `not-found`. */
export async function liveNode(tx: Transaction, chain: Chain | undefined, nowMs: number): Promise<NodeRow> {
  const id = isLive(chain ?? []) ? chain?.[0]?.id : undefined;
  const row = id === undefined ? undefined : await readNode(tx, id);
  if (row === undefined || (await isGhost(tx, row, nowMs))) throw absent();
  return row;
}

/** What is taken from its place, and what has the name of its sidecar: read with it, since few files have any. */
export interface Movable {
  readonly node: NodeRow;
  readonly beside: NodeRow | undefined;
}

/** As `liveNode`, for what is taken from its place. Throws `refused` for the root of a space. */
export async function movableNode(tx: Transaction, chain: Chain | undefined, nowMs: number): Promise<Movable> {
  const top = isLive(chain ?? []) ? chain?.[0] : undefined;
  if (top === undefined) throw absent();
  if (top.parentId === 0) throw new DomainError('refused', 'the root of a space stays where it is');
  const rows = await tx.all(NODE_AND_CHILD, [top.id, top.parentId, nameKey(sidecarNameOf(top.nameKey))]);
  const node = rows.find(({ id }) => id === top.id);
  if (node === undefined || (await isGhost(tx, node, nowMs))) throw absent();
  return { node, beside: rows.find(({ id }) => id !== node.id) };
}

function absent(): DomainError {
  return new DomainError('not-found', 'it does not exist');
}

/** An unwritten file without a live lock: it counts as absent and only waits to be cleared away. */
export async function isGhost(tx: Transaction, row: NodeRow, nowMs: number): Promise<boolean> {
  return row.unwritten === 1 && (await tx.get(LIVE_LOCK, [row.id, nowMs])) === undefined;
}

/** The child of the collection at the start of `parent`. A ghost in its place is cleared away. */
export async function liveChild(
  tx: Transaction,
  guarded: Guarded,
  { parent, name, nowMs }: { parent: Chain; name: string; nowMs: number },
): Promise<NodeRow | undefined> {
  const row = await readChild(tx, parent[0]?.id ?? 0, nameKey(name));
  if (row === undefined || !(await isGhost(tx, row, nowMs))) return row;
  await removeUnwritten(tx, guarded, { row, parent });
  return undefined;
}

/** Removes an unwritten file for good, with its locks. It holds nothing, so nothing goes to the trash. */
export async function removeUnwritten(
  tx: Transaction,
  guarded: Guarded,
  { row, parent }: { row: NodeRow; parent: Chain },
): Promise<void> {
  await removeRows(tx, [row.id]);
  await touch(tx, parent, { rev: guarded.rev, sizeBytes: 0, nodeCount: -1 });
  if (isLive(parent)) guarded.changes.push(entryOf('removed', row, spaceOf(parent), 'locked'));
}

export type NewNode = Pick<
  NodeRow,
  | 'spaceId'
  | 'parentId'
  | 'name'
  | 'nameKey'
  | 'isCollection'
  | 'blobId'
  | 'sizeBytes'
  | 'mediaType'
  | 'ownerId'
  | 'createdAtMs'
  | 'modifiedAtMs'
  | 'etag'
  | 'revision'
  | 'unwritten'
  | 'propertyCount'
  | 'isSidecar'
> & {
  /** When it came to be here; without it when it was made. */
  readonly touchedAtMs?: number;
};

/** Returns the new node's id. The caller sees to the collections above. */
export async function insertNode(tx: Transaction, node: NewNode): Promise<number> {
  const { lastInsertId } = await tx.run(
    `INSERT INTO node (space_id, parent_id, name, name_key, is_collection, blob_id, size_bytes, node_count, media_type,
       owner_id, created_at_ms, touched_at_ms, modified_at_ms, etag, revision, unwritten, property_count,
       is_sidecar) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      node.spaceId,
      node.parentId,
      node.name,
      node.nameKey,
      node.isCollection,
      node.blobId,
      node.sizeBytes,
      node.mediaType,
      node.ownerId,
      node.createdAtMs,
      node.touchedAtMs ?? node.createdAtMs,
      node.modifiedAtMs,
      node.etag,
      node.revision,
      node.unwritten,
      node.propertyCount,
      node.isSidecar,
    ],
  );
  return lastInsertId;
}

/** What a new collection starts with, but for its place and owner. */
export const EMPTY_COLLECTION = {
  isCollection: 1,
  blobId: null,
  sizeBytes: 0,
  mediaType: '',
  etag: '',
  unwritten: 0,
  propertyCount: 0,
  isSidecar: 0,
} as const;

const BESIDE_NODE = [
  'property',
  'dav_lock',
  'version',
  'policy',
  'share',
  'link',
  'trash',
  'playback_position',
  'media_entry',
  'media_bookmark',
];

/** Removes nodes and all that hangs on them. What their blobs and bytes count for is the caller's to settle. */
export async function removeRows(tx: Transaction, nodeIds: readonly number[]): Promise<void> {
  const ids = tx.dialect.oneOf(nodeIds);
  for (const table of BESIDE_NODE) await tx.run(`DELETE FROM ${table} WHERE node_id ${ids.sql}`, ids.params);
  await tx.run(`DELETE FROM node WHERE id ${ids.sql}`, ids.params);
}

/** What new content means for those who are told of no sidecar: one that becomes a file for all has come to be. */
export function newContentKind({ isSidecar }: Pick<NodeRow, 'isSidecar'>): ChangeKind {
  return isSidecar === 1 ? 'added' : 'content';
}

/** A row for the change log. */
export function entryOf(
  kind: ChangeKind,
  row: Pick<NodeRow, 'id' | 'parentId' | 'name' | 'isCollection' | 'isSidecar'>,
  spaceId: number | undefined,
  cause: ChangeCause = '',
): ChangeEntry {
  const { id: nodeId, parentId, name, isCollection, isSidecar } = row;
  return { kind, cause, nodeId, parentId, name, isCollection, isSidecar, spaceId: spaceId ?? 0 };
}
