import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OperationName } from '../../../src/core/ports/operations.ts';
import { Connection } from '../../../src/meta/sqlite/connection.ts';
import type { Answer, Request } from '../../../src/meta/sqlite/messages.ts';
import { migrate } from '../../../src/meta/sqlite/migrate.ts';
import { Writer } from '../../../src/meta/sqlite/writer.ts';

const MIB = 1024 * 1024;

describe('the SQLite writer', () => {
  let directory: string;
  let file: string;
  let connection: Connection;
  let writer: Writer;
  /** What arrives while the writer is busy. */
  let arriving: Request[][];
  let answers: Answer[][];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'nosocial-writer-'));
    file = join(directory, 'metadata.sqlite');
    connection = new Connection(file, { readOnly: false, rowsAsArrays: false });
    migrate(connection);
    arriving = [];
    answers = [];
    writer = new Writer(connection, {
      receive: () => arriving.shift() ?? [],
      answer: (batch) => void answers.push(batch),
    });
  });

  afterEach(async () => {
    writer.close();
    await rm(directory, { recursive: true });
  });

  let lastId = 0;
  const set = (key: string, value = 'value'): Request => {
    return { id: (lastId += 1), name: 'setSetting', args: { key, value } };
  };
  const settings = () => {
    const rows = connection.all("SELECT name FROM setting WHERE name <> 'store-epoch' ORDER BY name");
    return (rows as { name: string }[]).map((row) => row.name);
  };
  const codes = () => answers.map((batch) => batch.map(({ failure }) => failure?.code ?? (failure ? 'error' : 'done')));
  /** Does `statement` when a setting `name` is made. */
  const onSetting = (name: string, statement: string) =>
    connection.exec(
      `CREATE TRIGGER "${name}" AFTER INSERT ON setting WHEN NEW.name = '${name}' BEGIN ${statement}; END`,
    );

  it('takes what arrives meanwhile into the same commit', async () => {
    arriving = [[set('b'), set('c')], [set('d')], []];
    await writer.run([set('a')]);
    assert.deepEqual(settings(), ['a', 'b', 'c', 'd']);
    assert.equal(writer.commitCount, 1);
    assert.deepEqual(codes(), [['done', 'done', 'done', 'done']]);
  });

  it('answers nothing before its commit', async () => {
    let committedWhenAnswered = -1;
    const other = new Writer(connection, {
      receive: () => [],
      answer: () => void (committedWhenAnswered = other.commitCount),
    });
    await other.run([set('a')]);
    assert.equal(committedWhenAnswered, 1);
  });

  it('fails all of a commit that fails, and goes on', async () => {
    connection.exec('PRAGMA foreign_keys = ON');
    connection.exec('CREATE TABLE parent (id INTEGER PRIMARY KEY)');
    connection.exec('CREATE TABLE child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)');
    onSetting('uncommittable', 'INSERT INTO child VALUES (1)');
    await writer.run([set('a'), set('uncommittable'), set('b')]);
    assert.deepEqual(codes(), [['unavailable', 'unavailable', 'unavailable']]);
    assert.deepEqual(settings(), []);
    await writer.run([set('c')]);
    assert.deepEqual(settings(), ['c']);
  });

  it('fails what SQLite rolled back on its own, and does the rest', async () => {
    onSetting('ruinous', "SELECT RAISE(ROLLBACK, 'all is lost')");
    await writer.run([set('a'), set('ruinous'), set('b')]);
    assert.deepEqual(codes(), [['unavailable', 'error'], ['done']]);
    assert.deepEqual(settings(), ['b']);
  });

  it('says that there is no space, and goes on when there is', async () => {
    const { page_count: pages } = connection.get('PRAGMA page_count') as { page_count: number };
    connection.exec(`PRAGMA max_page_count = ${pages + 2}`);
    await writer.run([set('small'), set('large', 'x'.repeat(MIB))]);
    assert.deepEqual(codes().flat().at(-1), 'no-space');
    connection.exec('PRAGMA max_page_count = 1000000');
    answers = [];
    await writer.run([set('large', 'x'.repeat(MIB))]);
    assert.deepEqual(codes(), [['done']]);
  });

  it('fails an unknown operation alone', async () => {
    await writer.run([set('a'), { id: 0, name: 'unknown' as OperationName, args: {} }, set('b')]);
    assert.deepEqual(codes(), [['done', 'error', 'done']]);
  });

  it('keeps the write-ahead log small under a load that never stops', async () => {
    connection.exec('PRAGMA wal_autocheckpoint = 0');
    for (let i = 0; i < 300; i += 1) await writer.run([set(`s${i % 3}`, 'x'.repeat(MIB / 2))]);
    const { size } = await stat(`${file}-wal`);
    assert.ok(size < 64 * MIB, `${size} bytes`);
  });
});
