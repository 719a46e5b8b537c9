import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../../src/lib/clock.ts';
import { Connection } from '../../../src/meta/mysql/connection.ts';
import type { MysqlServer } from '../../../src/meta/mysql/server-options.ts';
import { openMysqlStore } from '../../../src/meta/mysql/store.ts';
import { World } from '../../conformance/metadata-store-world.ts';
import { startMariadb, type Mariadb } from '../../support/mariadb.ts';
import { serverAt } from '../../support/mysql-server.ts';
import { until } from '../../support/processes.ts';
import { Proxy } from './proxy.ts';

/** What the README promises for the time after a database is back. */
const RECOVERY_MS = 5000;

describe('a MySQL store', function () {
  this.timeout(60_000);
  let folder: string;
  let mariadb: Mariadb;
  let direct: MysqlServer;
  let proxy: Proxy;
  let world: World;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nosocial-faults-'));
    mariadb = await startMariadb({ folder });
  });
  after(async () => {
    await mariadb[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, maxRetries: 10, retryDelay: 50 });
  });

  beforeEach(async () => {
    direct = serverAt(await mariadb.createDatabase());
    proxy = await Proxy.before(mariadb.port);
    const server = { ...direct, hosts: [{ host: '127.0.0.1', port: proxy.port }] };
    const open = (clock: Clock) => openMysqlStore({ server, clock });
    world = await World.open({
      open,
      damage: () => Promise.reject(new Error('not here')),
      remove: () => world.store.close(),
    });
  });
  afterEach(async () => {
    await world.backend.remove();
    await proxy.close();
  });

  const connection = () => Connection.open(direct, direct.hosts[0]!, 5000);
  const isUnavailable = { code: 'unavailable' };
  /** Resolves with how long it took until a change is taken again. */
  const recovered = async (name: string): Promise<number> => {
    const startedAt = performance.now();
    await until('a change is taken again', () =>
      world.put(world.root, name).then(
        () => true,
        () => undefined,
      ),
    );
    return performance.now() - startedAt;
  };

  it('does an operation again whose connection was lost before the commit', async () => {
    proxy.commitFate = 'lose request';
    const { nodeId } = await world.put(world.root, 'f', 10);
    assert.equal((await world.node(nodeId)).sizeBytes, 10);
    assert.equal(await world.usedBytes(), 10);
  });

  it('does not do an operation again whose commit was done and only its answer was lost', async () => {
    proxy.commitFate = 'lose answer';
    const { created, nodeId } = await world.put(world.root, 'f', 10);
    assert.equal(created, true, 'the answer of the first time');
    assert.deepEqual(await world.store.listVersions(nodeId), []);
    assert.equal(await world.usedBytes(), 10);
    assert.equal((await world.node(world.root)).nodeCount, 1);
  });

  it('answers all that shared a commit whose answer was lost, each with its own outcome', async () => {
    let shared = 0;
    // On a busy machine the first of them may take so long that the others get a commit of their own.
    for (let attempt = 0; shared === 0 && attempt < 20; attempt += 1) {
      proxy.commitFate = 'lose answer';
      const commits = proxy.commits;
      const [one, other] = [`a${attempt}`, `b${attempt}`];
      const results = await Promise.allSettled([
        world.put(world.root, one),
        world.mkcol(world.root, one),
        world.put(world.root, other),
      ]);
      assert.deepEqual(
        results.map((result) => result.status),
        ['fulfilled', 'rejected', 'fulfilled'],
      );
      const names = await world.names(world.root);
      assert.ok(names.includes(one) && names.includes(other) && names.length === 2 * (attempt + 1), names.join());
      if (proxy.commits === commits + 1) shared += 1;
    }
    assert.equal(shared, 1);
  });

  it('goes on after all connections were cut', async () => {
    await Promise.all([world.store.hasUsers(), world.store.hasUsers(), world.store.hasUsers()]);
    proxy.cut();
    const { nodeId } = await world.put(world.root, 'f');
    proxy.cut();
    assert.equal((await world.store.getNode(nodeId))?.name, 'f');
  });

  it('gives up connections that fell silent while the server works', async () => {
    proxy.silence();
    const startedAt = performance.now();
    await Promise.all([world.put(world.root, 'f'), world.store.hasUsers()]);
    assert.ok(performance.now() - startedAt < RECOVERY_MS);
  });

  it('does an operation again that was the victim of a deadlock', async () => {
    const other = await connection();
    await other.command('START TRANSACTION');
    // The operation takes the space, then the user; this takes them the other way around and has changed more.
    await other.change('UPDATE user SET used_bytes = used_bytes');
    const many = Array.from({ length: 100 }, (_, i) => `('${i}', '')`);
    await other.change(`INSERT INTO setting (name, value) VALUES ${many.join(', ')}`);
    const put = world.put(world.root, 'f', 10);
    const isWaiting = async (): Promise<true | undefined> => {
      const waiting = "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'";
      return (await mariadb.execute(waiting)).trim() === '1' ? true : undefined;
    };
    // Asked more often than every 100 ms the server repeats what it said before.
    await until('the operation waits for the user', isWaiting, { everyMs: 150 });
    await other.change('UPDATE space SET rev = rev');
    await other.command('COMMIT');
    await other.close();
    await put;
    assert.equal(await world.usedBytes(), 10);
  });

  it('takes what was waiting too long for a lock up again', async () => {
    const other = await connection();
    await other.command('START TRANSACTION');
    await other.change('UPDATE space SET rev = rev');
    const put = world.put(world.root, 'f');
    await assert.rejects(put, isUnavailable);
    await other.command('ROLLBACK');
    await other.close();
    await world.put(world.root, 'f');
  });

  it('is unavailable in time while the server is stopped, and soon there again', async () => {
    await mariadb.pause();
    const startedAt = performance.now();
    try {
      const asked = [world.put(world.root, 'f'), world.store.hasUsers(), world.store.ping()];
      for (const result of await Promise.allSettled(asked)) assert.equal(result.status, 'rejected');
      await assert.rejects(world.store.getNode(world.root), isUnavailable);
      assert.ok(performance.now() - startedAt < 2 * RECOVERY_MS, 'it does not hang');
    } finally {
      mariadb.resume();
    }
    assert.ok((await recovered('g')) < RECOVERY_MS);
    await world.store.ping();
  });

  it('leaves no connection behind when it is closed while it looks for the server', async () => {
    await mariadb.pause();
    try {
      await assert.rejects(world.store.hasUsers(), isUnavailable);
      await world.store.close();
    } finally {
      mariadb.resume();
    }
    const connections = `SELECT COUNT(*) FROM information_schema.processlist WHERE db = '${direct.name}'`;
    await until('nobody is connected', async () =>
      (await mariadb.execute(connections)).trim() === '0' ? true : undefined,
    );
  });

  it('is unavailable while the server is gone, and soon there again', async () => {
    await mariadb.kill();
    await assert.rejects(world.put(world.root, 'f'), isUnavailable);
    await assert.rejects(world.store.hasUsers(), isUnavailable);
    await assert.rejects(world.store.ping(), isUnavailable);
    await mariadb.start();
    assert.ok((await recovered('g')) < RECOVERY_MS);
    assert.deepEqual(await world.names(world.root), ['g']);
  });

  it('takes so many changes at a time and no more', async () => {
    await mariadb.pause();
    const puts = Array.from({ length: 10_100 }, () => world.store.run('setSetting', { key: 'k', value: 'v' }));
    const results = Promise.allSettled(puts);
    await assert.rejects(puts.at(-1)!, { code: 'busy' });
    mariadb.resume();
    const codes = (await results).map((result) =>
      result.status === 'rejected' ? (result.reason as { code: string }).code : 'done',
    );
    assert.deepEqual([...new Set(codes)].toSorted(), ['busy', 'done']);
  });

  it('opens nothing where nobody listens', async () => {
    const port = proxy.port;
    await proxy.close();
    await assert.rejects(
      openMysqlStore({ server: { ...direct, hosts: [{ host: '127.0.0.1', port }] } }),
      isUnavailable,
    );
    proxy = await Proxy.before(mariadb.port);
  });
});
