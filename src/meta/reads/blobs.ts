import type { StoredDisk, StoredPack } from '../../core/ports/metadata-store.ts';
import type { BlobLocation } from '../../core/ports/operations.ts';
import type { Read } from './read.ts';

/** blob id */
export const blobById: Read<BlobLocation> = {
  sql: `SELECT c.blob_id, c.disk_id, c.length_bytes, c.pack_id, p.name, c.offset_bytes, b.checksum
    FROM blob_copy c CROSS JOIN blob_object b ON b.blob_id = c.blob_id LEFT JOIN pack p ON p.id = c.pack_id
    WHERE c.blob_id = ? ORDER BY c.disk_id LIMIT 1`,
  decode: (row) => ({
    blobId: row[0] as string,
    diskId: row[1] as number,
    sizeBytes: row[2] as number,
    packId: (row[3] as number | null) ?? undefined,
    packName: (row[4] as string | null) ?? undefined,
    offsetBytes: row[5] as number,
    checksum: row[6] as string,
  }),
};

export const allDisks: Read<StoredDisk> = {
  sql: 'SELECT id, name, path, identity, reserve_bytes, blob_count, blob_bytes FROM disk ORDER BY id',
  decode: (row) => ({
    id: row[0] as number,
    name: row[1] as string,
    path: row[2] as string,
    identity: row[3] as string,
    reserveBytes: row[4] as number,
    blobCount: row[5] as number,
    blobBytes: row[6] as number,
  }),
};

/** disk id */
export const packsOn: Read<StoredPack> = {
  sql: `SELECT id, disk_id, name, is_sealed, length_bytes, live_bytes, live_count, condemned_at_ms FROM pack
    WHERE disk_id = ? ORDER BY id`,
  decode: (row) => ({
    id: row[0] as number,
    diskId: row[1] as number,
    name: row[2] as string,
    isSealed: row[3] === 1,
    lengthBytes: row[4] as number,
    liveBytes: row[5] as number,
    liveCount: row[6] as number,
    condemnedAtMs: (row[7] as number | null) ?? undefined,
  }),
};

export const allUploads: Read<{ uploadId: string; diskId: number; createdAtMs: number }> = {
  sql: `SELECT upload_id, disk_id, created_at_ms FROM upload u
    WHERE NOT EXISTS (SELECT 1 FROM resumable_upload r WHERE r.upload_id = u.upload_id) ORDER BY upload_id`,
  decode: (row) => ({
    uploadId: row[0] as string,
    diskId: row[1] as number,
    createdAtMs: row[2] as number,
  }),
};

export const allJobs: Read<{ jobId: number; kind: 'copy' | 'adopt' | 'purge'; nodeId: number }> = {
  sql: "SELECT id, kind, node_id FROM job WHERE kind IN ('copy', 'adopt', 'purge') ORDER BY id",
  decode: (row) => ({
    jobId: row[0] as number,
    kind: row[1] as 'copy' | 'adopt' | 'purge',
    nodeId: row[2] as number,
  }),
};
