import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sqliteDialect } from '../../../src/meta/dialects/sqlite.ts';
import { MIGRATIONS } from '../../../src/meta/migrations/migrations.ts';
import { openSqliteStore } from '../../../src/meta/sqlite/store.ts';

/** A home with the folder `Temporary` and a file in it, made long ago by the first version. */
const FIRST_ROWS = [
  `INSERT INTO user VALUES (1, 'ann', 'ann', 'advanced', 'hash', 1, 0, 1000, 5, 0, 1, 1)`,
  `INSERT INTO space VALUES (1, 'home', '', NULL, 1, 1, 2, 3, 1, 1)`,
  ...['live', 'trash', 'staging'].map(
    (kind, index) =>
      `INSERT INTO node VALUES (${index + 1}, 1, 0, '', '${kind}:1', 1, NULL, 0, 0, '', 1, 1, 1, '', 1, 0, 0)`,
  ),
  `INSERT INTO node VALUES (4, 1, 1, 'Temporary', 'Temporary', 1, NULL, 5, 1, '', 1, 1, 1, '', 1, 0, 0)`,
  `INSERT INTO node VALUES (5, 1, 4, 'f', 'f', 0, NULL, 5, 0, '', 1, 1, 1, 'e', 1, 0, 0)`,
  `INSERT INTO policy (node_id, preset, is_enabled) VALUES (4, 'temporary', 1)`,
];

describe('a database of the first version', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nosocial-migrate-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is taken on with all that is in it, and nothing there counts as untouched for long', async () => {
    const file = join(folder, 'metadata.sqlite');
    const database = new DatabaseSync(file);
    for (const sql of [...MIGRATIONS[0]!(sqliteDialect.types), ...FIRST_ROWS]) database.exec(sql);
    database.exec('PRAGMA user_version = 1');
    database.close();

    const beforeMs = Date.now();
    const store = await openSqliteStore({ file });
    const [root, area, kept] = (await store.walk(1, ['Temporary', 'f']))!;
    assert.deepEqual([root?.id, area?.id, kept?.id], [1, 4, 5]);
    assert.equal(kept?.modifiedAtMs, 1);
    assert.ok(kept.touchedAtMs >= beforeMs && area!.touchedAtMs >= beforeMs);
    const chain = (await store.ruleChains([5])).get(5);
    assert.equal(chain?.[1]?.policy?.preset, 'temporary');
    await store.close();
  });
});
