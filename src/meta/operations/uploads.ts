import { DomainError } from '../../lib/errors.ts';
import type { OperationArgs, ReserveUpload } from '../../core/ports/operations.ts';
import type { Transaction } from '../transaction.ts';
import { charge, endUpload } from './quota.ts';

/** Throws `quota-exceeded`, and `already-exists` for an id that is in use. */
export async function reserveUpload(tx: Transaction, args: ReserveUpload): Promise<void> {
  const { uploadId, ownerId, sizeBytes, diskId, nowMs } = args;
  if ((await tx.get('SELECT 1 AS found FROM upload WHERE upload_id = ?', [uploadId])) !== undefined) {
    throw new DomainError('already-exists', 'there is an upload with this id');
  }
  await reserve(tx, ownerId, sizeBytes);
  await tx.run('INSERT INTO upload (upload_id, owner_id, disk_id, size_bytes, created_at_ms) VALUES (?, ?, ?, ?, ?)', [
    uploadId,
    ownerId,
    diskId,
    sizeBytes,
    nowMs,
  ]);
}

/** Throws `not-found`, `quota-exceeded`. */
export async function extendUpload(
  tx: Transaction,
  { uploadId, addBytes }: OperationArgs<'extendUpload'>,
): Promise<void> {
  const upload = await tx.get<{ ownerId: number }>('SELECT owner_id AS ownerId FROM upload WHERE upload_id = ?', [
    uploadId,
  ]);
  if (upload === undefined) throw new DomainError('not-found', 'there is no such upload');
  await reserve(tx, upload.ownerId, addBytes);
  await tx.run('UPDATE upload SET size_bytes = size_bytes + ? WHERE upload_id = ?', [addBytes, uploadId]);
}

export async function giveUpUpload(tx: Transaction, { uploadId }: OperationArgs<'giveUpUpload'>): Promise<void> {
  await tx.run('UPDATE upload SET is_given_up = 1 WHERE upload_id = ?', [uploadId]);
}

export async function releaseUpload(tx: Transaction, { uploadId }: OperationArgs<'releaseUpload'>): Promise<void> {
  const upload = await endUpload(tx, uploadId);
  if (upload === undefined) return;
  await charge(tx, { userId: upload.ownerId, bytes: 0, releasedBytes: upload.sizeBytes });
}

async function reserve(tx: Transaction, userId: number, bytes: number): Promise<void> {
  const { changes } = await tx.run(
    `UPDATE user SET reserved_bytes = reserved_bytes + ?
       WHERE id = ? AND (? = 0 OR used_bytes + reserved_bytes + ? <= quota_bytes)`,
    [bytes, userId, bytes, bytes],
  );
  if (changes === 0) throw new DomainError('quota-exceeded', `${bytes} more bytes do not fit into the quota`);
}
