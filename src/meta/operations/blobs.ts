import type { BlobLocation, OperationArgs, OperationResult } from '../../core/ports/operations.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { takeFromPack } from './content.ts';

interface LooseBlob {
  blobId: string;
  state: 'loose' | 'dead';
  isUsed: number;
}

const LOOSE = `SELECT b.blob_id AS blobId, b.state,
    EXISTS (SELECT 1 FROM node n WHERE n.blob_id = b.blob_id) OR
    EXISTS (SELECT 1 FROM version v WHERE v.blob_id = b.blob_id) AS isUsed
  FROM blob_object b WHERE b.loose_since_ms < ? ORDER BY b.loose_since_ms LIMIT ?` as Query<LooseBlob>;

/** Only nodes and versions can give a blob new references, and only while they have one: what is dead stays dead. */
export async function collectBlobs(
  tx: Transaction,
  { beforeMs, limit }: OperationArgs<'collectBlobs'>,
): Promise<OperationResult<'collectBlobs'>> {
  const loose = await tx.all(LOOSE, [beforeMs, limit]);
  const used = loose.filter((blob) => blob.isUsed === 1);
  const unused = loose.filter((blob) => blob.isUsed === 0);
  const revived = tx.dialect.oneOf(used.map((blob) => blob.blobId));
  await tx.run(
    `UPDATE blob_object SET state = 'live', loose_since_ms = NULL WHERE blob_id ${revived.sql}`,
    revived.params,
  );
  const died = tx.dialect.oneOf(unused.filter(({ state }) => state === 'loose').map((blob) => blob.blobId));
  await tx.run(`UPDATE blob_object SET state = 'dead' WHERE blob_id ${died.sql}`, died.params);
  const dead = await locate(
    tx,
    unused.map((blob) => blob.blobId),
  );
  return { dead, done: loose.length < limit };
}

/** Blobs that are not dead, or forgotten already, are passed over. */
export async function forgetBlobs(tx: Transaction, { blobIds }: OperationArgs<'forgetBlobs'>): Promise<void> {
  const named = tx.dialect.oneOf(blobIds);
  const query: Query<{ blobId: string }> = `SELECT blob_id AS blobId FROM blob_object
    WHERE state = 'dead' AND blob_id ${named.sql}`;
  const dead = (await tx.all(query, named.params)).map((row) => row.blobId);
  if (dead.length === 0) return;
  const copies = await locate(tx, dead);
  const ids = tx.dialect.oneOf(dead);
  await tx.run(`DELETE FROM blob_copy WHERE blob_id ${ids.sql}`, ids.params);
  await tx.run(`DELETE FROM blob_object WHERE blob_id ${ids.sql}`, ids.params);
  await tx.run(`DELETE FROM media_facts WHERE blob_id ${ids.sql}`, ids.params);
  for (const [diskId, gone] of Map.groupBy(copies, (copy) => copy.diskId)) {
    await tx.run('UPDATE disk SET blob_count = blob_count - ?, blob_bytes = blob_bytes - ? WHERE id = ?', [
      gone.length,
      sumOf(gone),
      diskId,
    ]);
  }
  for (const [packId, gone] of Map.groupBy(copies, (copy) => copy.packId)) {
    if (packId === undefined) continue;
    await takeFromPack(tx, { packId, pieces: gone.length, sizeBytes: sumOf(gone) });
  }
}

interface LocationRow extends Omit<BlobLocation, 'packId' | 'packName'> {
  packId: number | null;
  packName: string | null;
}

async function locate(tx: Transaction, blobIds: readonly string[]): Promise<BlobLocation[]> {
  const ids = tx.dialect.oneOf(blobIds);
  const query: Query<LocationRow> = `SELECT c.blob_id AS blobId, c.disk_id AS diskId, c.length_bytes AS sizeBytes,
      b.checksum, c.pack_id AS packId, p.name AS packName, c.offset_bytes AS offsetBytes
    FROM blob_copy c CROSS JOIN blob_object b ON b.blob_id = c.blob_id LEFT JOIN pack p ON p.id = c.pack_id WHERE c.blob_id ${ids.sql}`;
  const rows = await tx.all(query, ids.params);
  return rows.map((row) => ({ ...row, packId: row.packId ?? undefined, packName: row.packName ?? undefined }));
}

function sumOf(rows: readonly BlobLocation[]): number {
  return rows.reduce((sum, row) => sum + row.sizeBytes, 0);
}
