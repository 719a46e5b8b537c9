import { DomainError } from '../../lib/errors.ts';
import type { OperationArgs, PutResult } from '../../core/ports/operations.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { putFile } from './files.ts';
import { charge } from './quota.ts';
import { extendUpload, releaseUpload, reserveUpload } from './uploads.ts';

const COUNT = `SELECT COUNT(*) AS count FROM resumable_upload WHERE user_id = ? AND node_id IS NULL` as Query<{
  count: number;
}>;
const PROMISE = 'SELECT owner_id AS ownerId, size_bytes AS sizeBytes FROM upload WHERE upload_id = ?' as Query<{
  ownerId: number;
  sizeBytes: number;
}>;

export async function beginResumableUpload(
  tx: Transaction,
  args: OperationArgs<'beginResumableUpload'>,
): Promise<void> {
  const { uploadId, userId, ownerId, diskId, reservedBytes, maxPerUser, nowMs } = args;
  // On engines with several writers this keeps apart those that count at the same time.
  await tx.run('UPDATE user SET epoch = epoch WHERE id = ?', [userId]);
  const count = (await tx.get(COUNT, [userId]))?.count ?? 0;
  if (count >= maxPerUser) {
    throw new DomainError('refused', `there are ${count} unfinished uploads already: finish or remove some of them`);
  }
  await reserveUpload(tx, { uploadId, ownerId, sizeBytes: reservedBytes, diskId, nowMs });
  await tx.run(
    `INSERT INTO resumable_upload (upload_id, user_id, disk_id, parent_id, name, metadata, size_bytes, offset_bytes,
       checksum_state, created_at_ms, touched_at_ms, node_id, etag) VALUES (?, ?, ?, ?, ?, ?, ?, 0, NULL, ?, ?, NULL, '')`,
    [uploadId, userId, diskId, args.parentId, args.name, args.metadata, args.sizeBytes ?? null, nowMs, nowMs],
  );
}

export async function sizeResumableUpload(
  tx: Transaction,
  { uploadId, sizeBytes }: OperationArgs<'sizeResumableUpload'>,
): Promise<void> {
  const promise = await tx.get(PROMISE, [uploadId]);
  if (promise === undefined) throw gone();
  const addBytes = sizeBytes - promise.sizeBytes;
  if (addBytes > 0) await extendUpload(tx, { uploadId, addBytes });
  if (addBytes < 0) {
    await charge(tx, { userId: promise.ownerId, bytes: 0, releasedBytes: -addBytes });
    await tx.run('UPDATE upload SET size_bytes = ? WHERE upload_id = ?', [sizeBytes, uploadId]);
  }
  await tx.run('UPDATE resumable_upload SET size_bytes = ? WHERE upload_id = ?', [sizeBytes, uploadId]);
}

export async function advanceResumableUpload(
  tx: Transaction,
  { uploadId, offsetBytes, checksumState, nowMs }: OperationArgs<'advanceResumableUpload'>,
): Promise<void> {
  const { changes } = await tx.run(
    `UPDATE resumable_upload SET offset_bytes = ?, checksum_state = ?, touched_at_ms = ?
       WHERE upload_id = ? AND node_id IS NULL
         AND EXISTS (SELECT 1 FROM upload u WHERE u.upload_id = ? AND u.is_given_up = 0)`,
    [offsetBytes, checksumState ?? null, nowMs, uploadId, uploadId],
  );
  if (changes === 0) throw gone();
}

export async function finishResumableUpload(
  tx: Transaction,
  args: OperationArgs<'finishResumableUpload'>,
): Promise<PutResult> {
  if ((await tx.get(PROMISE, [args.resumableId])) === undefined) {
    throw new DomainError('unavailable', 'the upload has come to an end', { retryAfterSeconds: 1 });
  }
  const result = await putFile(tx, args);
  await tx.run(
    `UPDATE resumable_upload SET node_id = ?, etag = ?, checksum_state = NULL, touched_at_ms = ? WHERE upload_id = ?`,
    [result.nodeId, result.etag, args.nowMs, args.resumableId],
  );
  return result;
}

export async function forgetResumableUpload(
  tx: Transaction,
  { uploadId }: OperationArgs<'forgetResumableUpload'>,
): Promise<void> {
  await tx.run('DELETE FROM resumable_upload WHERE upload_id = ?', [uploadId]);
  await releaseUpload(tx, { uploadId });
}

function gone(): DomainError {
  return new DomainError('not-found', 'there is no such upload (any more)');
}
