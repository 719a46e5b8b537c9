import { DomainError } from '../../lib/errors.ts';
import type { NewBlob } from '../../core/ports/operations.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import type { NodeRow } from './node-rows.ts';

/** What a file holds. */
export type Content = Pick<NodeRow, 'blobId' | 'sizeBytes' | 'mediaType' | 'etag' | 'modifiedAtMs'>;

/** Makes a stored blob known. Its disk and pack count it from now on. */
export async function recordBlob(tx: Transaction, blob: NewBlob, nowMs: number): Promise<void> {
  const { diskId, packId, offsetBytes, sizeBytes } = blob.location;
  await tx.run(
    `INSERT INTO blob_object (blob_id, checksum, size_bytes, state, loose_since_ms, created_at_ms)
       VALUES (?, ?, ?, 'live', NULL, ?)`,
    [blob.id, blob.checksum, blob.sizeBytes, nowMs],
  );
  await tx.run('INSERT INTO blob_copy (blob_id, disk_id, pack_id, offset_bytes, length_bytes) VALUES (?, ?, ?, ?, ?)', [
    blob.id,
    diskId,
    packId ?? null,
    offsetBytes,
    sizeBytes,
  ]);
  await tx.run('UPDATE disk SET blob_count = blob_count + 1, blob_bytes = blob_bytes + ? WHERE id = ?', [
    sizeBytes,
    diskId,
  ]);
  if (packId === undefined) return;
  await addToPack(tx, { packId, offsetBytes, sizeBytes });
}

/**
 * A pack counts one more live piece. Throws `unavailable` for a pack that is about to go: what was put there has to be
 * stored again.
 */
export async function addToPack(
  tx: Transaction,
  { packId, offsetBytes, sizeBytes }: { packId: number; offsetBytes: number; sizeBytes: number },
): Promise<void> {
  const end = offsetBytes + sizeBytes;
  const { changes } = await tx.run(
    `UPDATE pack SET live_count = live_count + 1, live_bytes = live_bytes + ?,
       length_bytes = CASE WHEN length_bytes < ? THEN ? ELSE length_bytes END
       WHERE id = ? AND condemned_at_ms IS NULL`,
    [sizeBytes, end, end, packId],
  );
  if (changes > 0) return;
  throw new DomainError('unavailable', `pack ${packId} is gone`, { retryAfterSeconds: 1 });
}

/** A pack counts so many live pieces less. */
export async function takeFromPack(
  tx: Transaction,
  { packId, pieces, sizeBytes }: { packId: number; pieces: number; sizeBytes: number },
): Promise<void> {
  await tx.run('UPDATE pack SET live_count = live_count - ?, live_bytes = live_bytes - ? WHERE id = ?', [
    pieces,
    sizeBytes,
    packId,
  ]);
}

/** Notes that blobs lost a reference; `collectBlobs` finds out whether it was the last. */
export async function loosen(tx: Transaction, blobIds: readonly string[], nowMs: number): Promise<void> {
  if (blobIds.length === 0) return;
  const ids = tx.dialect.oneOf(blobIds);
  await tx.run(`UPDATE blob_object SET state = 'loose', loose_since_ms = ? WHERE blob_id ${ids.sql}`, [
    nowMs,
    ...ids.params,
  ]);
}

/**
 * Gives a file new content; what it held becomes its newest version, unless it was empty or none are kept.
 * Returns by how much the bytes that its owner is charged for grow. The caller sees to quota and ancestors.
 */
export async function replaceContent(
  tx: Transaction,
  node: NodeRow,
  { content, rev, nowMs, versionsKept }: { content: Content; rev: number; nowMs: number; versionsKept: number },
): Promise<number> {
  if (node.blobId !== null) {
    await tx.run(
      `INSERT INTO version (node_id, blob_id, size_bytes, etag, media_type, modified_at_ms, replaced_at_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      [node.id, node.blobId, node.sizeBytes, node.etag, node.mediaType, node.modifiedAtMs, nowMs],
    );
  }
  await tx.run(
    `UPDATE node SET blob_id = ?, size_bytes = ?, media_type = ?, etag = ?, modified_at_ms = ?, revision = ?,
       unwritten = 0 WHERE id = ?`,
    [content.blobId, content.sizeBytes, content.mediaType, content.etag, content.modifiedAtMs, rev, node.id],
  );
  const droppedBytes = await pruneBeyond(tx, { nodeId: node.id, versionsKept, nowMs });
  return content.sizeBytes - droppedBytes;
}

interface DroppedVersion {
  id: number;
  blobId: string;
  sizeBytes: number;
}

/** Versions past the newest `versionsKept`; the limit is only there because OFFSET wants one. */
const BEYOND = `SELECT id, blob_id AS blobId, size_bytes AS sizeBytes FROM version WHERE node_id = ?
    ORDER BY replaced_at_ms DESC, id DESC LIMIT 1000000 OFFSET ?` as Query<DroppedVersion>;

async function pruneBeyond(
  tx: Transaction,
  { nodeId, versionsKept, nowMs }: { nodeId: number; versionsKept: number; nowMs: number },
): Promise<number> {
  return dropVersions(tx, await tx.all(BEYOND, [nodeId, versionsKept]), nowMs);
}

/** Removes versions and returns the sum of their bytes. */
export async function dropVersions(
  tx: Transaction,
  versions: readonly DroppedVersion[],
  nowMs: number,
): Promise<number> {
  if (versions.length === 0) return 0;
  const ids = tx.dialect.oneOf(versions.map((version) => version.id));
  await tx.run(`DELETE FROM version WHERE id ${ids.sql}`, ids.params);
  await loosen(
    tx,
    versions.map((version) => version.blobId),
    nowMs,
  );
  return versions.reduce((sum, version) => sum + version.sizeBytes, 0);
}
