import type { Query, SqlValue } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { endVisit, keyAfter, type JobRow, type Visit } from './jobs.ts';

/** How many waiting collections are looked at to fill one batch. */
const MAX_VISITS = 250;

const VISITS = `SELECT m.source_id AS sourceId, m.node_id AS nodeId, m.after_key AS afterKey,
    COALESCE(s.node_count, 0) AS nodeCount
  FROM copy_map m LEFT JOIN node s ON s.id = m.source_id
  WHERE m.job_id = ? ORDER BY m.source_id LIMIT ${MAX_VISITS}` as Query<Visit & { nodeCount: number }>;

interface Copying {
  job: JobRow;
  rev: number;
  spaceId: number;
  limit: number;
  nowMs: number;
}

/** What collections of a copy got, by their id. */
type Grown = Map<number, { sizeBytes: number; nodeCount: number }>;

/** Some collections whole, or one of them in part: up to `lastKey`. */
interface Batch {
  visits: readonly Visit[];
  afterKey: string;
  lastKey: string | undefined;
}

/**
 * Copies the members of collections that wait in `copy_map`, up to `limit` nodes, a few statements for each batch;
 * collections among them are added to those that wait. Returns how many nodes were copied.
 */
export async function copyMembers(tx: Transaction, copying: Copying): Promise<number> {
  const grown: Grown = new Map();
  let left = copying.limit;
  while (left > 0) {
    const batch = await nextBatch(tx, copying.job.id, left);
    if (batch === undefined) break;
    left -= (await copyBatch(tx, copying, { batch, grown })) + batch.visits.length;
  }
  await addTotals(tx, grown, copying.job.nodeId);
  let copied = 0;
  for (const { nodeCount } of grown.values()) copied += nodeCount;
  return copied;
}

/** Whole collections as long as all below them is within the limit, or as much of the first as the limit allows. */
async function nextBatch(tx: Transaction, jobId: number, limit: number): Promise<Batch | undefined> {
  const waiting = await tx.all(VISITS, [jobId]);
  const [first] = waiting;
  if (first === undefined) return undefined;
  const whole: Visit[] = [];
  let nodeCount = 0;
  for (const visit of waiting) {
    nodeCount += visit.nodeCount;
    if (visit.afterKey !== '' || nodeCount > limit) break;
    whole.push(visit);
  }
  if (whole.length > 0) return { visits: whole, afterKey: '', lastKey: undefined };
  const { sourceId: parentId, afterKey } = first;
  return { visits: [first], afterKey, lastKey: await keyAfter(tx, { parentId, afterKey, limit }) };
}

interface Sum {
  nodeId: number;
  sizeBytes: number;
  nodeCount: number;
  collections: number;
  properties: number;
}

async function copyBatch(
  tx: Transaction,
  copying: Copying,
  { batch, grown }: { batch: Batch; grown: Grown },
): Promise<number> {
  const { job } = copying;
  const from = scope(tx, job.id, batch);
  await insertMembers(tx, copying, from);
  const sums = await sumMembers(tx, batch);
  if (sums.some((sum) => sum.collections > 0)) await addVisits(tx, job.id, from);
  if (sums.some((sum) => sum.properties > 0)) await copyProperties(tx, from);
  for (const { sourceId } of batch.visits) await endVisit(tx, job.id, { sourceId, afterKey: batch.lastKey });
  let copied = 0;
  for (const { nodeId, sizeBytes, nodeCount } of sums) {
    const sum = grown.get(nodeId) ?? { sizeBytes: 0, nodeCount: 0 };
    grown.set(nodeId, { sizeBytes: sum.sizeBytes + sizeBytes, nodeCount: sum.nodeCount + nodeCount });
    copied += nodeCount;
  }
  return copied;
}

interface Sql {
  sql: string;
  params: SqlValue[];
}

/** `m`, the waiting collections of a batch, with `s`, their members. */
function scope(tx: Transaction, jobId: number, { visits, afterKey, lastKey }: Batch): Sql {
  const sources = tx.dialect.oneOf(visits.map((visit) => visit.sourceId));
  return {
    sql: `FROM copy_map m CROSS JOIN node s ON s.parent_id = m.source_id
      WHERE m.job_id = ? AND m.source_id ${sources.sql} AND s.name_key > ?${upTo('s', lastKey)}`,
    params: [jobId, ...sources.params, afterKey, ...given(lastKey)],
  };
}

function upTo(table: string, lastKey: string | undefined): string {
  return lastKey === undefined ? '' : ` AND ${table}.name_key <= ?`;
}

function given(lastKey: string | undefined): string[] {
  return lastKey === undefined ? [] : [lastKey];
}

async function insertMembers(tx: Transaction, { job, rev, spaceId, nowMs }: Copying, from: Sql): Promise<void> {
  await tx.run(
    `INSERT INTO node (space_id, parent_id, name, name_key, is_collection, blob_id, size_bytes, node_count, media_type,
         owner_id, created_at_ms, touched_at_ms, modified_at_ms, etag, revision, unwritten, property_count,
         is_sidecar)
       SELECT ?, m.node_id, s.name, s.name_key, s.is_collection, s.blob_id,
         CASE s.is_collection WHEN 1 THEN 0 ELSE s.size_bytes END, 0, s.media_type,
         ?, ?, ?, s.modified_at_ms, CASE s.is_collection WHEN 1 THEN '' ELSE ${tx.dialect.randomEtag} END, ?, 0,
         s.property_count, s.is_sidecar ${from.sql}
         AND (s.unwritten = 0 OR EXISTS (SELECT 1 FROM dav_lock l WHERE l.node_id = s.id AND l.expires_at_ms > ?))`,
    [spaceId, job.userId, nowMs, nowMs, rev, ...from.params, nowMs],
  );
}

function sumMembers(tx: Transaction, { visits, afterKey, lastKey }: Batch): Promise<Sum[]> {
  const parents = tx.dialect.oneOf(visits.map((visit) => visit.nodeId));
  const query: Query<Sum> = `SELECT parent_id AS nodeId, SUM(size_bytes) AS sizeBytes, COUNT(*) AS nodeCount,
      SUM(is_collection) AS collections, SUM(property_count) AS properties
    FROM node n WHERE n.parent_id ${parents.sql} AND n.name_key > ?${upTo('n', lastKey)} GROUP BY parent_id`;
  return tx.all(query, [...parents.params, afterKey, ...given(lastKey)]);
}

/** A collection that was moved to where the copy has yet to come may be waiting already. */
async function addVisits(tx: Transaction, jobId: number, from: Sql): Promise<void> {
  await tx.run(
    `INSERT INTO copy_map (job_id, source_id, node_id, after_key)
       SELECT m.job_id, s.id, (SELECT n.id FROM node n WHERE n.parent_id = m.node_id AND n.name_key = s.name_key), ''
         ${from.sql} AND s.is_collection = 1 AND s.node_count > 0
         AND NOT EXISTS (SELECT 1 FROM copy_map w WHERE w.job_id = ? AND w.source_id = s.id)`,
    [...from.params, jobId],
  );
}

async function copyProperties(tx: Transaction, from: Sql): Promise<void> {
  await tx.run(
    `INSERT INTO property (node_id, namespace, name, xml)
       SELECT (SELECT n.id FROM node n WHERE n.parent_id = m.node_id AND n.name_key = s.name_key),
         p.namespace, p.name, p.xml
         ${from.sql.replace('WHERE', 'CROSS JOIN property p ON p.node_id = s.id WHERE')} AND s.property_count > 0`,
    from.params,
  );
}

const PARENT = 'SELECT parent_id AS parentId FROM node WHERE id = ?' as Query<{ parentId: number }>;

/** Adds what collections got to their totals and to those of all above them, up to the top of the copy. */
async function addTotals(tx: Transaction, grown: Grown, topId: number): Promise<void> {
  const parents = new Map<number, number>();
  const totals: Grown = new Map();
  for (const [nodeId, { sizeBytes, nodeCount }] of grown) {
    for (let id = nodeId; ; id = parents.get(id) ?? topId) {
      const total = totals.get(id) ?? { sizeBytes: 0, nodeCount: 0 };
      totals.set(id, { sizeBytes: total.sizeBytes + sizeBytes, nodeCount: total.nodeCount + nodeCount });
      if (id === topId) break;
      if (!parents.has(id)) parents.set(id, (await tx.get(PARENT, [id]))?.parentId ?? topId);
    }
  }
  for (const [id, { sizeBytes, nodeCount }] of totals) {
    await tx.run('UPDATE node SET size_bytes = size_bytes + ?, node_count = node_count + ? WHERE id = ?', [
      sizeBytes,
      nodeCount,
      id,
    ]);
  }
}
