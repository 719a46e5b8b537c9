import { DomainError } from '../../lib/errors.ts';
import { nameKey } from '../../lib/node-path.ts';
import { asStored, mediaTypeUnder } from '../../core/content-type/media-type.ts';
import { hasSharedEnding } from '../../core/content-type/shared-endings.ts';
import { isSidecarName } from '../../core/sidecar.ts';
import type { ChangeCause } from '../../core/ports/changes.ts';
import type { Change, MoveNode } from '../../core/ports/operations.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { idsOf, spaceOf, touch, type Chain } from './ancestors.ts';
import { replaceContent } from './content.ts';
import type { Guarded } from './guard.ts';
import { assertInsideUnlocked, assertUnlocked, clearLocksInside } from './lock-check.ts';
import {
  assertExpected,
  assertParent,
  assertMayReplace,
  entryOf,
  liveChild,
  newContentKind,
  removeRows,
  removeUnwritten,
  type NodeRow,
} from './node-rows.ts';
import { charge } from './quota.ts';
import { noteRenamed } from './search.ts';
import { readRoots } from './spaces.ts';

/** Where a copy, a move or a restored tree is to be. */
export interface Destination {
  readonly parent: Chain;
  readonly spaceId: number;
  /** What is there now. */
  readonly existing: NodeRow | undefined;
}

type Arrival = Omit<MoveNode, 'nodeId' | 'expectedSource'>;

/**
 * Judges the destination of `source`. Throws `parent-missing`, `not-a-collection`, `into-itself`, `already-exists`,
 * `precondition-failed`, `locked`.
 */
export async function assertDestination(
  tx: Transaction,
  guarded: Guarded,
  {
    source,
    sourceChain,
    parentChain,
    args,
    how,
  }: {
    source: NodeRow;
    sourceChain: Chain;
    parentChain: Chain | undefined;
    args: Arrival;
    how: 'move' | 'copy' | 'copy without members';
  },
): Promise<Destination> {
  const parent = assertParent(parentChain);
  if (how !== 'copy without members' && parent.some((node) => node.id === source.id)) {
    throw new DomainError('into-itself', 'a folder cannot be put into itself');
  }
  const found = await liveChild(tx, guarded, { ...args, parent });
  // A move to another spelling of the same name is a rename.
  const isRespelled = how === 'move' && found?.id === source.id && found.name !== args.name;
  if (!isRespelled && sourceChain.some((node) => node.id === found?.id)) {
    throw new DomainError('into-itself', 'source and destination contain one another');
  }
  const to = { parent, spaceId: spaceOf(parent) ?? 0, existing: isRespelled ? undefined : found };
  await assertReplaceable(tx, { source, to, args });
  return to;
}

async function assertReplaceable(
  tx: Transaction,
  { source, to, args }: { source: NodeRow; to: Destination; args: Arrival },
): Promise<void> {
  const { parent, spaceId, existing } = to;
  if (existing !== undefined && !args.overwrite) {
    throw new DomainError('already-exists', `"${args.name}" exists already`);
  }
  assertMayReplace(existing, args);
  assertExpected(existing, args.expectedDestination);
  if (existing !== undefined && isFileOntoFile(source, existing)) {
    return assertUnlocked(tx, [existing.id, ...idsOf(parent)], args);
  }
  await assertUnlocked(tx, idsOf(parent), args);
  if (existing !== undefined) await assertInsideUnlocked(tx, { node: existing, spaceId }, args);
}

function isFileOntoFile(source: NodeRow, existing: NodeRow): boolean {
  return source.isCollection === 0 && existing.isCollection === 0;
}

/** What is to be put somewhere. `payerId` is who pays for it until then, undefined when nobody does yet. */
interface Coming {
  node: NodeRow;
  to: Destination;
  args: Arrival;
  payerId: number | undefined;
  cause: ChangeCause;
}

/**
 * Puts `node` at its destination, from wherever it was; the caller has taken it out of the totals there. A file that
 * meets a file hands over its content, properties and versions and is gone; anything else that is in the way goes to
 * the trash. Returns the id of what is at the destination now.
 */
export async function arrive(
  tx: Transaction,
  guarded: Guarded,
  { node, to, args, payerId, cause }: Coming,
): Promise<number> {
  const mediaType = await typeUnder(tx, node, args.name);
  if (to.existing !== undefined && isFileOntoFile(node, to.existing)) {
    const source = { ...node, mediaType };
    await mergeFile(tx, guarded, { source, destination: to.existing, to, args, payerId, cause });
    return to.existing.id;
  }
  if (to.existing !== undefined) {
    await clearLocksInside(tx, { node: to.existing, spaceId: to.spaceId }, args);
    await discard(tx, guarded, { node: to.existing, parent: to.parent, by: args });
  }
  if (payerId === undefined) await charge(tx, { userId: node.ownerId, bytes: node.sizeBytes });
  const { parentId, name } = args;
  const isSidecar = sidecarAs(node, args);
  await tx.run(
    `UPDATE node SET space_id = ?, parent_id = ?, name = ?, name_key = ?, revision = ?, touched_at_ms = ?, unwritten = 0,
       is_sidecar = ?, media_type = ? WHERE id = ?`,
    [to.spaceId, parentId, name, nameKey(name), guarded.rev, args.nowMs, isSidecar, mediaType, node.id],
  );
  if (name !== node.name || to.spaceId !== node.spaceId) await noteRenamed(tx, node.id);
  await touch(tx, to.parent, {
    rev: guarded.rev,
    sizeBytes: node.sizeBytes,
    nodeCount: node.nodeCount + 1,
    memberChangedAtMs: args.nowMs,
  });
  guarded.changes.push(entryOf('added', { ...node, parentId, name, isSidecar }, to.spaceId, cause));
  return node.id;
}

const CONTENT_TYPE = 'SELECT content_type AS contentType FROM blob_object WHERE blob_id = ?' as Query<{
  contentType: string | null;
}>;

/** What is to be stored under another name: what its client said. What its name or its content told is told anew. */
export async function typeUnder(
  tx: Transaction,
  { blobId, mediaType, name: oldName }: NodeRow,
  name: string,
): Promise<string> {
  if (blobId === null || name === oldName) return mediaType;
  if (mediaType === '' && !hasSharedEnding(name)) return mediaType;
  const contentType = (await tx.get(CONTENT_TYPE, [blobId]))?.contentType;
  const blob = contentType ? { contentType } : undefined;
  const told = [mediaTypeUnder('', oldName), asStored({ name: oldName, mediaType: '', blob }).mediaType];
  return asStored({ name, mediaType: told.includes(mediaType) ? '' : mediaType, blob }).mediaType;
}

/** Under a name that only a file has it is one, for all to see. */
function sidecarAs(node: NodeRow, { name }: Arrival): number {
  return isSidecarName(name) ? node.isSidecar : 0;
}

interface Merge {
  source: NodeRow;
  destination: NodeRow;
  to: Destination;
  args: Arrival;
  payerId: number | undefined;
  cause: ChangeCause;
}

const VERSION_BYTES = `SELECT COALESCE(SUM(size_bytes), 0) AS sizeBytes FROM version
  WHERE node_id = ?` as Query<{ sizeBytes: number }>;

/** Editors save by moving a temporary file over the old one: the destination keeps id, locks, links and history. */
async function mergeFile(
  tx: Transaction,
  guarded: Guarded,
  { source, destination, to, args, payerId, cause }: Merge,
): Promise<void> {
  const { rev } = guarded;
  const ownVersionBytes = (await tx.get(VERSION_BYTES, [source.id]))?.sizeBytes ?? 0;
  await tx.run('UPDATE version SET node_id = ? WHERE node_id = ?', [destination.id, source.id]);
  await tx.run('DELETE FROM property WHERE node_id = ?', [destination.id]);
  await tx.run('UPDATE property SET node_id = ? WHERE node_id = ?', [destination.id, source.id]);
  await tx.run('UPDATE node SET property_count = ? WHERE id = ?', [source.propertyCount, destination.id]);
  await removeRows(tx, [source.id]);
  const isSidecar = Math.min(sidecarAs(source, args), destination.isSidecar);
  const replacement = { ...args, content: source, isSidecar, rev, above: to.parent };
  const bytes = (await replaceContent(tx, destination, replacement)) + ownVersionBytes;

  const leavingBytes = payerId === undefined ? 0 : source.sizeBytes + ownVersionBytes;
  if (payerId === destination.ownerId) {
    await charge(tx, { userId: payerId, bytes: bytes - leavingBytes });
  } else {
    if (payerId !== undefined) await charge(tx, { userId: payerId, bytes: -leavingBytes });
    await charge(tx, { userId: destination.ownerId, bytes });
  }
  await touch(tx, to.parent, { rev, sizeBytes: source.sizeBytes - destination.sizeBytes, nodeCount: 0 });
  guarded.changes.push(entryOf(newContentKind(destination), { ...destination, isSidecar }, to.spaceId, cause));
}

/**
 * Moves a live tree to the trash of its space, and an unwritten file, which holds nothing, out of existence.
 * The caller has seen to the locks. The node stays charged to its owner.
 */
export async function discard(
  tx: Transaction,
  guarded: Guarded,
  { node, parent, by, cause = 'trashed' }: { node: NodeRow; parent: Chain; by: Change; cause?: 'trashed' | 'expired' },
): Promise<void> {
  if (node.unwritten === 1) return removeUnwritten(tx, guarded, { row: node, parent });
  const spaceId = spaceOf(parent) ?? 0;
  const { trashId } = await readRoots(tx, spaceId);
  await tx.run('UPDATE node SET parent_id = ?, name_key = ?, revision = ? WHERE id = ?', [
    trashId,
    String(node.id),
    guarded.rev,
    node.id,
  ]);
  await tx.run(
    `INSERT INTO trash (node_id, space_id, owner_id, parent_id, deleted_at_ms, deleted_by)
       VALUES (?, ?, ?, ?, ?, ?)`,
    [node.id, spaceId, node.ownerId, node.parentId, by.nowMs, by.userId],
  );
  await touch(tx, parent, {
    rev: guarded.rev,
    sizeBytes: -node.sizeBytes,
    nodeCount: -(node.nodeCount + 1),
    memberChangedAtMs: by.nowMs,
  });
  guarded.changes.push(entryOf('removed', node, spaceId, cause));
}
