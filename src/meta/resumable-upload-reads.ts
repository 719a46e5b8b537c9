import type { Page } from '../core/ports/page.ts';
import type { ResumableUpload, ResumableUploads } from '../core/ports/resumable-uploads.ts';
import type { RawRow, Read } from './reads/read.ts';
import type { Engine } from './engine.ts';

const COLUMNS = `r.upload_id, r.user_id, r.disk_id, r.parent_id, r.name, r.metadata, r.size_bytes, r.offset_bytes,
  r.checksum_state, r.created_at_ms, r.touched_at_ms, r.node_id, r.etag, u.owner_id, u.size_bytes`;
const FROM = 'FROM resumable_upload r LEFT JOIN upload u ON u.upload_id = r.upload_id';

function decode(row: RawRow): ResumableUpload {
  return {
    uploadId: row[0] as string,
    userId: row[1] as number,
    diskId: row[2] as number,
    parentId: row[3] as number,
    name: row[4] as string,
    metadata: row[5] as string,
    sizeBytes: (row[6] as number | null) ?? undefined,
    offsetBytes: row[7] as number,
    checksumState: (row[8] as string | null) ?? undefined,
    createdAtMs: row[9] as number,
    touchedAtMs: row[10] as number,
    finished: row[11] === null ? undefined : { nodeId: row[11] as number, etag: row[12] as string },
    reserved: row[13] === null ? undefined : { ownerId: row[13] as number, sizeBytes: row[14] as number },
  };
}

/** upload id */
const byId: Read<ResumableUpload> = { sql: `SELECT ${COLUMNS} ${FROM} WHERE r.upload_id = ?`, decode };

/** user id, upload id before, limit */
const unfinishedOf: Read<ResumableUpload> = {
  sql: `SELECT ${COLUMNS} ${FROM} WHERE r.user_id = ? AND r.upload_id > ? AND r.node_id IS NULL
    ORDER BY r.upload_id LIMIT ?`,
  decode,
};

/** upload id before, limit */
const unfinished: Read<ResumableUpload> = {
  sql: `SELECT ${COLUMNS} ${FROM} WHERE r.upload_id > ? AND r.node_id IS NULL ORDER BY r.upload_id LIMIT ?`,
  decode,
};

/** idle since, finished before, limit. Whose user goes is given up, and its promise goes with the owner of the file. */
const ending: Read<ResumableUpload> = {
  sql: `SELECT ${COLUMNS} ${FROM} WHERE (r.node_id IS NULL AND (r.touched_at_ms < ? OR u.upload_id IS NULL OR u.is_given_up = 1))
      OR (r.node_id IS NOT NULL AND r.touched_at_ms < ?)
      OR NOT EXISTS (SELECT 1 FROM user p WHERE p.id = r.user_id)
    ORDER BY r.touched_at_ms, r.upload_id LIMIT ?`,
  decode,
};

/** `ResumableUploads` in SQL. */
export class SqlResumableUploads implements ResumableUploads {
  readonly #open: () => Engine;

  constructor(open: () => Engine) {
    this.#open = open;
  }

  async get(uploadId: string): Promise<ResumableUpload | undefined> {
    return this.#open().first(byId, [uploadId]);
  }

  async listOf(userId: number, { after = '', limit }: Page<string>): Promise<ResumableUpload[]> {
    return this.#open().all(unfinishedOf, [userId, after, limit]);
  }

  async listUnfinished({ after = '', limit }: Page<string>): Promise<ResumableUpload[]> {
    return this.#open().all(unfinished, [after, limit]);
  }

  async listEnding(when: { idleSinceMs: number; finishedBeforeMs: number; limit: number }): Promise<ResumableUpload[]> {
    return this.#open().all(ending, [when.idleSinceMs, when.finishedBeforeMs, when.limit]);
  }
}
