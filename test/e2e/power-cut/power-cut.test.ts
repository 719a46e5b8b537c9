import assert from 'node:assert/strict';
import { SeededRandom, seededBytes } from '../../support/content.ts';
import { DavClient } from '../../support/dav-client.ts';
import { checkStore } from '../../support/store-check.ts';
import { Arena } from '../crash/arena.ts';
import { PoweredServer, type Power } from './powered-server.ts';

const CUTS = Number(process.env['NOSOCIAL_TEST_CUTS'] ?? 20);
const SEED = Number(process.env['NOSOCIAL_TEST_SEED'] ?? Date.now() % 1_000_000);
/** Long enough for thousands of operations, too short for a file system to write by itself. */
const CONTROL_MS = 2000;

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
