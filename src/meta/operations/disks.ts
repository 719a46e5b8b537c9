import { DomainError } from '../../lib/errors.ts';
import type { OperationArgs, OperationResult } from '../../core/ports/operations.ts';
import type { Query, SqlValue } from '../sql.ts';
import type { Transaction } from '../transaction.ts';

const SAME_DISK = 'SELECT 1 AS found FROM disk WHERE name = ? OR identity = ?';
const DISK = 'SELECT blob_count AS blobCount FROM disk WHERE id = ?' as Query<{ blobCount: number }>;

const UPLOADS = `SELECT COUNT(*) AS count FROM resumable_upload WHERE disk_id = ? AND node_id IS NULL` as Query<{
  count: number;
}>;

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
  const uploads = (await tx.get(UPLOADS, [diskId]))?.count ?? 0;
  if (uploads > 0) {
    throw new DomainError('refused', `the disk holds ${uploads} unfinished uploads: they must be finished or removed`);
  }
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

/** Throws `not-found`. */
export async function assertDisk(tx: Transaction, diskId: number): Promise<{ blobCount: number }> {
  const disk = await tx.get(DISK, [diskId]);
  if (disk === undefined) throw new DomainError('not-found', `there is no disk ${diskId}`);
  return disk;
}
