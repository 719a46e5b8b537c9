import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqliteStore } from '../../../src/meta/sqlite/store.ts';

describe('opening a SQLite store', () => {
  let directory: string;
  let file: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'nosocial-open-'));
    file = join(directory, 'metadata.sqlite');
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('refuses a database of a later version and leaves it alone', async () => {
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 1000');
    database.close();
    await assert.rejects(openSqliteStore({ file }), { code: 'refused' });
    const again = new DatabaseSync(file);
    assert.deepEqual(again.prepare('SELECT name FROM sqlite_schema').all(), []);
    again.close();
  });

  it('says that a file is no database', async () => {
    await writeFile(file, 'something else '.repeat(1000));
    await assert.rejects(openSqliteStore({ file }), { code: 'corrupt' });
  });

  it('says that a file cannot be opened', async () => {
    await assert.rejects(openSqliteStore({ file: join(directory, 'missing', 'file') }), { code: 'unavailable' });
  });

  it('leaves one file behind when it is closed in order', async () => {
    const store = await openSqliteStore({ file });
    await store.run('setSetting', { key: 'key', value: 'value' });
    await store.close();
    const database = new DatabaseSync(file, { readOnly: true });
    const { journal_mode: mode } = database.prepare('PRAGMA journal_mode').get()!;
    assert.equal(mode, 'wal');
    assert.equal(database.prepare("SELECT value FROM setting WHERE name = 'key'").get()?.['value'], 'value');
    database.close();
  });
});
