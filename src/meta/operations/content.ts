import { DomainError } from '../../lib/errors.ts';
import type { NewBlob } from '../../core/ports/operations.ts';
import type { Query, SqlValue } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import type { Chain } from './ancestors.ts';
import type { NodeRow } from './node-rows.ts';
import { versionsKeptIn } from './policy-rows.ts';

/** What a file holds. */
export type Content = Pick<NodeRow, 'blobId' | 'sizeBytes' | 'mediaType' | 'etag' | 'modifiedAtMs'>;

/** Makes a stored blob known. Its disk and pack count it from now on. */
export async function recordBlob(tx: Transaction, blob: NewBlob, nowMs: number): Promise<void> {
  const { diskId, packId, offsetBytes, sizeBytes } = blob.location;
  await tx.run(
    `INSERT INTO blob_object (blob_id, checksum, size_bytes, state, loose_since_ms, created_at_ms, content_type)
       VALUES (?, ?, ?, 'live', NULL, ?, ?)`,
    [blob.id, blob.checksum, blob.sizeBytes, nowMs, blob.contentType ?? null],
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

/**
 * Notes that blobs lost a reference; `collectBlobs` finds out whether it was the last. `sinceMs` is when nobody could
 * come by them that way any more, which is what late readers are given time from.
 */
export async function loosen(tx: Transaction, blobIds: readonly string[], sinceMs: number): Promise<void> {
  if (blobIds.length === 0) return;
  const ids = tx.dialect.oneOf(blobIds);
  await tx.run(
    `UPDATE blob_object SET
       loose_since_ms = CASE WHEN state = 'loose' AND loose_since_ms > ? THEN loose_since_ms ELSE ? END,
       state = 'loose' WHERE blob_id ${ids.sql}`,
    [sinceMs, sinceMs, ...ids.params],
  );
}

/** Which content a file gets, when, and how many old ones it keeps where no policy says so. */
export interface Replacement {
  readonly content: Content;
  /** The collections above the file. */
  readonly above: Chain;
  readonly rev: number;
  readonly nowMs: number;
  readonly versionsKept: number;
  /** What it is from now on; without it what it was. */
  readonly isSidecar?: number;
}

/**
 * Gives a file new content; what it held becomes its newest version, unless it was empty, a sidecar or none are kept.
 * Returns by how much the bytes that its owner is charged for grow. The caller sees to quota and ancestors.
 */
export async function replaceContent(
  tx: Transaction,
  node: NodeRow,
  { content, above, rev, nowMs, versionsKept, isSidecar = node.isSidecar }: Replacement,
): Promise<number> {
  const { isSidecar: wasSidecar } = node;
  if (node.blobId !== null && wasSidecar === 0) {
    await tx.run(
      `INSERT INTO version (node_id, blob_id, size_bytes, etag, media_type, modified_at_ms, replaced_at_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      [node.id, node.blobId, node.sizeBytes, node.etag, node.mediaType, node.modifiedAtMs, nowMs],
    );
  }
  await tx.run(
    `UPDATE node SET blob_id = ?, size_bytes = ?, media_type = ?, etag = ?, modified_at_ms = ?, revision = ?,
       touched_at_ms = ?, unwritten = 0, is_sidecar = ? WHERE id = ?`,
    [...valuesOf(content), rev, nowMs, isSidecar, node.id],
  );
  if (node.blobId === null) return content.sizeBytes;
  if (wasSidecar === 1) {
    // Finder writes them all the time, at the mere view of a folder.
    await loosen(tx, [node.blobId], nowMs);
    return content.sizeBytes - node.sizeBytes;
  }
  return content.sizeBytes - (await removeVersionsBeyond(tx, node.id, versionsKeptIn(above, versionsKept)));
}

function valuesOf({ blobId, sizeBytes, mediaType, etag, modifiedAtMs }: Content): SqlValue[] {
  return [blobId, sizeBytes, mediaType, etag, modifiedAtMs];
}

/** An old content, as far as removing it needs it. */
export interface OldContent {
  readonly id: number;
  readonly blobId: string;
  readonly sizeBytes: number;
  readonly replacedAtMs: number;
}

/** Versions past the newest; the limit is only there because OFFSET wants one. */
const BEYOND = `SELECT id, blob_id AS blobId, size_bytes AS sizeBytes, replaced_at_ms AS replacedAtMs
  FROM version WHERE node_id = ?
  ORDER BY replaced_at_ms DESC, id DESC LIMIT 1000000 OFFSET ?` as Query<OldContent>;

async function removeVersionsBeyond(tx: Transaction, nodeId: number, versionsKept: number): Promise<number> {
  const versions = await tx.all(BEYOND, [nodeId, versionsKept]);
  const [newest] = versions;
  if (newest === undefined) return 0;
  const ids = tx.dialect.oneOf(versions.map((version) => version.id));
  await tx.run(`DELETE FROM version WHERE id ${ids.sql}`, ids.params);
  await loosen(
    tx,
    versions.map((version) => version.blobId),
    newest.replacedAtMs,
  );
  return versions.reduce((sum, version) => sum + version.sizeBytes, 0);
}
