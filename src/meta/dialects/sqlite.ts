import type { Dialect } from './dialect.ts';

/** Up to this many values a placeholder each is faster than one JSON array, and the texts stay few enough to keep. */
const MAX_PLACEHOLDERS = 16;
const PLACEHOLDER_LISTS = Array.from({ length: MAX_PLACEHOLDERS + 1 }, (_, count) => {
  return `IN (${Array.from({ length: count }, () => '?').join(',')})`;
});

const texts = new Map<string, string>();

/** Made once, since comparing texts is most of what a prepared statement costs to find. */
function nodesAlong(columns: string): string {
  const known = texts.get(columns);
  if (known !== undefined) return known;
  const text = `WITH RECURSIVE walk (depth, id) AS (
      SELECT 0, ?
      UNION ALL
      SELECT w.depth + 1, c.id FROM walk w CROSS JOIN node c ON c.parent_id = w.id AND c.name_key = (? ->> w.depth)
    )
    SELECT ${columns} FROM walk w CROSS JOIN node n ON n.id = w.id ORDER BY w.depth`;
  texts.set(columns, text);
  return text;
}

export const sqliteDialect: Dialect = {
  readsStayTrue: true,
  randomEtag: 'lower(hex(randomblob(8)))',
  oneOf(values) {
    const list = PLACEHOLDER_LISTS[values.length];
    if (list !== undefined) return { sql: list, params: [...values] };
    return { sql: 'IN (SELECT value FROM json_each(?))', params: [JSON.stringify(values)] };
  },
  nodesAlong: (columns, rootId, nameKeys) => ({
    sql: nodesAlong(columns),
    params: [rootId, JSON.stringify(nameKeys)],
  }),
  types: {
    serial: 'INTEGER PRIMARY KEY AUTOINCREMENT',
    integer: 'INTEGER',
    bytes: () => 'TEXT',
    long: 'TEXT',
    table: 'STRICT',
    clustered: 'STRICT, WITHOUT ROWID',
    onlyWhere: (condition) => `WHERE ${condition}`,
  },
};
