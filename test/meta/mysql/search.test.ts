import assert from 'node:assert/strict';
import type { Actor } from '../../../src/core/actor.ts';
import type { Core } from '../../../src/core/core.ts';
import { followNames, rebuildIndex } from '../../../src/core/search/index-names.ts';
import { searchNodes } from '../../../src/core/search/search.ts';
import { Turns } from '../../../src/lib/turns.ts';
import { Connection } from '../../../src/meta/mysql/connection.ts';
import { openMysqlStore } from '../../../src/meta/mysql/store.ts';
import { World } from '../../conformance/metadata-store-world.ts';
import { MARIADB } from '../../support/databases.ts';
import { serverAt } from '../../support/mysql-server.ts';
import { until } from '../../support/processes.ts';

const WAITING = `SELECT 1 FROM information_schema.processlist WHERE command = 'Execute'
  AND (info LIKE 'UPDATE space SET rev = rev WHERE%' OR info LIKE 'DELETE FROM search_renamed%')`;
const COLUMNS = `SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE()
  AND table_name = 'node' AND column_name NOT IN ('id', 'name', 'name_key')`;

describe('the index of names where several write at once', function () {
  this.timeout(60_000);
  let world: World;
  let connect: () => Promise<Connection>;

  beforeEach(async () => {
    const database = await MARIADB.create();
    const server = serverAt(database.url);
    connect = () => Connection.open(server, server.hosts[0]!, 5000);
    world = await World.open({
      open: (clock) => openMysqlStore({ server, clock }),
      damage: () => Promise.reject(new Error('not here')),
      remove: async () => {
        await world.store.close();
        await database.remove();
      },
    });
  });
  afterEach(() => world.backend.remove());

  const core = () => ({ store: world.store, clock: world.clock, searching: new Turns(1) }) as unknown as Core;
  const watcher = { signal: new AbortController().signal, onProgress: () => undefined };
  const find = async (text: string): Promise<string[]> => {
    const ann: Actor = { userId: world.ann, name: 'ann', role: 'advanced' };
    const request = { text, fits: () => true, limit: 100, signal: watcher.signal };
    return (await searchNodes(core(), ann, request)).hits.map(({ located }) => located.node.name).sort();
  };

  /** Whoever began last may be the first to be done. */
  async function whileAnotherWrites(work: () => Promise<void>): Promise<void> {
    const { nodeId } = await world.put(world.root, 'early');
    await rebuildIndex(core(), watcher);
    const other = await connect();
    const columns = (await other.rows(COLUMNS)).map(([name]) => String(name)).join(', ');
    await other.command('START TRANSACTION');
    await other.change(`UPDATE space SET rev = rev + 1 WHERE id = ${world.home.id}`);
    await other.change(`INSERT INTO node (name, name_key, ${columns})
      SELECT 'late made', 'late made', ${columns} FROM node WHERE id = ${nodeId}`);
    await other.change(`UPDATE node SET name = 'late named', name_key = 'late named' WHERE id = ${nodeId}`);
    await other.change(`INSERT INTO search_renamed (node_id) VALUES (${nodeId})`);
    const there = await world.put(world.shared.rootId, 'there');
    for (const name of ['there 2', 'there 3']) {
      await world.move({ nodeId: there.nodeId, parentId: world.shared.rootId, name });
    }
    const working = work();
    const observer = await connect();
    const isWaiting = async () => ((await observer.rows(WAITING)).length > 0 ? true : undefined);
    await until('the index waits for who writes', isWaiting, { everyMs: 150 });
    await other.command('COMMIT');
    await working;
    await Promise.all([other.close(), observer.close()]);
    assert.deepEqual(await find('late'), ['late made', 'late named']);
    assert.deepEqual(await find('there'), ['there 3']);
  }

  it('holds what became visible late once it is built anew', async () => {
    await whileAnotherWrites(() => rebuildIndex(core(), watcher));
  });

  it('holds what became visible late once it has followed', async () => {
    const folder = await world.mkcol(world.shared.rootId, 'many');
    for (let number = 0; number < 50; number += 1) await world.put(folder, `file ${number}`, 0);
    await whileAnotherWrites(async () => {
      for (let copy = 0; copy < 45; copy += 1) {
        await world.copy({ nodeId: folder, parentId: world.shared.rootId, name: `copy ${copy}` });
      }
      await followNames(core(), watcher);
    });
  });
});
