import { nameKey } from '../../lib/node-path.ts';
import { startAdoption } from '../operations/adoption.ts';
import { isLive, readChain, spaceOf, touch } from '../operations/ancestors.ts';
import { loosen } from '../operations/content.ts';
import { entryOf, readChild, readNode, removeUnwritten } from '../operations/node-rows.ts';
import { writeChanges } from '../operations/change-log.ts';
import { noteRenamed } from '../operations/search.ts';
import { holdSpaceOf, isLiveRoot, NODES, type Check } from './check.ts';
import { freeName, rescue } from './rescue.ts';

/** Nodes that are above themselves: the way up never ends. `UNION` ends it here. */
export const cycle: Check = {
  keys: NODES,
  find: `WITH RECURSIVE up (id, above) AS (
      SELECT id, parent_id FROM node WHERE id BETWEEN ? AND ? AND is_collection = 1
      UNION
      SELECT u.id, n.parent_id FROM up u CROSS JOIN node n ON n.id = u.above
    )
    SELECT u.id AS k, u.id AS node, n.parent_id AS was, NULL AS should
      FROM up u CROSS JOIN node n ON n.id = u.id WHERE u.above = u.id ORDER BY u.id`,
  tell: ({ k }) => `node ${k} lies below itself`,
  mend: (tx, { row, nowMs }) => rescue(tx, Number(row.k), nowMs),
};

export const lostNode: Check = {
  keys: NODES,
  find: `SELECT n.id AS k, n.id AS node, n.parent_id AS was, NULL AS should FROM node n
    LEFT JOIN node p ON p.id = n.parent_id
    WHERE n.id BETWEEN ? AND ? AND n.parent_id <> 0 AND (p.id IS NULL OR p.is_collection = 0)`,
  tell: ({ k, was }) => `node ${k} lies in ${String(was)}, which is no collection`,
  mend: (tx, { row, nowMs }) => rescue(tx, Number(row.k), nowMs),
};

/** The tops of trash and staging have keys of their own. */
export const nodeKey: Check = {
  keys: NODES,
  find: `SELECT n.id AS k, n.id AS node, n.name_key AS was, n.name AS should FROM node n
    CROSS JOIN node p ON p.id = n.parent_id
    WHERE n.id BETWEEN ? AND ? AND (p.parent_id <> 0 OR ${isLiveRoot('p')})`,
  isWrong: ({ was, should }) => was !== nameKey(String(should)),
  tell: ({ was, should }) => `"${String(should)}" is found as "${String(was)}"`,
  hold: holdSpaceOf,
  mend: async (tx, { row }) => {
    const node = await readNode(tx, Number(row.k));
    if (node === undefined) return 'it is gone';
    const holder = await readChild(tx, node.parentId, nameKey(node.name));
    const name =
      holder === undefined || holder.id === node.id ? node.name : await freeName(tx, node.parentId, node.name);
    await tx.run('UPDATE node SET name = ?, name_key = ? WHERE id = ?', [name, nameKey(name), node.id]);
    await noteRenamed(tx, node.id);
    return `found as "${name}"`;
  },
};

/** While a tree follows a move to another space its nodes differ, and that is right. */
export const nodeSpace: Check = {
  keys: NODES,
  find: `SELECT n.id AS k, n.id AS node, n.space_id AS was, p.space_id AS should FROM node n
    CROSS JOIN node p ON p.id = n.parent_id
    WHERE n.id BETWEEN ? AND ? AND n.space_id <> p.space_id AND NOT EXISTS (SELECT 1 FROM job WHERE kind = 'adopt')`,
  tell: ({ k, was, should }) => `node ${k} is indexed in space ${String(was)} and lies in ${String(should)}`,
  hold: holdSpaceOf,
  mend: async (tx, { row, guarded, nowMs }) => {
    const spaceId = spaceOf(guarded.chains[0] ?? []);
    const node = await readNode(tx, Number(row.k));
    if (spaceId === undefined || node === undefined) return 'left to a later run: its place is not known';
    await tx.run('UPDATE node SET space_id = ? WHERE id = ?', [spaceId, node.id]);
    await noteRenamed(tx, node.id);
    if (node.nodeCount > 0) await startAdoption(tx, { nodeId: node.id, userId: node.ownerId, nowMs });
    return `indexed in space ${spaceId}`;
  },
};

export const nodeOwner: Check = {
  keys: NODES,
  find: `SELECT n.id AS k, n.id AS node, n.owner_id AS was, NULL AS should FROM node n
    WHERE n.id BETWEEN ? AND ? AND n.owner_id <> 0 AND NOT EXISTS (SELECT 1 FROM user u WHERE u.id = n.owner_id)`,
  tell: ({ was }) => `it belongs to user ${String(was)}, who does not exist`,
};

export const collectionContent: Check = {
  keys: NODES,
  find: `SELECT n.id AS k, n.id AS node, n.blob_id AS was, NULL AS should FROM node n
    WHERE n.id BETWEEN ? AND ? AND n.is_collection = 1 AND n.blob_id IS NOT NULL`,
  tell: ({ was }) => `a collection has content, blob ${String(was)}`,
  hold: holdSpaceOf,
  mend: async (tx, { row, nowMs }) => {
    await tx.run('UPDATE node SET blob_id = NULL WHERE id = ?', [row.k]);
    await loosen(tx, [String(row.was)], nowMs);
    return 'taken from it';
  },
};

export const fileMembers: Check = {
  keys: NODES,
  find: `SELECT n.id AS k, n.id AS node, n.node_count AS was, 0 AS should FROM node n
    WHERE n.id BETWEEN ? AND ? AND n.is_collection = 0 AND n.node_count <> 0`,
  tell: ({ was }) => `a file is said to hold ${String(was)} nodes`,
  hold: holdSpaceOf,
  mend: async (tx, { row }) => {
    await tx.run('UPDATE node SET node_count = 0 WHERE id = ?', [row.k]);
    return 'set to 0';
  },
};

/** Only what is called like one can be a sidecar. */
export const hiddenFile: Check = {
  keys: NODES,
  find: `SELECT n.id AS k, n.id AS node, n.is_sidecar AS was, 0 AS should FROM node n
    WHERE n.id BETWEEN ? AND ? AND n.is_sidecar = 1
      AND (n.is_collection = 1 OR (n.name <> '.DS_Store' AND SUBSTR(n.name, 1, 2) <> '._'))`,
  tell: () => 'it is hidden as what only Finder is shown is',
  hold: holdSpaceOf,
  mend: async (tx, { row, guarded, nowMs }) => {
    await tx.run('UPDATE node SET is_sidecar = 0 WHERE id = ?', [row.k]);
    const [chain = []] = guarded.chains;
    await touch(tx, chain.slice(1), { rev: guarded.rev, sizeBytes: 0, nodeCount: 0 });
    const node = await readNode(tx, Number(row.k));
    if (node !== undefined && isLive(chain)) guarded.changes.push(entryOf('added', node, spaceOf(chain), 'restored'));
    await writeChanges(tx, guarded, { userId: 0, nowMs });
    return 'shown to all';
  },
};

export const unwrittenWithoutLock: Check = {
  keys: NODES,
  find: `SELECT n.id AS k, n.id AS node, n.unwritten AS was, NULL AS should FROM node n
    WHERE n.id BETWEEN ? AND ? AND n.unwritten = 1 AND NOT EXISTS (SELECT 1 FROM dav_lock l WHERE l.node_id = n.id)`,
  tell: () => 'a file that only a lock made has none any more',
  hold: holdSpaceOf,
  mend: async (tx, { row, guarded, nowMs }) => {
    const node = await readNode(tx, Number(row.k));
    if (node === undefined) return 'it is gone';
    await removeUnwritten(tx, guarded, { row: node, parent: (guarded.chains[0] ?? []).slice(1) });
    await writeChanges(tx, guarded, { userId: 0, nowMs });
    return 'removed';
  },
};

const SUMS = `SELECT c.id AS k, c.id AS node, c.size_bytes AS was, COALESCE(SUM(n.size_bytes), 0) AS should
  FROM node c LEFT JOIN node n ON n.parent_id = c.id
  WHERE c.id BETWEEN ? AND ? AND c.is_collection = 1 AND (c.parent_id <> 0 OR ${isLiveRoot('c')})
  GROUP BY c.id, c.size_bytes, c.node_count
  HAVING c.size_bytes <> COALESCE(SUM(n.size_bytes), 0) OR c.node_count <> COALESCE(SUM(n.node_count + 1), 0)`;

const MEMBERS = `SELECT COALESCE(SUM(size_bytes), 0) AS sizeBytes, COALESCE(SUM(node_count + 1), 0) AS nodeCount
  FROM node WHERE parent_id = ?`;

/** The roots of trash and staging keep no totals. */
export const collectionTotals: Check = {
  keys: NODES,
  find: SUMS,
  tell: ({ was, should }) =>
    was === should ? 'it counts its members wrongly' : `it has ${String(was)} bytes, its members ${String(should)}`,
  hold: holdSpaceOf,
  mend: async (tx, { row, guarded }) => {
    // Those above counted what was wrong here: they are added up anew as well, from here to the root.
    for (const { id } of await readChain(tx, Number(row.k))) {
      const sum = await tx.get<{ sizeBytes: number; nodeCount: number }>(MEMBERS, [id]);
      if (sum === undefined || (await tx.get(SUMS, [id, id])) === undefined) continue;
      await tx.run('UPDATE node SET size_bytes = ?, node_count = ? WHERE id = ?', [sum.sizeBytes, sum.nodeCount, id]);
    }
    await touch(tx, guarded.chains[0] ?? [], { rev: guarded.rev, sizeBytes: 0, nodeCount: 0 });
    return 'added up anew';
  },
};
