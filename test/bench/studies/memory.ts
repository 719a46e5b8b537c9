import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from '../connection.ts';
import type { Contender } from '../contenders/contender.ts';
import { forgetPeaks, memoryBytes } from '../process-figures.ts';
import { largeFile, listOf, putLarge, withConnection } from '../scenarios/fixtures.ts';
import { LIST } from '../scenarios/listings.ts';
import { fillStore, isThere } from './large-store.ts';
import type { Study } from './study.ts';

const IDLE_MS = 10_000;
const ENTRIES = 10_000;
const list = listOf(ENTRIES);

/** The first request is a login, whose password hash takes memory of its own: it is measured apart. */
const WORK: readonly [title: string, work: (connection: Connection) => Promise<unknown>][] = [
  [
    'login',
    (connection) => connection.order('PROPFIND', list.name, { ...LIST, headers: { ...LIST.headers, Depth: 0 } }),
  ],
  ['listing of 10,000', (connection) => connection.order('PROPFIND', list.name, LIST)],
  ['upload of 1 GiB', (connection) => putLarge(connection, largeFile.name)],
  ['download of 1 GiB', (connection) => connection.order('GET', largeFile.name)],
];

export const memory: Study = {
  name: 'memory',
  about: 'resident memory of the idle server with many files, and how much work adds to it',
  run: async (contender, { maxFiles, tell }) => {
    await fillStore(contender, maxFiles);
    await withConnection(contender, async (connection) => {
      if (!(await isThere(connection, 'bench/'))) await connection.order('MKCOL', 'bench/');
      if (!(await isThere(connection, list.name))) await list.lay(contender);
    });
    tell(`  ${contender.name}: filled`);
    await contender.restart();
    const rows = [[`idle after a start, ${maxFiles.toLocaleString('en')} files`, mib(await idleBytes(contender))]];
    for (const [title, work] of WORK) {
      const before = await idleBytes(contender);
      await forgetPeaks(own(contender));
      await withConnection(contender, work);
      const { peak } = await memoryBytes(own(contender));
      rows.push([`${title}: ${mib(before)} before, at its peak more by`, mib(peak - before)]);
    }
    rows.push(['idle after all that', mib(await idleBytes(contender))]);
    return [{ title: `${contender.name}: memory of its own processes`, head: ['', 'MiB'], rows }];
  },
};

/** A database server beside it is not its own memory. */
function own({ pids }: Contender): readonly number[] {
  return pids.slice(0, 1);
}

async function idleBytes(contender: Contender): Promise<number> {
  await pause(IDLE_MS);
  return (await memoryBytes(own(contender))).resident;
}

function mib(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(0);
}
