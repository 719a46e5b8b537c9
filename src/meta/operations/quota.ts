import { DomainError } from '../../lib/errors.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';

export interface Charge {
  userId: number;
  /** What the user owns more than before; negative when it is less. */
  bytes: number;
  /** What of the user's reservations this settles. */
  releasedBytes?: number;
}

/**
 * Settles what a user owns. Throws `quota-exceeded` if it grows past the quota together with what is reserved;
 * what shrinks is never refused.
 */
export async function charge(tx: Transaction, { userId, bytes, releasedBytes = 0 }: Charge): Promise<void> {
  if (bytes === 0 && releasedBytes === 0) return;
  if (bytes <= 0) {
    await tx.run('UPDATE user SET used_bytes = used_bytes + ?, reserved_bytes = reserved_bytes - ? WHERE id = ?', [
      bytes,
      releasedBytes,
      userId,
    ]);
    return;
  }
  const { changes } = await tx.run(
    `UPDATE user SET used_bytes = used_bytes + ?, reserved_bytes = reserved_bytes - ?
       WHERE id = ? AND used_bytes + reserved_bytes + ? <= quota_bytes`,
    [bytes, releasedBytes, userId, bytes - releasedBytes],
  );
  if (changes === 0) throw new DomainError('quota-exceeded', `${bytes} more bytes do not fit into the quota`);
}

interface ReservedUpload {
  ownerId: number;
  sizeBytes: number;
  isGivenUp: 0 | 1;
}

const UPLOAD = `SELECT owner_id AS ownerId, size_bytes AS sizeBytes, is_given_up AS isGivenUp FROM upload
  WHERE upload_id = ?` as Query<ReservedUpload>;

/** Ends an upload. Returns what was reserved for it, still to be released from its owner. */
export async function endUpload(tx: Transaction, uploadId: string | undefined): Promise<ReservedUpload | undefined> {
  if (uploadId === undefined) return undefined;
  const upload = await tx.get(UPLOAD, [uploadId]);
  if (upload !== undefined) await tx.run('DELETE FROM upload WHERE upload_id = ?', [uploadId]);
  return upload;
}

/**
 * Charges `userId` for a finished upload; its reservation is released from whoever it was made for. Throws `unavailable`
 * for an upload that was given up meanwhile: its bytes may be gone.
 */
export async function settle(
  tx: Transaction,
  { userId, bytes, uploadId }: { userId: number; bytes: number; uploadId: string | undefined },
): Promise<void> {
  const upload = await endUpload(tx, uploadId);
  if (uploadId !== undefined && upload?.isGivenUp !== 0) {
    throw new DomainError('unavailable', 'the upload was given up', { retryAfterSeconds: 1 });
  }
  const isSame = upload?.ownerId === userId;
  if (upload !== undefined && !isSame) {
    await charge(tx, { userId: upload.ownerId, bytes: 0, releasedBytes: upload.sizeBytes });
  }
  await charge(tx, { userId, bytes, releasedBytes: isSame ? upload.sizeBytes : 0 });
}
