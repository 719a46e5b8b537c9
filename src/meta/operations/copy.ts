import { DomainError } from '../../lib/errors.ts';
import type { CopyTree, MoveResult, OperationArgs, OperationResult } from '../../core/ports/operations.ts';
import type { Transaction } from '../transaction.ts';
import { readChain, spaceOf } from './ancestors.ts';
import { writeChanges } from './change-log.ts';
import { copyMembers } from './copy-members.ts';
import { arrive, assertDestination, typeUnder, type Destination } from './destination.ts';
import { guard, type Guarded } from './guard.ts';
import { addVisit, insertJob, readJob, removeJob, type JobRow } from './jobs.ts';
import { assertExpected, insertNode, liveNode, readNode, type NodeRow } from './node-rows.ts';
import { assertArrivalKept } from './rule-check.ts';
import { readRoots } from './spaces.ts';

const HAS_VISITS = 'SELECT 1 AS found FROM copy_map WHERE job_id = ? LIMIT 1';
const HAS_ROOM = 'SELECT 1 AS found FROM user WHERE id = ? AND used_bytes + reserved_bytes + ? <= quota_bytes';

/**
 * RFC 4918 §9.8. Blobs are shared, etags are new, dead properties come along; versions, locks and what is still
 * unwritten do not. Throws `not-found`, `too-large`, `quota-exceeded` and what `assertDestination` throws.
 */
export async function copyTree(tx: Transaction, args: CopyTree & { limit: number }): Promise<MoveResult> {
  const { guarded, source, to } = await judge(tx, args);
  if (hasMembers(source, args) && source.nodeCount + 1 > args.limit) {
    throw new DomainError('too-large', `more than ${args.limit} nodes are copied in steps`);
  }
  await assertTreeKept(tx, { args, source, to });
  const { copyId } = await stage(tx, guarded, { args, source, to });
  const job = await assertCopy(tx, copyId);
  const spaceId = to.spaceId;
  await copyMembers(tx, { job, rev: guarded.rev, spaceId, limit: Number.MAX_SAFE_INTEGER, nowMs: args.nowMs });
  return show(tx, guarded, { job, to, args, isKept: true });
}

/** Makes the top of a copy under the staging root of the destination's space. Throws as `copyTree`. */
export async function startCopy(tx: Transaction, args: CopyTree): Promise<OperationResult<'startCopy'>> {
  const { guarded, source, to } = await judge(tx, args);
  if ((await tx.get(HAS_ROOM, [args.ownerId ?? args.userId, source.sizeBytes])) === undefined) {
    throw new DomainError('quota-exceeded', `${source.sizeBytes} more bytes do not fit into the quota`);
  }
  await assertTreeKept(tx, { args, source, to });
  return stage(tx, guarded, { args, source, to });
}

async function assertTreeKept(
  tx: Transaction,
  { args, source, to }: { args: CopyTree; source: NodeRow; to: Destination },
): Promise<void> {
  if (source.isCollection === 1 && !hasMembers(source, args)) return;
  const { name, vetted } = args;
  await assertArrivalKept(tx, { node: source, from: undefined, to: to.parent, name, onto: to.existing, vetted });
}

/** Throws `not-found` when there is no such copy (any more). */
export async function continueCopy(
  tx: Transaction,
  { copyId, limit, nowMs }: OperationArgs<'continueCopy'>,
): Promise<OperationResult<'continueCopy'>> {
  const job = await assertCopy(tx, copyId);
  const { rev, chains } = await guard(tx, [job.nodeId]);
  const spaceId = spaceOf(chains[0] ?? []) ?? 0;
  const copied = await copyMembers(tx, { job, rev, spaceId, limit, nowMs });
  return { copied, done: (await tx.get(HAS_VISITS, [copyId])) === undefined };
}

/**
 * Charges the copier and moves the copy to its destination, which is judged again; the source must still be there,
 * but may have changed. Throws `refused` before `continueCopy` is done, and as `copyTree`.
 */
export async function finishCopy(tx: Transaction, args: CopyTree & { copyId: number }): Promise<MoveResult> {
  const { guarded, to } = await judge(tx, { ...args, expectedSource: undefined });
  const job = await assertCopy(tx, args.copyId);
  if ((await tx.get(HAS_VISITS, [job.id])) !== undefined) throw new DomainError('refused', 'the copy is not complete');
  // The source may have got other files since the copy began: what counts is what was copied.
  return show(tx, guarded, { job, to, args, isKept: false });
}

/** What was copied so far waits for `purgeTree`. Not an error when the copy is gone. */
export async function abandonCopy(tx: Transaction, { copyId }: OperationArgs<'abandonCopy'>): Promise<void> {
  const job = await readJob(tx, copyId);
  if (job?.kind !== 'copy') return;
  await tx.run('DELETE FROM copy_map WHERE job_id = ?', [copyId]);
  await tx.run("UPDATE job SET kind = 'purge' WHERE id = ?", [copyId]);
}

interface Judged {
  guarded: Guarded;
  source: NodeRow;
  to: Destination;
}

async function judge(tx: Transaction, args: CopyTree): Promise<Judged> {
  const guarded = await guard(tx, [args.nodeId, args.parentId]);
  const [sourceChain = [], parentChain] = guarded.chains;
  const source = await liveNode(tx, sourceChain, args.nowMs);
  assertExpected(source, args.expectedSource);
  const how = args.depth === '0' ? 'copy without members' : 'copy';
  return { guarded, source, to: await assertDestination(tx, guarded, { source, sourceChain, parentChain, args, how }) };
}

function hasMembers(source: NodeRow, { depth }: CopyTree): boolean {
  return source.nodeCount > 0 && depth === 'infinity';
}

async function assertCopy(tx: Transaction, copyId: number): Promise<JobRow> {
  const job = await readJob(tx, copyId);
  if (job?.kind !== 'copy') throw new DomainError('not-found', 'there is no such copy');
  return job;
}

async function stage(
  tx: Transaction,
  guarded: Guarded,
  { args, source, to }: { args: CopyTree; source: NodeRow; to: Destination },
): Promise<{ copyId: number; nodeId: number }> {
  const { userId: actingId, ownerId: userId = actingId, nowMs } = args;
  const copyId = await insertJob(tx, { kind: 'copy', nodeId: 0, userId, payload: '', nowMs });
  const { stagingId } = await readRoots(tx, to.spaceId);
  const nodeId = await insertNode(tx, {
    ...source,
    spaceId: to.spaceId,
    parentId: stagingId,
    name: args.name,
    mediaType: await typeUnder(tx, source, args.name),
    nameKey: String(copyId),
    sizeBytes: source.isCollection === 1 ? 0 : source.sizeBytes,
    ownerId: userId,
    createdAtMs: nowMs,
    etag: '',
    revision: guarded.rev,
    unwritten: 0,
  });
  await tx.run(`UPDATE node SET etag = ${tx.dialect.randomEtag} WHERE id = ? AND is_collection = 0`, [nodeId]);
  if (source.propertyCount > 0) {
    await tx.run(
      `INSERT INTO property (node_id, namespace, name, xml)
         SELECT ?, namespace, name, xml FROM property WHERE node_id = ?`,
      [nodeId, source.id],
    );
  }
  await tx.run('UPDATE job SET node_id = ? WHERE id = ?', [nodeId, copyId]);
  if (hasMembers(source, args)) await addVisit(tx, copyId, { sourceId: source.id, nodeId, afterKey: '' });
  return { copyId, nodeId };
}

async function show(
  tx: Transaction,
  guarded: Guarded,
  { job, to, args, isKept }: { job: JobRow; to: Destination; args: CopyTree; isKept: boolean },
): Promise<MoveResult> {
  const node = await readNode(tx, job.nodeId);
  if (node === undefined) throw new DomainError('not-found', 'the copy is gone');
  if (!isKept) await assertTreeKept(tx, { args, source: node, to });
  // Another mount can have been chosen since the copy began; then its nodes are of that space from here on.
  const stagedIn = spaceOf(await readChain(tx, node.id));
  if (stagedIn !== to.spaceId) throw new DomainError('refused', 'the destination is in another space by now');
  const nodeId = await arrive(tx, guarded, { node, to, args, payerId: undefined, cause: 'copied' });
  await removeJob(tx, job.id);
  await writeChanges(tx, guarded, args);
  return { nodeId, created: to.existing === undefined, jobId: undefined };
}
