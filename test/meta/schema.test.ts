import assert from 'node:assert/strict';
import { mysqlDialect } from '../../src/meta/dialects/mysql.ts';
import { sqliteDialect } from '../../src/meta/dialects/sqlite.ts';
import { MIGRATIONS } from '../../src/meta/migrations/migrations.ts';

describe('the schema', () => {
  const statements = MIGRATIONS.flatMap((step) => step(sqliteDialect.types));

  it('gives every table a primary key', () => {
    for (const sql of statements.filter((statement) => statement.startsWith('CREATE TABLE'))) {
      assert.match(sql, /PRIMARY KEY/, sql);
    }
  });

  it('uses no name that another database reserves', () => {
    // https://dev.mysql.com/doc/refman/8.4/en/keywords.html and MariaDB's additions, as far as a schema is tempted.
    const reserved =
      'key keys rank offset references condition groups index limit match order range read release row rows schema ' +
      'system trigger usage values virtual window lag lead call change character check collate column cursor ' +
      'database default describe desc explain force fulltext grant group ignore interval kill leave level lines load ' +
      'lock loop option outfile partition precision procedure purge regexp rename repeat replace restrict return ' +
      'returning right rlike select separator set show signal spatial sql table terminated to trailing undo union ' +
      'unlock update use using varying when where while with write xor';
    const names = statements.flatMap((sql) => {
      const table = /^CREATE (?:UNIQUE )?(?:TABLE|INDEX) (\w+)/.exec(sql)?.[1] ?? '';
      return [table, ...[...sql.matchAll(/^ {6}([a-z_]+) /gm)].map((match) => match[1] ?? '')];
    });
    assert.deepEqual(
      names.filter((name) => reserved.split(' ').includes(name)),
      [],
    );
  });
});

describe('a list of values in SQL', () => {
  for (const count of [0, 1, 16, 17, 5000]) {
    it(`takes ${count} values`, () => {
      const values = Array.from({ length: count }, (_, i) => i);
      const { sql, params } = sqliteDialect.oneOf(values);
      assert.equal(sql.split('?').length - 1, params.length);
      assert.deepEqual(params.length === count ? params : JSON.parse(String(params[0])), values);
    });
  }
});

describe('a list of values in SQL for MySQL', () => {
  for (const [count, room] of [
    [1, 1],
    [4, 4],
    [5, 8],
    [16, 16],
    [17, 32],
    [5000, 8192],
  ] as const) {
    it(`takes ${count} values and says the last one again to fill the room`, () => {
      const values = Array.from({ length: count }, (_, i) => i);
      const { sql, params } = mysqlDialect.oneOf(values);
      assert.equal(sql.split('?').length - 1, room);
      assert.equal(params.length, room);
      assert.deepEqual([...new Set(params)], values);
    });
  }

  it('takes none, which nothing is one of', () => {
    assert.deepEqual(mysqlDialect.oneOf([]), { sql: 'IN (NULL)', params: [] });
  });
});

describe('the schema for MySQL', () => {
  it('keeps its keys within what InnoDB takes', () => {
    for (const sql of MIGRATIONS.flatMap((step) => step(mysqlDialect.types))) {
      const key = /PRIMARY KEY \(([^)]+)\)/.exec(sql)?.[1]?.split(', ') ?? [];
      const bytes = key.map((column) => Number(new RegExp(`\\b${column} VARBINARY\\((\\d+)\\)`).exec(sql)?.[1] ?? 8));
      assert.ok(bytes.reduce((sum, each) => sum + each, 0) <= 3072, sql);
    }
  });
});
