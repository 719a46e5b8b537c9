import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { SeededRandom } from '../../support/content.ts';
import { describeOnDatabases, type DatabaseEngine } from '../../support/databases.ts';
import { Scratch } from '../../support/processes.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { checkStore } from '../../support/store-check.ts';
import { Arena } from './arena.ts';

const KILLS = Number(process.env['NOSOCIAL_TEST_KILLS'] ?? 10);
/** The longest time that all may write before a kill. */
const WRITING_MS = Number(process.env['NOSOCIAL_TEST_WRITING_MS'] ?? 1500);
const SEED = Number(process.env['NOSOCIAL_TEST_SEED'] ?? Date.now() % 1_000_000);
/** A start that hangs; how long it takes is told at the end, and measured by the bench. */
const READY_WITHIN_MS = 30_000;
/** Trash and versions of so many rounds fit on a small disk; then a new store begins. */
const ROUNDS_PER_STORE = 20;

/** A server with two disks that is killed again and again. */
class Victim {
  readonly server: TestServer;
  readonly arena: Arena;
  readonly #scratch: Scratch;

  private constructor(server: TestServer, arena: Arena, scratch: Scratch) {
    this.server = server;
    this.arena = arena;
    this.#scratch = scratch;
  }

  static async open(database: DatabaseEngine, seed: number): Promise<Victim> {
    const scratch = await Scratch.create('crash');
    const server = await startServer({ database, disks: [scratch.path('one'), scratch.path('two')] });
    return new Victim(server, await Arena.open(server, seed), scratch);
  }

  async close(): Promise<void> {
    this.arena.close();
    await this.server.stop();
    await this.#scratch.remove();
  }

  /** Kills the server once more, while it cleans up after the first kill. */
  async killWhileStarting(afterMs: number): Promise<void> {
    const starting = this.server.restart().catch(() => undefined);
    await delay(afterMs);
    await this.server.kill();
    await starting;
  }
}

describeOnDatabases('kill -9 under parallel writes', function (database) {
  this.timeout(60_000);
  this.bail(true);
  let victim: Victim | undefined;
  const figures = { acknowledged: 0, slowestStartMs: 0 };
  const random = new SeededRandom(SEED);

  before(() => {
    process.stdout.write(`  ${database.name}: ${KILLS} kills, NOSOCIAL_TEST_SEED=${SEED}\n`);
  });
  after(async () => {
    await victim?.close();
    const { acknowledged, slowestStartMs } = figures;
    const slowest = `slowest start ${slowestStartMs.toFixed(0)} ms`;
    process.stdout.write(`  ${database.name}: ${acknowledged} operations acknowledged, ${slowest}\n`);
  });

  for (let round = 0; round < KILLS; round++) {
    it(`loses nothing, tears nothing and leaves nothing behind (kill ${round + 1})`, async () => {
      if (round % ROUNDS_PER_STORE === 0) {
        await victim?.close();
        victim = await Victim.open(database, SEED + round);
      }
      const { server, arena } = victim!;
      figures.acknowledged += await arena.writeUntil(random.integer(100, WRITING_MS), () => server.kill());

      if (round % 3 === 2) await victim!.killWhileStarting(random.integer(50, 500));
      const startedMs = performance.now();
      await server.restart();
      const startMs = performance.now() - startedMs;
      figures.slowestStartMs = Math.max(figures.slowestStartMs, startMs);
      assert.ok(startMs <= READY_WITHIN_MS, `the start after the kill took ${startMs.toFixed(0)} ms`);

      assert.deepEqual(await arena.verify(), []);
      await server.end();
      assert.deepEqual(await checkStore(server.databaseUrl), []);
      await server.restart();
    });
  }
});
