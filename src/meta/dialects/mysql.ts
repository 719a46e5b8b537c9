import type { Dialect } from './dialect.ts';

/** Longer paths are followed by recursion; a join has at most 61 tables. */
const MAX_JOINED_NAMES = 24;

const ENGINE = 'ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';

const texts = new Map<string, string>();

function kept(key: string, make: () => string): string {
  let text = texts.get(key);
  if (text === undefined) {
    text = make();
    texts.set(key, text);
  }
  return text;
}

/** `IN (…)` with room for `count` values, or a few more: so the texts stay few enough to keep. */
function placeholders(count: number): { sql: string; room: number } {
  const room = count <= 4 ? count : 2 ** Math.ceil(Math.log2(count));
  return { sql: kept(`in ${room}`, () => `IN (${Array.from({ length: room }, () => '?').join(',')})`), room };
}

/** All nodes on the way are found by unique keys with constants, so the server reads each of them once. */
function joinedWalk(columns: string, depth: number): string {
  const levels = Array.from({ length: depth }, (_, i) => i + 1);
  const joins = levels.map((i) => `LEFT JOIN node n${i} ON n${i}.parent_id = n${i - 1}.id AND n${i}.name_key = ?`);
  const ids = [0, ...levels].map((i) => `n${i}.id`).join(', ');
  return `SELECT ${columns} FROM node n0 ${joins.join(' ')} JOIN node n ON n.id IN (${ids})
    WHERE n0.id = ? ORDER BY FIELD(n.id, ${ids})`;
}

function recursiveWalk(columns: string): string {
  return `WITH RECURSIVE walk (depth, id) AS (
      SELECT 0, id FROM node WHERE id = ?
      UNION ALL
      SELECT w.depth + 1, c.id FROM walk w JOIN node c ON c.parent_id = w.id
        AND c.name_key = CAST(JSON_UNQUOTE(JSON_EXTRACT(?, CONCAT('$[', w.depth, ']'))) AS BINARY)
    )
    SELECT ${columns} FROM walk w JOIN node n ON n.id = w.id ORDER BY w.depth`;
}

/** MySQL 8 and MariaDB: the common subset. Names are bytes, since utf8mb4_bin takes 'a' and 'a ' for the same. */
export const mysqlDialect: Dialect = {
  readsStayTrue: false,
  // RANDOM_BYTES is missing in MariaDB before 10.10, and UUID() is the same for all rows of some statements.
  randomEtag: 'LEFT(MD5(CONCAT(RAND(), UUID_SHORT())), 16)',
  oneOf(values) {
    const last = values.at(-1);
    if (last === undefined) return { sql: 'IN (NULL)', params: [] };
    const { sql, room } = placeholders(values.length);
    return { sql, params: [...values, ...Array.from({ length: room - values.length }, () => last)] };
  },
  nodesAlong(columns, rootId, nameKeys) {
    if (nameKeys.length > MAX_JOINED_NAMES) {
      return { sql: kept(`walk ${columns}`, () => recursiveWalk(columns)), params: [rootId, JSON.stringify(nameKeys)] };
    }
    const sql = kept(`walk ${nameKeys.length} ${columns}`, () => joinedWalk(columns, nameKeys.length));
    return { sql, params: [...nameKeys, rootId] };
  },
  types: {
    serial: 'BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY',
    integer: 'BIGINT',
    bytes: (maxBytes) => `VARBINARY(${maxBytes})`,
    long: 'LONGBLOB',
    table: ENGINE,
    clustered: ENGINE,
    onlyWhere: () => '',
  },
};
