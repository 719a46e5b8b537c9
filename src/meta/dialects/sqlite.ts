import type { Dialect } from './dialect.ts';

/** Up to this many values a placeholder each is faster than one JSON array, and the texts stay few enough to keep. */
const MAX_PLACEHOLDERS = 16;
const PLACEHOLDER_LISTS = Array.from({ length: MAX_PLACEHOLDERS + 1 }, (_, count) => {
  return `IN (${Array.from({ length: count }, () => '?').join(',')})`;
});

export const sqliteDialect: Dialect = {
  readsStayTrue: true,
  randomEtag: 'lower(hex(randomblob(8)))',
  oneOf(values) {
    const list = PLACEHOLDER_LISTS[values.length];
    if (list !== undefined) return { sql: list, params: [...values] };
    return { sql: 'IN (SELECT value FROM json_each(?))', params: [JSON.stringify(values)] };
  },
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
