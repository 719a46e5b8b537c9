import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { SeededRandom, seededBytes } from '../../support/content.ts';
import { DavClient } from '../../support/dav-client.ts';
import { checkStore } from '../../support/store-check.ts';
import { TusClient } from '../../support/tus-client.ts';
import { Arena } from '../crash/arena.ts';
import { endUnheardOf, Transfer, wrongIn } from '../crash/transfer.ts';
import { PoweredServer, type Power } from './powered-server.ts';

const CUTS = Number(process.env['NOSOCIAL_TEST_CUTS'] ?? 20);
const SEED = Number(process.env['NOSOCIAL_TEST_SEED'] ?? Date.now() % 1_000_000);
/** Long enough for thousands of operations, too short for a file system to write by itself. */
const CONTROL_MS = 2000;

/** The last comes in more pieces than there is time for before most cuts. */
const UPLOAD_SIZES = [1, 60_000, 65_537, 900_000, 5_000_000, 20_000_000];

const POWERS: readonly Power[] = [
  { fileSystem: 'ext4', database: 'SQLite' },
  { fileSystem: 'btrfs', database: 'SQLite' },
  { fileSystem: 'ext4', database: 'MariaDB' },
];

for (const power of POWERS) {
  describe(`a power cut with ${power.database} on ${power.fileSystem}`, function () {
    // A cut takes some seconds, and much longer beside other work.
    this.timeout(180_000);

    describe('under parallel writes', function () {
      this.bail(true);
      let powered: PoweredServer | undefined;
      let arena: Arena | undefined;
      let acknowledged = 0;
      const random = new SeededRandom(SEED);

      before(async () => {
        process.stdout.write(`  ${CUTS} cuts, NOSOCIAL_TEST_SEED=${SEED}\n`);
        powered = await PoweredServer.start(power);
        arena = await Arena.open(powered.server, SEED);
      });
      after(async () => {
        arena?.close();
        await powered?.close();
        process.stdout.write(`  ${acknowledged} operations acknowledged\n`);
      });

      for (let round = 0; round < CUTS; round++) {
        it(`loses nothing, tears nothing and leaves nothing behind (cut ${round + 1})`, async () => {
          const { server } = powered!;
          acknowledged += await arena!.writeUntil(random.integer(100, 2000), () => powered!.cutPower());
          if (round % 3 === 2) await powered!.cutPowerWhileStarting(random.integer(50, 1000));
          await powered!.startAgain();
          assert.deepEqual(await arena!.verify(), []);
          await server.end();
          assert.deepEqual(await checkStore(server.databaseUrl), []);
          const { code, stdout, stderr } = await server.cli(['fsck', '--dry-run', '--checksums']);
          assert.equal(code, 0, stdout + stderr);
          await server.restart();
        });
      }
    });

    it('leaves the first user and the first files, straight after the first start', async () => {
      const powered = await PoweredServer.start(power);
      const account = { name: 'first', password: 'first-secret' };
      const dav = new DavClient(powered.server.davUrl, account);
      const files = new Map([20, 200_000].map((size) => [`of ${size} bytes`, seededBytes(`first-${size}`, size)]));
      try {
        await powered.server.addUser(account.name, account);
        for (const [name, content] of files) await dav.put(name, content);
        await powered.cutPower();
        await powered.startAgain();
        for (const [name, content] of files) assert.deepEqual(await dav.get(name), content);
      } finally {
        dav.close();
        await powered.close();
      }
    });

    it('goes on with uploads in pieces from what was acknowledged of them', async () => {
      const powered = await PoweredServer.start(power);
      const { server } = powered;
      const account = { name: 'first', password: 'first-secret' };
      const dav = new DavClient(server.davUrl, account);
      const random = new SeededRandom(SEED);
      try {
        await server.addUser(account.name, account);
        const client = await TusClient.login(server.url, account);
        const transfers = UPLOAD_SIZES.map((size) => new Transfer(`of ${size}`, size, random.integer(20_000, 300_000)));
        for (let cuts = Math.ceil(CUTS / 5); cuts > 0; cuts -= 1) {
          const unfinished = transfers.filter(({ isDone }) => !isDone);
          const going = Promise.allSettled(unfinished.map((each) => each.go(client)));
          await delay(random.integer(50, 600));
          await powered.cutPower();
          assert.deepEqual(wrongIn(await going), []);
          await powered.startAgain();
        }
        await Promise.all(transfers.filter(({ isDone }) => !isDone).map((each) => each.go(client)));
        for (const { name, content } of transfers) assert.deepEqual(await dav.get(`Mere/${name}`), content, name);
        await endUnheardOf(client);
        await server.end();
        assert.deepEqual(await checkStore(server.databaseUrl), []);
      } finally {
        dav.close();
        await powered.close();
      }
    });

    it('would lose what was acknowledged if nothing were synced', async () => {
      const powered = await PoweredServer.start({ ...power, isWithoutSyncs: true });
      const arena = await Arena.open(powered.server, SEED);
      try {
        await powered.disks.sync();
        const acknowledged = await arena.writeUntil(CONTROL_MS, () => powered.cutPower());
        const wrong = await findWrong(powered, arena);
        process.stdout.write(
          `  control: ${acknowledged} operations acknowledged, ${new Set(wrong).size} differences\n`,
        );
        assert.notDeepEqual(wrong, [], 'the control lost nothing, so the other tests prove nothing');
      } finally {
        arena.close();
        await powered.close();
      }
    });
  });
}

/** What is wrong after a power cut that may have left anything: also a server that does not start, or answer. */
async function findWrong(powered: PoweredServer, arena: Arena): Promise<string[]> {
  try {
    await powered.startAgain();
    return await arena.verify();
  } catch (error) {
    return [String(error)];
  }
}
