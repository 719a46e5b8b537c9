import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { moveRows, UNFINISHED_MOVE } from '../../../src/meta/move/move.ts';
import type { RowStore } from '../../../src/meta/move/row-store.ts';
import { openMysqlRows } from '../../../src/meta/mysql/row-store.ts';
import type { MysqlServer } from '../../../src/meta/mysql/server-options.ts';
import { openMysqlStore } from '../../../src/meta/mysql/store.ts';
import { openSqliteRows } from '../../../src/meta/sqlite/row-store.ts';
import { openSqliteStore } from '../../../src/meta/sqlite/store.ts';
import type { SqlStore } from '../../../src/meta/store.ts';
import { assertConsistent, World } from '../../conformance/metadata-store-world.ts';
import { MARIADB, type TestDatabase } from '../../support/databases.ts';
import { serverAt } from '../../support/mysql-server.ts';

const NAMES = ['a ', 'a', 'ä', '\u{1F600}', "it's", 'back\\slash', '%_', UNFINISHED_MOVE];

describe('moving all rows', function () {
  this.timeout(60_000);
  let folder: string;
  let world: World;
  let database: TestDatabase;
  let server: MysqlServer;
  let used: number;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nosocial-move-'));
    database = await MARIADB.create();
    server = serverAt(database.url);
    const file = join(folder, 'first.db');
    world = await World.open({
      open: (clock) => openSqliteStore({ file, clock }),
      damage: () => Promise.reject(new Error('not here')),
      remove: () => world.store.close(),
    });
    await fill(world);
    used = await world.usedBytes();
    await world.store.close();
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
    await database.remove();
  });

  const sqlite = (name: string, use: 'source' | 'target') => openSqliteRows(join(folder, name), use);
  const mysql = (use: 'source' | 'target') => openMysqlRows(server, { use, dataFolder: folder });
  const move = async (source: RowStore, target: RowStore, signal = new AbortController().signal): Promise<number> => {
    try {
      return await moveRows(source, target, { onProgress: () => undefined, signal });
    } finally {
      await source.close();
      await target.close();
    }
  };
  const useStore = async (work: (store: SqlStore) => Promise<void>): Promise<void> => {
    const store = await openMysqlStore({ server, clock: world.clock });
    world.store = store;
    try {
      await work(store);
    } finally {
      await store.close();
    }
  };

  it('takes everything to MySQL and back', async () => {
    const rows = await move(sqlite('first.db', 'source'), await mysql('target'));
    await useStore(async (store) => {
      assert.deepEqual((await world.names(world.root)).toSorted(), [...NAMES, 'tree'].toSorted());
      assert.equal(await world.usedBytes(), used);
      await assertConsistent(world);
      assert.equal(await store.getSetting(UNFINISHED_MOVE), undefined);
    });
    assert.equal(await move(await mysql('source'), sqlite('second.db', 'target')), rows);
    assert.deepEqual(await dump(sqlite('second.db', 'source')), await dump(sqlite('first.db', 'source')));
  });

  it('uses no number of a removed node again', async () => {
    await move(sqlite('first.db', 'source'), await mysql('target'));
    await useStore(async () => {
      const highest = Math.max(...(await world.below(world.root)).map((node) => node.id));
      // The last one was purged, so its number is above all that are left.
      assert.ok((await world.put(world.root, 'new')).nodeId > highest + 1);
    });
  });

  it('refuses a database that holds anything', async () => {
    await move(sqlite('first.db', 'source'), await mysql('target'));
    await assert.rejects(move(sqlite('first.db', 'source'), await mysql('target')), { code: 'refused' });
    await useStore(async () => assertConsistent(world));
  });

  it('starts over after it was cut off, and nothing takes what it left for a store', async () => {
    const abort = new AbortController();
    const target = await mysql('target');
    const insert = target.insert.bind(target);
    target.insert = async (table, rows) => {
      await insert(table, rows);
      if (table.name === 'node') abort.abort();
    };
    await assert.rejects(move(sqlite('first.db', 'source'), target, abort.signal), { name: 'AbortError' });
    await useStore(async (store) => assert.equal(await store.getSetting(UNFINISHED_MOVE), ''));
    await assert.rejects(move(await mysql('source'), sqlite('second.db', 'target')), { code: 'refused' });
    await move(sqlite('first.db', 'source'), await mysql('target'));
    await useStore(async () => assertConsistent(world));
  });

  it('finds a row that did not arrive as it was sent', async () => {
    const target = sqlite('second.db', 'target');
    const insert = target.insert.bind(target);
    target.insert = async (table, rows) => {
      const place = table.columns.indexOf('size_bytes');
      const altered = table.name === 'node' ? rows.map((row) => row.with(place, 1)) : rows;
      await insert(table, altered);
    };
    await assert.rejects(move(sqlite('first.db', 'source'), target), { code: 'corrupt', message: /the table node/ });
  });
});

/** Something in every corner, and nothing that hangs on time. */
async function fill(world: World): Promise<void> {
  for (const name of NAMES) await world.put(world.root, name, 10);
  const tree = await world.mkcol(world.root, 'tree');
  const names = Array.from({ length: 1200 }, (_, i) => `file ${i}`);
  await Promise.all(names.map((name) => world.put(tree, name, 1)));
  const { nodeId } = await world.put(tree, 'versions', 1);
  await world.put(tree, 'versions', 2);
  const set = [{ namespace: 'urn:x', name: 'p', xml: `<p>${'\u{1F600}\\\'"'.repeat(1000)}</p>` }];
  const change = { nodeId, expected: undefined, set, remove: [], modifiedAtMs: undefined, createdAtMs: undefined };
  await world.store.run('changeProperties', { ...world.change(), ...change });
  await world.lock({ nodeId });
  const played = { positionMs: 1, durationMs: undefined, isSeen: false, updatedAtMs: world.now };
  await world.store.run('notePosition', { userId: world.ann, nodeId, ...played, maxPerUser: 1 });
  await world.trash(await world.mkcol(world.root, 'trashed'));
  const last = await world.put(world.root, 'purged', 5);
  await world.trash(last.nodeId);
  await world.purge(last.nodeId);
}

async function dump(rows: RowStore): Promise<unknown> {
  const tables: [string, unknown][] = [];
  for (const table of rows.tables) {
    tables.push([table.name, [await rows.page(table, undefined, 100_000), await rows.counter(table)]]);
  }
  await rows.close();
  return tables;
}
