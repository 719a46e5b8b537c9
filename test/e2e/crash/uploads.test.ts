import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { SeededRandom, seededBytes } from '../../support/content.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { Scratch } from '../../support/processes.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { checkStore } from '../../support/store-check.ts';
import { TusClient } from '../../support/tus-client.ts';

/** Fewer than of other writes: each round waits for all uploads to end. */
const ROUNDS = Math.ceil(Number(process.env['NOSOCIAL_TEST_KILLS'] ?? 20) / 20);
const SEED = Number(process.env['NOSOCIAL_TEST_SEED'] ?? Date.now() % 1_000_000);
const MIB = 1024 * 1024;
const PASSWORD = 'correct horse';
/** The last one comes in one piece, of which a part is durable before the end. */
const SIZES = [1, 60_000, 65_536, 65_537, 900_000, 5 * MIB, 70 * MIB];
const LONGEST_MS = 1200;

/** An upload, with what the server said of it. */
class Transfer {
  readonly name: string;
  readonly content: Buffer;
  readonly #pieceBytes: number;
  #place: string | undefined;
  acknowledgedBytes = 0;
  isDone = false;

  constructor(name: string, sizeBytes: number, pieceBytes: number) {
    this.name = name;
    this.content = seededBytes(name, sizeBytes);
    this.#pieceBytes = pieceBytes;
  }

  /** Goes on until the file is there, or the server is gone. */
  async go(client: TusClient): Promise<void> {
    this.#place ??= await client.create({ path: `/Mere/${this.name}` }, this.content.length);
    let offset = await client.offset(this.#place);
    assert.ok(offset <= this.content.length);
    assert.ok(offset >= this.acknowledgedBytes, `${this.name}: ${offset} of ${this.acknowledgedBytes} bytes are there`);
    while (!this.isDone) {
      const { status, headers } = await client.patch(this.#place, offset, this.#piece(offset));
      assert.equal(status, 204);
      offset = Number(headers.get('upload-offset'));
      this.acknowledgedBytes = offset;
      this.isDone = headers.has('nosocial-file-id');
    }
  }

  #piece(offset: number): Buffer {
    return this.content.subarray(offset, offset + this.#pieceBytes);
  }
}

/** Ends those whose beginning was noted, but whose client never heard so and began another. */
async function endUnheardOf(client: TusClient): Promise<void> {
  const { items = [] } = (await client.send('GET', '/api/v1/uploads')).body;
  for (const { location, receivedBytes } of items as readonly { location: string; receivedBytes: number }[]) {
    assert.equal(receivedBytes, 0);
    assert.equal((await client.send('DELETE', location)).status, 204);
  }
}

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
      for (let kills = random.integer(1, 4); kills > 0; kills -= 1) {
        const going = Promise.allSettled(transfers.filter(({ isDone }) => !isDone).map((each) => each.go(client)));
        await delay(random.integer(5, LONGEST_MS));
        await server.kill();
        const wrong = (await going).flatMap((each) => (each.status === 'rejected' ? [each.reason as Error] : []));
        assert.deepEqual(
          wrong.filter((error) => error instanceof assert.AssertionError),
          [],
        );
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
