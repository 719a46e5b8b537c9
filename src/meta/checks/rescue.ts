import { nameKey } from '../../lib/node-path.ts';
import { readChain, touch } from '../operations/ancestors.ts';
import { writeChanges } from '../operations/change-log.ts';
import { EMPTY_COLLECTION, entryOf, insertNode, readChild, readNode, type NodeRow } from '../operations/node-rows.ts';
import { noteRenamed } from '../operations/search.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';

/** Where nodes are put whose place is lost; a folder like any other. */
const FOUND_FOLDER = 'lost+found';
const MAX_TRIES = 1000;

interface SpaceRow {
  rootId: number;
  trashId: number;
  ownerId: number | null;
  rev: number;
}

const SPACE = `SELECT root_id AS rootId, trash_id AS trashId, owner_id AS ownerId, rev FROM space
  WHERE id = ?` as Query<SpaceRow>;

/**
 * Gives a node without a place one: what is in the trash goes back to its top, all else to `lost+found` in the root of
 * its space. Its own parents are not asked, since they may lead nowhere, or in a circle.
 */
export async function rescue(tx: Transaction, nodeId: number, nowMs: number): Promise<string> {
  const node = await readNode(tx, nodeId);
  if (node === undefined) return 'it is gone';
  await tx.run('UPDATE space SET rev = rev + 1 WHERE id = ?', [node.spaceId]);
  const space = await tx.get(SPACE, [node.spaceId]);
  if (space === undefined) return 'not moved: its space is not known either';
  if ((await tx.get('SELECT 1 AS found FROM trash WHERE node_id = ?', [nodeId])) !== undefined) {
    await tx.run('UPDATE node SET parent_id = ?, name_key = ? WHERE id = ?', [space.trashId, String(nodeId), nodeId]);
    return 'put back into the trash';
  }
  const folder = await foundFolder(tx, { space, node, nowMs });
  const name = await freeName(tx, folder.id, node.name === '' ? `node ${nodeId}` : node.name);
  await tx.run('UPDATE node SET parent_id = ?, name = ?, name_key = ?, revision = ? WHERE id = ?', [
    folder.id,
    name,
    nameKey(name),
    space.rev,
    nodeId,
  ]);
  await noteRenamed(tx, nodeId);
  const growth = { rev: space.rev, sizeBytes: node.sizeBytes, nodeCount: node.nodeCount + 1 };
  await touch(tx, await readChain(tx, folder.id), { ...growth, memberChangedAtMs: nowMs });
  const place = entryOf('added', { ...EMPTY_COLLECTION, ...folder }, node.spaceId);
  const arrival = entryOf('added', { ...node, parentId: folder.id, name }, node.spaceId, 'restored');
  const changes = folder.isNew ? [place, arrival] : [arrival];
  await writeChanges(tx, { rev: space.rev, changes }, { userId: 0, nowMs });
  return `moved to "${folder.name}/${name}"`;
}

async function foundFolder(
  tx: Transaction,
  { space, node, nowMs }: { space: SpaceRow; node: NodeRow; nowMs: number },
): Promise<{ id: number; parentId: number; name: string; isNew: boolean }> {
  const { rootId: parentId } = space;
  const { name, child } = await firstName(tx, { parentId, name: FOUND_FOLDER }, isCollection);
  if (child !== undefined) return { id: child.id, parentId, name, isNew: false };
  const id = await insertNode(tx, {
    ...EMPTY_COLLECTION,
    spaceId: node.spaceId,
    parentId,
    name,
    nameKey: nameKey(name),
    ownerId: space.ownerId ?? node.ownerId,
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
    revision: space.rev,
  });
  await touch(tx, await readChain(tx, parentId), { rev: space.rev, sizeBytes: 0, nodeCount: 1 });
  return { id, parentId, name, isNew: true };
}

function isCollection(child: NodeRow): boolean {
  return child.isCollection === 1;
}

/** `name`, or with a number behind it, that no child of the collection has. */
export async function freeName(tx: Transaction, parentId: number, name: string): Promise<string> {
  return (await firstName(tx, { parentId, name }, () => false)).name;
}

/** The first of `name`, `name (2)`, … that no child of the collection has, or one that will do. */
async function firstName(
  tx: Transaction,
  { parentId, name }: { parentId: number; name: string },
  willDo: (child: NodeRow) => boolean,
): Promise<{ name: string; child: NodeRow | undefined }> {
  for (let number = 1; number < MAX_TRIES; number += 1) {
    const candidate = number === 1 ? name : `${name} (${number})`;
    const child = await readChild(tx, parentId, nameKey(candidate));
    if (child === undefined || willDo(child)) return { name: candidate, child };
  }
  throw new Error(`there are too many children named like "${name}"`);
}
