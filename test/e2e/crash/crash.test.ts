import assert from 'node:assert/strict';
import { request as httpRequest, type ClientRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { SeededRandom, seededBytes } from '../../support/content.ts';
import { DavClient } from '../../support/dav-client.ts';
import { Scratch } from '../../support/processes.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { checkStore } from '../../support/store-check.ts';
import { ContestedFile } from './contested.ts';
import { readTrees, reconcile } from './verify.ts';
import { Writer } from './writer.ts';

const KILLS = Number(process.env['NOSOCIAL_TEST_KILLS'] ?? 20);
const SEED = Number(process.env['NOSOCIAL_TEST_SEED'] ?? Date.now() % 1_000_000);
const WRITERS = 16;
const CONTESTED = 2;
/** More than one transaction copies at once, so that a copy is made out of sight first. */
const BIG_FOLDER = 1100;
const READY_WITHIN_MS = 5000;
/** Trash and versions of so many rounds fit on a small disk; then a new store begins. */
const ROUNDS_PER_STORE = 20;
const ACCOUNT = { name: 'crash', password: 'crash-secret' };

/** Everything that goes on in one store until it is killed, again and again. */
class Arena {
  readonly server: TestServer;
  readonly dav: DavClient;
  readonly writers: Writer[];
  readonly contested: ContestedFile[];
  readonly #seed: number;
  readonly #scratch: Scratch;
  #rounds = 0;

  private constructor(server: TestServer, seed: number, scratch: Scratch) {
    this.server = server;
    this.#scratch = scratch;
    this.#seed = seed;
    this.dav = new DavClient(server.davUrl, ACCOUNT, 64);
    this.writers = Array.from({ length: WRITERS }, (_, index) => new Writer(this.dav, `w${index}`, seed + index));
    this.contested = Array.from({ length: CONTESTED }, (_, i) => new ContestedFile(this.dav, `crash/contested-${i}`));
  }

  static async open(seed: number): Promise<Arena> {
    const scratch = await Scratch.create('crash');
    const server = await startServer({ disks: [scratch.path('one'), scratch.path('two')] });
    const arena = new Arena(server, seed, scratch);
    await server.addUser(ACCOUNT.name, { password: ACCOUNT.password, quota: '1TB' });
    for (const folder of ['', '/shared', '/big', ...arena.writers.map(({ name }) => `/${name}`)]) {
      await arena.dav.makeCollection(`crash${folder}`);
    }
    const names = Array.from({ length: BIG_FOLDER }, (_, index) => `crash/big/${index}`);
    const fill = async () => {
      for (let name = names.pop(); name !== undefined; name = names.pop()) await arena.dav.put(name, name);
    };
    await Promise.all(Array.from({ length: WRITERS }, fill));
    return arena;
  }

  async close(): Promise<void> {
    this.dav.close();
    await this.server.stop();
    await this.#scratch.remove();
  }

  /** Lets all write until `afterMs`, then kills the server; gives how many operations it acknowledged. */
  async writeUntilKilled(afterMs: number): Promise<number> {
    const round = this.#rounds++;
    let isOver = false;
    const before = this.#acknowledged();
    const stalled = this.#startStalledUpload();
    const work = [
      ...this.writers.map((writer) => writer.work(() => isOver)),
      ...this.contested.map((file, index) => file.work(`${this.#seed}-${round}-${index}`, () => isOver)),
      this.#copyBigFolder(afterMs, () => isOver),
    ];
    const settled = Promise.allSettled(work);
    const failed = Promise.all(work).then(() => undefined);
    failed.catch(() => undefined);
    await Promise.race([delay(afterMs), failed]);
    isOver = true;
    await this.server.kill();
    stalled.destroy();
    const failure = (await settled).find((result) => result.status === 'rejected');
    if (failure) throw failure.reason;
    return this.#acknowledged() - before;
  }

  /** Kills the server once more, while it cleans up after the first kill. */
  async killWhileStarting(afterMs: number): Promise<void> {
    const starting = this.server.restart().catch(() => undefined);
    await delay(afterMs);
    await this.server.kill();
    await starting;
  }

  #acknowledged(): number {
    return [...this.writers, ...this.contested].reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  }

  /** Half a file that is never finished: certainly under way when the server is killed. */
  #startStalledUpload(): ClientRequest {
    const upload = httpRequest(this.dav.urlOf('crash/stalled'), {
      method: 'PUT',
      headers: { authorization: this.dav.authorization, 'content-length': 1_000_000 },
    });
    upload.on('error', () => undefined);
    upload.write(seededBytes('stalled', 500_000));
    return upload;
  }

  /** Starts a copy that takes many transactions, not long before the end. */
  async #copyBigFolder(afterMs: number, isOver: () => boolean): Promise<void> {
    await delay(afterMs * 0.9);
    const destination = this.dav.urlOf('crash/big-copy');
    await this.dav.request('COPY', 'crash/big', { headers: { destination } }).catch((error: unknown) => {
      if (!isOver()) throw error;
    });
  }

  /** Everything that is wrong with what the server holds after the kill; what is right is what counts from now on. */
  async verify(): Promise<string[]> {
    const trees = await readTrees(this.dav, this.writers);
    const wrong = this.writers.flatMap((writer) => reconcile(writer, trees.get(writer)!));
    for (const file of this.contested) wrong.push(...(await file.verify()));
    return [...wrong, ...(await this.#verifyRoot())];
  }

  async #verifyRoot(): Promise<string[]> {
    const wrong: string[] = [];
    const root = new Set((await this.dav.list('crash')).keys());
    if (root.delete('big-copy')) {
      const copied = (await this.dav.list('crash/big-copy', '<D:resourcetype/>')).size;
      if (copied !== BIG_FOLDER) wrong.push(`big-copy has ${copied} of ${BIG_FOLDER} files`);
      await this.dav.expect(204, 'DELETE', 'crash/big-copy');
    }
    const known = [
      'shared',
      'big',
      ...this.writers.map(({ name }) => name),
      ...this.contested.map(({ path }) => path.slice(6)),
    ];
    for (const name of known) root.delete(name);
    return [...wrong, ...[...root].map((name) => `crash/${name} should not be there`)];
  }
}

describe('kill -9 under parallel writes', function () {
  this.timeout(60_000);
  this.bail(true);
  let arena: Arena | undefined;
  const figures = { acknowledged: 0, slowestStartMs: 0 };
  const random = new SeededRandom(SEED);

  before(() => {
    process.stdout.write(`  ${KILLS} kills, NOSOCIAL_TEST_SEED=${SEED}\n`);
  });
  after(async () => {
    await arena?.close();
    const { acknowledged, slowestStartMs } = figures;
    process.stdout.write(`  ${acknowledged} operations acknowledged, slowest start ${slowestStartMs.toFixed(0)} ms\n`);
  });

  for (let round = 0; round < KILLS; round++) {
    it(`loses nothing, tears nothing and leaves nothing behind (kill ${round + 1})`, async () => {
      if (round % ROUNDS_PER_STORE === 0) {
        await arena?.close();
        arena = await Arena.open(SEED + round);
      }
      const { server } = arena!;
      figures.acknowledged += await arena!.writeUntilKilled(random.integer(100, 1500));

      if (round % 3 === 2) await arena!.killWhileStarting(random.integer(50, 500));
      const startedMs = performance.now();
      await server.restart();
      const startMs = performance.now() - startedMs;
      figures.slowestStartMs = Math.max(figures.slowestStartMs, startMs);
      assert.ok(startMs <= READY_WITHIN_MS, `the start after the kill took ${startMs.toFixed(0)} ms`);

      assert.deepEqual(await arena!.verify(), []);
      await server.end();
      assert.deepEqual(await checkStore(server.dataFolder), []);
      await server.restart();
    });
  }
});
