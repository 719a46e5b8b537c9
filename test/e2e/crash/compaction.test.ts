import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Finding } from '../../../src/core/maintenance/findings.ts';
import { fsck } from '../../../src/core/maintenance/fsck.ts';
import { Pace } from '../../../src/core/maintenance/pace.ts';
import { recover } from '../../../src/core/maintenance/recover.ts';
import { readSmallContent } from '../../../src/core/small-content.ts';
import { contentOf } from '../../../src/core/transfer.ts';
import { find } from '../../../src/core/tree.ts';
import { parsePlainPath } from '../../../src/lib/node-path.ts';
import { SeededRandom } from '../../support/content.ts';
import { DiskCore } from '../../support/disk-core.ts';

const KILLS = Number(process.env['NOSOCIAL_TEST_KILLS'] ?? 20) / 2;
const SEED = Number(process.env['NOSOCIAL_TEST_SEED'] ?? Date.now() % 1_000_000);
const PROGRAM = join(import.meta.dirname, 'compacting-process.ts');

describe('kill -9 in the middle of compaction', function () {
  this.timeout(60_000);
  const random = new SeededRandom(SEED);
  /** The last turn that was acknowledged for each file. */
  const acknowledged = new Map<number, number>();
  let folder: string;
  let movedPieces = 0;

  before(async () => {
    process.stdout.write(`  ${KILLS} kills, NOSOCIAL_TEST_SEED=${SEED}\n`);
    const made = await DiskCore.open();
    folder = made.folder;
    await made.end();
  });
  after(async () => {
    await (await DiskCore.attach(folder)).close();
    process.stdout.write(`  ${movedPieces} pieces moved\n`);
    assert.ok(movedPieces > 0, 'something was compacted');
  });

  async function runUntilKilled(): Promise<void> {
    const turn = Math.max(0, ...acknowledged.values()) + 1;
    const child = spawn(process.execPath, [PROGRAM, folder, String(turn)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      const [what, number] = line.split(' ');
      if (what === 'moved') movedPieces += Number(number);
      else acknowledged.set(Number(what), Number(number));
    });
    await once(lines, 'line');
    await delay(random.integer(50, 1500));
    const gone = Promise.all([once(child, 'exit'), once(lines, 'close')]);
    child.kill('SIGKILL');
    await gone;
  }

  async function wrongFiles({ core, ann }: DiskCore): Promise<string[]> {
    const wrong: string[] = [];
    for (const [index, turn] of acknowledged) {
      const { found } = await find(core, ann, parsePlainPath(`f${index}`));
      const location = found && (await contentOf(core, found.node));
      const [name, stored] = location
        ? Buffer.from(await readSmallContent(core, location))
            .toString()
            .split(' ')
        : [];
      // What was under way when it was killed may have happened.
      if (Number(name) !== index || !(Number(stored) >= turn)) wrong.push(`f${index}: ${stored}, not ${turn}`);
    }
    return wrong;
  }

  for (let kill = 1; kill <= KILLS; kill += 1) {
    it(`loses nothing and leaves nothing behind (kill ${kill})`, async () => {
      await runUntilKilled();
      const test = await DiskCore.attach(folder);
      try {
        await recover(test.core);
        test.clock.advance(60);
        assert.deepEqual(await wrongFiles(test), []);
        const findings: Finding[] = [];
        const { signal } = new AbortController();
        const examination = {
          core: test.core,
          isDry: true,
          graceMs: 0,
          pace: new Pace(() => Promise.resolve()),
          signal,
          onFinding: (finding: Finding) => void findings.push(finding),
          onChecked: () => undefined,
        };
        await fsck(examination, { what: 'all', readsContent: true });
        assert.deepEqual(findings, []);
      } finally {
        await test.end();
      }
    });
  }
});
