import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { SeededRandom } from '../../support/content.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { Scratch } from '../../support/processes.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { checkStore } from '../../support/store-check.ts';
import { TusClient } from '../../support/tus-client.ts';
import { endUnheardOf, Transfer, wrongIn } from './transfer.ts';

/** Fewer than of other writes: each round waits for all uploads to end. */
const ROUNDS = Math.ceil(Number(process.env['NOSOCIAL_TEST_KILLS'] ?? 20) / 20);
const SEED = Number(process.env['NOSOCIAL_TEST_SEED'] ?? Date.now() % 1_000_000);
const MIB = 1024 * 1024;
const PASSWORD = 'correct horse';
/** The last one comes in one piece, of which a part is durable before the end. */
const SIZES = [1, 60_000, 65_536, 65_537, 900_000, 5 * MIB, 36 * MIB];
const LONGEST_MS = 700;

describeOnDatabases('kill -9 under uploads in pieces', function (database) {
  this.timeout(120_000);
  this.bail(true);
  const random = new SeededRandom(SEED);
  let scratch: Scratch;
  let server: TestServer;
  let client: TusClient;

  before(async () => {
    process.stdout.write(`  ${database.name}: ${ROUNDS} rounds, NOSOCIAL_TEST_SEED=${SEED}\n`);
    scratch = await Scratch.create('crash-uploads');
    server = await startServer({ database, disks: [scratch.path('one'), scratch.path('two')] });
    await server.addUser('ann', { password: PASSWORD, quota: '100GB' });
    // Its token outlives the server.
    client = await TusClient.login(server.url, { name: 'ann', password: PASSWORD });
  });
  after(async () => {
    await server.stop();
    await scratch.remove();
  });

  for (let round = 0; round < ROUNDS; round++) {
    it(`goes on with all of them, and leaves nothing behind (round ${round + 1})`, async () => {
      const transfers = SIZES.map((sizeBytes, index) => {
        const pieceBytes = index === SIZES.length - 1 ? sizeBytes : random.integer(10_000, MIB);
        return new Transfer(`file-${round}-${index}`, sizeBytes, pieceBytes);
      });
      // What is cut off says nothing; what is wrong with an offset is told by the next one who goes on.
      for (let kills = random.integer(1, 3); kills > 0; kills -= 1) {
        const going = Promise.allSettled(transfers.filter(({ isDone }) => !isDone).map((each) => each.go(client)));
        await delay(random.integer(5, LONGEST_MS));
        await server.kill();
        assert.deepEqual(wrongIn(await going), []);
        await server.restart();
      }
      await Promise.all(transfers.map((each) => each.go(client)));
      for (const { name, content } of transfers) {
        const authorization = `Basic ${Buffer.from(`ann:${PASSWORD}`).toString('base64')}`;
        const response = await fetch(`${server.davUrl}Mere/${name}`, { headers: { Authorization: authorization } });
        assert.ok(content.equals(Buffer.from(await response.arrayBuffer())), name);
      }
      await endUnheardOf(client);
      await server.end();
      assert.deepEqual(await checkStore(server.databaseUrl), []);
      await server.restart();
    });
  }
});
