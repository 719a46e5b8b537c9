// A process that is killed: small files are written again and again in the data at the path given, and packs are
// compacted without a rest. What is acknowledged is told on standard output, and what was moved.
import { compact } from '../../../src/core/maintenance/compact.ts';
import { recover } from '../../../src/core/maintenance/recover.ts';
import { sweep } from '../../../src/core/maintenance/sweep.ts';
import { DiskCore } from '../../support/disk-core.ts';

const FILES = 40;
const FILE_BYTES = 4000;
const { signal } = new AbortController();

const [folder = '', first = '0'] = process.argv.slice(2);
const test = await DiskCore.attach(folder, { maxPackBytes: 200_000 });
await recover(test.core);
for (let turn = Number(first); ; turn += 1) {
  // A few files stay for long, so that every pack has something that lives.
  const names = Array.from({ length: FILES }, (_, index) => index).filter((index) => index % 8 !== 0 || turn % 7 === 0);
  await Promise.all(
    names.map(async (index) => {
      await test.put(`f${index}`, Buffer.from(`${index} ${turn} `.padEnd(FILE_BYTES, 'x')));
      process.stdout.write(`${index} ${turn}\n`);
    }),
  );
  test.clock.advance(3600);
  await sweep(test.core, signal);
  const onMoved = (pieces: number): void => void process.stdout.write(`moved ${pieces}\n`);
  await compact({ core: test.core, signal, rest: () => Promise.resolve(), onMoved });
}
