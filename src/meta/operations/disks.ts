import { DomainError } from '../../lib/errors.ts';
import type { OperationArgs, OperationResult } from '../../core/ports/operations.ts';
import type { Query, SqlValue } from '../sql.ts';
import type { Transaction } from '../transaction.ts';

const SAME_DISK = 'SELECT 1 AS found FROM disk WHERE name = ? OR identity = ?';
const DISK = 'SELECT blob_count AS blobCount FROM disk WHERE id = ?' as Query<{ blobCount: number }>;

/** Throws `already-exists` when the name or the identity is another disk's. */
export async function addDisk(tx: Transaction, args: OperationArgs<'addDisk'>): Promise<OperationResult<'addDisk'>> {
  if ((await tx.get(SAME_DISK, [args.name, args.identity])) !== undefined) {
    throw new DomainError('already-exists', `there is a disk "${args.name}", or this one under another name`);
  }
  const { lastInsertId: diskId } = await tx.run(
    `INSERT INTO disk (name, path, identity, reserve_bytes, blob_count, blob_bytes, created_at_ms)
       VALUES (?, ?, ?, ?, 0, 0, ?)`,
    [args.name, args.path, args.identity, args.reserveBytes, args.nowMs],
  );
  return { diskId };
}

/** Throws `not-found`, and `refused` while any blob lies there, even one that only waits to be collected. */
export async function removeDisk(tx: Transaction, { diskId }: OperationArgs<'removeDisk'>): Promise<void> {
  const { blobCount } = await assertDisk(tx, diskId);
  if (blobCount > 0) throw new DomainError('refused', `the disk holds ${blobCount} blobs`);
  await tx.run('DELETE FROM pack WHERE disk_id = ?', [diskId]);
  await tx.run('DELETE FROM disk WHERE id = ?', [diskId]);
}

/** Throws `not-found`. */
export async function updateDisk(
  tx: Transaction,
  { diskId, path, reserveBytes }: OperationArgs<'updateDisk'>,
): Promise<void> {
  await assertDisk(tx, diskId);
  if (path !== undefined) await tx.run('UPDATE disk SET path = ? WHERE id = ?', [path, diskId]);
  if (reserveBytes !== undefined) {
    const params: SqlValue[] = [reserveBytes, diskId];
    await tx.run('UPDATE disk SET reserve_bytes = ? WHERE id = ?', params);
  }
}

async function assertDisk(tx: Transaction, diskId: number): Promise<{ blobCount: number }> {
  const disk = await tx.get(DISK, [diskId]);
  if (disk === undefined) throw new DomainError('not-found', `there is no disk ${diskId}`);
  return disk;
}

/** Throws `not-found` without such a disk. */
export async function openPack(tx: Transaction, args: OperationArgs<'openPack'>): Promise<OperationResult<'openPack'>> {
  await assertDisk(tx, args.diskId);
  const { lastInsertId: packId } = await tx.run(
    `INSERT INTO pack (disk_id, name, is_sealed, length_bytes, live_bytes, created_at_ms)
       VALUES (?, ?, 0, 0, 0, ?)`,
    [args.diskId, args.name, args.nowMs],
  );
  return { packId };
}

/** Pieces that were appended before may be committed later: the length never falls below where the last one ends. */
export async function sealPack(tx: Transaction, { packId, lengthBytes }: OperationArgs<'sealPack'>): Promise<void> {
  const { changes } = await tx.run(
    `UPDATE pack SET is_sealed = 1, length_bytes = CASE WHEN length_bytes < ? THEN ? ELSE length_bytes END
       WHERE id = ?`,
    [lengthBytes, lengthBytes, packId],
  );
  if (changes === 0) throw new DomainError('not-found', `there is no pack ${packId}`);
}
