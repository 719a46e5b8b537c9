import type {
  CheckedPage,
  Disagreement,
  Inspection,
  Referrer,
  StoredCopy,
  Sum,
  TalliedPage,
  TallySource,
} from '../../core/ports/inspection.ts';
import type { CheckKey, CheckName, TalliedCheck } from '../../core/ports/checks.ts';
import type { Page } from '../../core/ports/page.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { RawRow, Read } from '../reads/read.ts';
import type { SqlValue } from '../sql.ts';
import { ALL_CHECKS } from './all.ts';
import { COPIES, NODES, type FoundRow, type Keys } from './check.ts';

/** Runs a read on whichever database. */
export type AllRows = <T>(read: Read<T>, params: readonly SqlValue[]) => T[] | Promise<T[]>;

interface Range {
  first: CheckKey;
  last: CheckKey;
  count: number;
}

/** `Inspection` in SQL: for each page first its range of keys, then the rows of that range that disagree. */
export class SqlInspection implements Inspection {
  readonly #dialect: Dialect;
  readonly #all: AllRows;

  constructor(dialect: Dialect, all: AllRows) {
    this.#dialect = dialect;
    this.#all = all;
  }

  async check(name: CheckName, page: Page<CheckKey>): Promise<CheckedPage> {
    const { keys, find, isWrong, tell, mend } = ALL_CHECKS[name];
    const range = await this.#range(keys, page);
    if (range === undefined) return { found: [], checked: 0, next: undefined };
    const rows = await this.#all({ sql: find, decode: decodeFound }, [range.first, range.last]);
    const wrong = isWrong ? rows.filter(isWrong) : rows;
    const found = wrong.map((row): Disagreement => {
      return {
        check: name,
        key: row.k,
        nodeId: row.node ?? undefined,
        problem: tell(row),
        canMend: mend !== undefined,
      };
    });
    return { found, checked: range.count, next: nextAfter(range, page) };
  }

  async tally(source: TallySource, page: Page<CheckKey>): Promise<TalliedPage> {
    const { keys, sums } = TALLIES[source];
    const range = await this.#range(keys, page);
    if (range === undefined) return { sums: [], next: undefined };
    const found: Sum[] = [];
    for (const { check, sql } of sums) {
      found.push(...(await this.#all({ sql, decode: decodeSum(check) }, [range.first, range.last])));
    }
    return { sums: found, next: nextAfter(range, page) };
  }

  async listCopies(diskId: number, { after = '', limit }: Page<string>): Promise<StoredCopy[]> {
    return this.#all(COPIES_ON_DISK, [diskId, after, limit]);
  }

  async listPieces(packId: number, { after = -1, limit }: Page<number>): Promise<StoredCopy[]> {
    return this.#all(PIECES_OF_PACK, [packId, after, limit]);
  }

  /** Uploads in the same statement as copies: one becomes the other in a single commit. */
  async knownBlobs(diskId: number, blobIds: readonly string[]): Promise<Set<string>> {
    const ids = this.#dialect.oneOf(blobIds);
    const read: Read<string> = {
      sql: `SELECT upload_id AS id FROM upload WHERE upload_id ${ids.sql}
        UNION SELECT upload_id FROM resumable_upload WHERE upload_id ${ids.sql} AND node_id IS NULL
        UNION SELECT blob_id FROM blob_copy WHERE blob_id ${ids.sql} AND disk_id = ?`,
      decode: (row) => row[0] as string,
    };
    return new Set(await this.#all(read, [...ids.params, ...ids.params, ...ids.params, diskId]));
  }

  async listReferrers(blobId: string, limit: number): Promise<Referrer[]> {
    return this.#all(REFERRERS, [blobId, blobId, limit]);
  }

  async #range({ table, column, isText, where }: Keys, { after, limit }: Page<CheckKey>): Promise<Range | undefined> {
    const condition = where === undefined ? '' : ` AND ${where}`;
    const read: Read<Range | undefined> = {
      sql: `SELECT MIN(k), MAX(k), COUNT(*) FROM (
          SELECT DISTINCT ${column} AS k FROM ${table} WHERE ${column} > ?${condition} ORDER BY ${column} LIMIT ?
        ) page`,
      decode: ([first, last, count]) =>
        isKey(first) && isKey(last) ? { first, last, count: Number(count) } : undefined,
    };
    const [range] = await this.#all(read, [after ?? (isText === true ? '' : -1), limit]);
    return range;
  }
}

function isKey(value: SqlValue | undefined): value is CheckKey {
  return value !== null && value !== undefined;
}

function nextAfter({ last, count }: Range, { limit }: Page<CheckKey>): CheckKey | undefined {
  return count < limit ? undefined : last;
}

function decodeFound(row: RawRow): FoundRow {
  return { k: row[0] ?? 0, node: row[1] as number | null, was: row[2] ?? null, should: row[3] ?? null };
}

const decodeSum =
  (check: TalliedCheck) =>
  (row: RawRow): Sum => ({ check, id: Number(row[0]), count: Number(row[1]), sizeBytes: Number(row[2]) });

/** What is added up, page by page: key ranges of a table, and the sums that its rows are part of. */
const TALLIES: Readonly<Record<TallySource, { keys: Keys; sums: readonly { check: TalliedCheck; sql: string }[] }>> = {
  files: {
    keys: NODES,
    sums: [
      {
        check: 'user-usage',
        sql: `SELECT owner_id, COUNT(*), SUM(size_bytes) FROM node
            WHERE id BETWEEN ? AND ? AND is_collection = 0 GROUP BY owner_id`,
      },
    ],
  },
  versions: {
    keys: { table: 'version', column: 'id' },
    sums: [
      {
        check: 'user-usage',
        sql: `SELECT n.owner_id, COUNT(*), SUM(v.size_bytes) FROM version v CROSS JOIN node n ON n.id = v.node_id
            WHERE v.id BETWEEN ? AND ? GROUP BY n.owner_id`,
      },
    ],
  },
  staged: {
    keys: { table: 'node', column: 'id', where: 'parent_id IN (SELECT staging_id FROM space)' },
    sums: [
      {
        check: 'user-usage',
        sql: `SELECT owner_id, COUNT(*), SUM(size_bytes) FROM node
            WHERE id BETWEEN ? AND ? AND parent_id IN (SELECT staging_id FROM space) GROUP BY owner_id`,
      },
    ],
  },
  copies: {
    keys: COPIES,
    sums: [
      {
        check: 'disk-totals',
        sql: `SELECT disk_id, COUNT(*), SUM(length_bytes) FROM blob_copy
            WHERE blob_id BETWEEN ? AND ? GROUP BY disk_id`,
      },
      {
        check: 'pack-totals',
        sql: `SELECT pack_id, COUNT(*), SUM(length_bytes) FROM blob_copy
            WHERE blob_id BETWEEN ? AND ? AND pack_id IS NOT NULL GROUP BY pack_id`,
      },
    ],
  },
};

const COPY = `SELECT c.blob_id, c.disk_id, c.length_bytes, COALESCE(b.checksum, ''), c.pack_id, p.name, c.offset_bytes,
    CASE WHEN b.state = 'dead' THEN 1 ELSE 0 END
  FROM blob_copy c LEFT JOIN blob_object b ON b.blob_id = c.blob_id LEFT JOIN pack p ON p.id = c.pack_id`;

function decodeCopy(row: RawRow): StoredCopy {
  return {
    blobId: row[0] as string,
    diskId: row[1] as number,
    sizeBytes: row[2] as number,
    checksum: row[3] as string,
    packId: (row[4] as number | null) ?? undefined,
    packName: (row[5] as string | null) ?? undefined,
    offsetBytes: row[6] as number,
    isDead: row[7] === 1,
  };
}

/** disk id, blob id before, limit */
const COPIES_ON_DISK: Read<StoredCopy> = {
  sql: `${COPY} WHERE c.disk_id = ? AND c.blob_id > ? ORDER BY c.blob_id LIMIT ?`,
  decode: decodeCopy,
};

/** pack id, offset before, limit */
const PIECES_OF_PACK: Read<StoredCopy> = {
  sql: `${COPY} WHERE c.pack_id = ? AND c.offset_bytes > ? ORDER BY c.offset_bytes LIMIT ?`,
  decode: decodeCopy,
};

/** blob id twice, limit */
const REFERRERS: Read<Referrer> = {
  sql: `SELECT id, 0 FROM node WHERE blob_id = ? UNION ALL SELECT node_id, 1 FROM version WHERE blob_id = ? LIMIT ?`,
  decode: (row) => ({ nodeId: row[0] as number, isVersion: row[1] === 1 }),
};
