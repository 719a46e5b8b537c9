import { DomainError } from '../../lib/errors.ts';
import { nameKey } from '../../lib/node-path.ts';
import type { Lock } from '../../core/node.ts';
import type { CreateLock, OperationArgs, OperationResult, Place } from '../../core/ports/operations.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { idsOf, readChain, spaceOf, touch, type Chain } from './ancestors.ts';
import { writeChanges } from './change-log.ts';
import { guard, type Guarded } from './guard.ts';
import { assertUnlocked, locksCovering, locksInside, type LockInTheWay } from './lock-check.ts';
import {
  assertParent,
  entryOf,
  insertNode,
  isGhost,
  liveChild,
  liveNode,
  readNode,
  removeUnwritten,
} from './node-rows.ts';
import { assertContentKept } from './rule-check.ts';

const LIVE_COUNT = `SELECT COUNT(*) AS found FROM dav_lock
  WHERE user_id = ? AND expires_at_ms > ?` as Query<{ found: number }>;

/**
 * RFC 4918 §9.10. A lock on a place makes an unwritten file there. Throws `not-found` (a node to lock),
 * `parent-missing`, `not-a-collection`, `already-exists`, `locked` and `rule-violated` (a place), `lock-conflict` with the node of the
 * lock in the way, `lock-limit`.
 */
export async function createLock(tx: Transaction, args: CreateLock): Promise<OperationResult<'createLock'>> {
  const { target, nowMs } = args;
  const guarded = await guard(tx, ['nodeId' in target ? target.nodeId : target.parentId]);
  const [chain = []] = guarded.chains;
  const spaceId = spaceOf(chain) ?? 0;
  let nodeId: number;
  if ('nodeId' in target) {
    nodeId = (await liveNode(tx, chain, nowMs)).id;
    assertCompatible(await locksCovering(tx, idsOf(chain), nowMs), args);
    if (args.depth === 'infinity') assertCompatible(await locksInside(tx, { id: nodeId, spaceId, nowMs }), args);
  } else {
    nodeId = await makeUnwritten(tx, guarded, { args, target });
  }
  if (((await tx.get(LIVE_COUNT, [args.userId, nowMs]))?.found ?? 0) >= args.maxLocks) {
    const most = `you hold ${args.maxLocks} locks, as many as one user may`;
    throw new DomainError('lock-limit', `${most}; each ends with its client or its time`);
  }
  const lock = await insertLock(tx, { args, nodeId, spaceId });
  await writeChanges(tx, guarded, args);
  return { lock, createdNodeId: 'nodeId' in target ? undefined : nodeId };
}

function assertCompatible(locks: readonly LockInTheWay[], { scope }: CreateLock): void {
  const other = locks.find((lock) => scope === 'exclusive' || lock.isExclusive === 1);
  if (other !== undefined) {
    throw new DomainError('lock-conflict', 'another lock is in the way', { nodeId: other.nodeId });
  }
}

async function makeUnwritten(
  tx: Transaction,
  guarded: Guarded,
  { args, target }: { args: CreateLock; target: Place },
): Promise<number> {
  const parent = assertParent(guarded.chains[0]);
  const { name, parentId } = target;
  if ((await liveChild(tx, guarded, { name, parent, nowMs: args.nowMs })) !== undefined) {
    throw new DomainError('already-exists', `"${name}" exists already`);
  }
  await assertUnlocked(tx, idsOf(parent), args);
  // 0 stands for the node to come: of what covers it only the infinite locks above matter.
  assertCompatible(await locksCovering(tx, [0, ...idsOf(parent)], args.nowMs), args);
  // What is empty is of no type and no size: only its name counts.
  assertContentKept(parent, { name, blob: undefined, isSidecar: args.isSidecar, onto: undefined });
  const spaceId = spaceOf(parent) ?? 0;
  const id = await insertNode(tx, {
    spaceId,
    parentId,
    name,
    nameKey: nameKey(name),
    isCollection: 0,
    blobId: null,
    sizeBytes: 0,
    mediaType: '',
    ownerId: target.ownerId ?? args.userId,
    createdAtMs: args.nowMs,
    modifiedAtMs: args.nowMs,
    etag: args.etag,
    revision: guarded.rev,
    unwritten: 1,
    propertyCount: 0,
    isSidecar: Number(args.isSidecar === true),
  });
  await touch(tx, parent, { rev: guarded.rev, sizeBytes: 0, nodeCount: 1, memberChangedAtMs: args.nowMs });
  const isSidecar = Number(args.isSidecar === true);
  guarded.changes.push(entryOf('added', { id, parentId, name, isCollection: 0, isSidecar }, spaceId, 'locked'));
  return id;
}

async function insertLock(
  tx: Transaction,
  { args, nodeId, spaceId }: { args: CreateLock; nodeId: number; spaceId: number },
): Promise<Lock> {
  const { token, userId, depth, scope, ownerXml, clientAgent, clientAddress, timeoutSeconds } = args;
  const createdAtMs = args.nowMs;
  const expiresAtMs = createdAtMs + timeoutSeconds * 1000;
  const isInfinite = Number(depth === 'infinity');
  const isExclusive = Number(scope === 'exclusive');
  const kept = [ownerXml, clientAgent, clientAddress, timeoutSeconds, createdAtMs, expiresAtMs];
  await tx.run(
    `INSERT INTO dav_lock (token, space_id, node_id, user_id, is_infinite, is_exclusive, owner_xml, client_agent,
       client_address, timeout_seconds, created_at_ms, expires_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [token, spaceId, nodeId, userId, isInfinite, isExclusive, ...kept],
  );
  const client = { clientAgent, clientAddress };
  return {
    token,
    nodeId,
    spaceId,
    depth,
    scope,
    ownerXml,
    ...client,
    userId,
    timeoutSeconds,
    createdAtMs,
    expiresAtMs,
  };
}

interface LockRow {
  nodeId: number;
  spaceId: number;
  isInfinite: number;
  isExclusive: number;
  ownerXml: string;
  clientAgent: string;
  clientAddress: string;
  createdAtMs: number;
}

const OWN_LOCK = `SELECT node_id AS nodeId, space_id AS spaceId, is_infinite AS isInfinite,
    is_exclusive AS isExclusive, owner_xml AS ownerXml, client_agent AS clientAgent, client_address AS clientAddress,
    created_at_ms AS createdAtMs
  FROM dav_lock WHERE token = ? AND user_id = ? AND expires_at_ms > ?` as Query<LockRow>;

interface LockUse {
  token: string;
  userId: number;
  nowMs: number;
}

/** The user's live lock by its token, if it covers the first node of `chain`. Throws `lock-token-mismatch`. */
async function assertOwnLock(tx: Transaction, { token, userId, nowMs }: LockUse, chain: Chain): Promise<LockRow> {
  const lock = await tx.get(OWN_LOCK, [token, userId, nowMs]);
  const reached = chain.findIndex((node) => node.id === lock?.nodeId);
  if (lock === undefined || reached < 0 || (reached > 0 && lock.isInfinite === 0)) {
    throw new DomainError('lock-token-mismatch', 'there is no such lock here');
  }
  return lock;
}

/** RFC 4918 §9.10.2: the time starts anew. */
export async function refreshLock(
  tx: Transaction,
  args: OperationArgs<'refreshLock'>,
): Promise<OperationResult<'refreshLock'>> {
  const row = await assertOwnLock(tx, args, await readChain(tx, args.nodeId));
  const { token, userId, timeoutSeconds } = args;
  const expiresAtMs = args.nowMs + timeoutSeconds * 1000;
  await tx.run('UPDATE dav_lock SET timeout_seconds = ?, expires_at_ms = ? WHERE token = ?', [
    timeoutSeconds,
    expiresAtMs,
    token,
  ]);
  const { isInfinite, isExclusive, ...kept } = row;
  const depth = isInfinite === 1 ? 'infinity' : '0';
  const scope = isExclusive === 1 ? 'exclusive' : 'shared';
  return { ...kept, token, depth, scope, userId, timeoutSeconds, expiresAtMs };
}

/** RFC 4918 §9.11. */
export async function removeLock(tx: Transaction, args: OperationArgs<'removeLock'>): Promise<void> {
  const lock = await assertOwnLock(tx, args, await readChain(tx, args.nodeId));
  await dropLocks(tx, [{ token: args.token, nodeId: lock.nodeId }], args.nowMs);
}

const LIVE_LOCK = 'SELECT node_id AS nodeId FROM dav_lock WHERE token = ? AND expires_at_ms > ?' as Query<{
  nodeId: number;
}>;

/** Throws `not-found`. */
export async function breakLock(tx: Transaction, { token, nowMs }: OperationArgs<'breakLock'>): Promise<void> {
  const lock = await tx.get(LIVE_LOCK, [token, nowMs]);
  if (lock === undefined) throw new DomainError('not-found', 'this lock has ended already');
  await dropLocks(tx, [{ token, nodeId: lock.nodeId }], nowMs);
}

const EXPIRED = `SELECT token, node_id AS nodeId FROM dav_lock WHERE expires_at_ms <= ?
  ORDER BY expires_at_ms LIMIT ?` as Query<{ token: string; nodeId: number }>;

export async function expireLocks(
  tx: Transaction,
  { nowMs, limit }: OperationArgs<'expireLocks'>,
): Promise<OperationResult<'expireLocks'>> {
  const expired = await tx.all(EXPIRED, [nowMs, limit]);
  if (expired.length > 0) await dropLocks(tx, expired, nowMs);
  return { done: expired.length < limit };
}

/** Ends locks, and with the last one of an unwritten file the file. */
export async function dropLocks(
  tx: Transaction,
  locks: readonly { token: string; nodeId: number }[],
  nowMs: number,
): Promise<void> {
  if (locks.length === 0) return;
  const ids = tx.dialect.oneOf([...new Set(locks.map((lock) => lock.nodeId))]);
  const query: Query<{ id: number }> = `SELECT id FROM node WHERE unwritten = 1 AND id ${ids.sql}`;
  const unwritten = (await tx.all(query, ids.params)).map((row) => row.id);
  const guarded = await guard(tx, unwritten);
  const tokens = tx.dialect.oneOf(locks.map((lock) => lock.token));
  await tx.run(`DELETE FROM dav_lock WHERE token ${tokens.sql}`, tokens.params);
  for (const [index, id] of unwritten.entries()) {
    const row = await readNode(tx, id);
    if (row === undefined || !(await isGhost(tx, row, nowMs))) continue;
    await removeUnwritten(tx, guarded, { row, parent: (guarded.chains[index] ?? []).slice(1) });
  }
  await writeChanges(tx, guarded, { userId: 0, nowMs });
}
