import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { rootKey, type RootKind } from '../operations/ancestors.ts';
import { EMPTY_COLLECTION, insertNode, readChild, readNode } from '../operations/node-rows.ts';
import type { Check, Keys, Mending } from './check.ts';

const SPACES: Keys = { table: 'space', column: 'id' };

interface SpaceRow {
  id: number;
  ownerId: number | null;
  live: number;
  trash: number;
  staging: number;
  rev: number;
}

const SPACE = `SELECT id, owner_id AS ownerId, root_id AS live, trash_id AS trash, staging_id AS staging, rev
  FROM space WHERE id = ?` as Query<SpaceRow>;
const ROOT_COLUMNS = { live: 'root_id', trash: 'trash_id', staging: 'staging_id' } as const;
const ROOT_KINDS = ['live', 'trash', 'staging'] as const;

export const spaceWithoutRoot: Check = {
  keys: SPACES,
  find: `SELECT s.id AS k, s.root_id AS node, COUNT(n.id) AS was, 3 AS should FROM space s
    LEFT JOIN node n ON n.id IN (s.root_id, s.trash_id, s.staging_id)
      AND n.parent_id = 0 AND n.is_collection = 1 AND n.space_id = s.id
    WHERE s.id BETWEEN ? AND ? GROUP BY s.id, s.root_id HAVING COUNT(n.id) <> 3`,
  tell: ({ k, was }) => `space ${k} has ${String(was)} of its 3 roots`,
  hold: async (tx, key) => {
    await tx.run('UPDATE space SET rev = rev + 1 WHERE id = ?', [key]);
  },
  mend: async (tx, { row, nowMs }) => {
    const space = await tx.get(SPACE, [row.k]);
    if (space === undefined) return 'the space is gone';
    const made: string[] = [];
    for (const kind of ROOT_KINDS) if (await ensureRoot(tx, { space, kind, nowMs })) made.push(kind);
    return `made again: ${made.join(', ')}`;
  },
};

/** Whether the root had to be put right. One that is lost comes back under its own id, and so with all below it. */
async function ensureRoot(
  tx: Transaction,
  { space, kind, nowMs }: { space: SpaceRow; kind: RootKind; nowMs: number },
): Promise<boolean> {
  const key = rootKey(kind, space.id);
  const present = await readNode(tx, space[kind]);
  const isRight = present?.parentId === 0 && present.isCollection === 1 && present.spaceId === space.id;
  if (isRight) return false;
  const named = await readChild(tx, 0, key);
  const rootId = named?.id ?? (await insertRoot(tx, { space, key, nowMs }));
  if (named === undefined && present === undefined && space[kind] > 0) {
    await tx.run('UPDATE node SET id = ? WHERE id = ?', [space[kind], rootId]);
    return true;
  }
  await tx.run(`UPDATE space SET ${ROOT_COLUMNS[kind]} = ? WHERE id = ?`, [rootId, space.id]);
  return true;
}

function insertRoot(
  tx: Transaction,
  { space, key, nowMs }: { space: SpaceRow; key: string; nowMs: number },
): Promise<number> {
  return insertNode(tx, {
    ...EMPTY_COLLECTION,
    spaceId: space.id,
    parentId: 0,
    name: '',
    nameKey: key,
    ownerId: space.ownerId ?? 0,
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
    revision: space.rev,
  });
}

const LAST_CHANGE = '(SELECT MAX(c.rev) FROM change_log c WHERE c.space_id = s.id)';

export const spaceBehindItsChanges: Check = {
  keys: SPACES,
  find: `SELECT s.id AS k, s.root_id AS node, s.rev AS was, ${LAST_CHANGE} AS should FROM space s
    WHERE s.id BETWEEN ? AND ? AND s.rev < ${LAST_CHANGE}`,
  tell: ({ k, was, should }) => `space ${k} is at revision ${String(was)}, its last change at ${String(should)}`,
  mend: async (tx: Transaction, { row }: Mending) => {
    await tx.run('UPDATE space SET rev = ? WHERE id = ? AND rev < ?', [row.should, row.k, row.should]);
    return `raised to ${String(row.should)}`;
  },
};

export const rootWithoutSpace: Check = {
  keys: { table: 'node', column: 'id', where: 'parent_id = 0' },
  find: `SELECT n.id AS k, n.id AS node, n.name_key AS was, NULL AS should FROM node n
    WHERE n.id BETWEEN ? AND ? AND n.parent_id = 0 AND NOT EXISTS
      (SELECT 1 FROM space s WHERE s.id = n.space_id AND n.id IN (s.root_id, s.trash_id, s.staging_id))`,
  tell: ({ k, was }) => `node ${k} ("${String(was)}") is a root of no space`,
};
