import type { Connection, Question } from '../connection.ts';
import type { Contender } from '../contenders/contender.ts';
import { median } from '../rounds.ts';
import { entryName, listOf, withConnection } from '../scenarios/fixtures.ts';
import { LIST } from '../scenarios/listings.ts';
import { settle } from '../scratch-disk.ts';
import { fillStore, isThere, pathOf, SMALLEST_STORE_FILES } from './large-store.ts';
import type { Study, Table } from './study.ts';

const REPETITIONS = 100;
const LISTINGS = 5;
const LIST_SIZES = [100, 1000, 10_000, 100_000];

/** What is done to one file, wherever the store's size must not matter. */
const OPERATIONS: readonly [title: string, ask: (connection: Connection, path: string) => Asked][] = [
  ['PROPFIND 0', (_, path) => ['PROPFIND', path, { ...LIST, headers: { ...LIST.headers, Depth: 0 } }]],
  ['GET', (_, path) => ['GET', path, {}]],
  ['PUT over it', (_, path) => ['PUT', path, { body: 'written anew' }]],
  ['COPY', (connection, path) => ['COPY', path, to(connection, `${path}.copy`)]],
  ['MOVE', (connection, path) => ['MOVE', `${path}.copy`, to(connection, `${path}.moved`)]],
  ['DELETE', (_, path) => ['DELETE', `${path}.moved`, {}]],
];

/** From here on the operations take what the one before them made, so that the store is in the end as it was. */
const FIRST_OF_CHAIN = 3;

type Asked = [method: string, path: string, question: Question];

export const growth: Study = {
  name: 'growth',
  about: 'what one file costs among more and more files; listings of more and more entries',
  run: async (contender, { maxFiles, tell }) => {
    const rows: string[][] = [];
    for (let files = SMALLEST_STORE_FILES; files <= maxFiles; files *= 10) {
      const startedAt = performance.now();
      await fillStore(contender, files);
      tell(`  ${contender.name}: ${files} files after ${Math.round((performance.now() - startedAt) / 1000)} s`);
      await settle(contender.folder);
      rows.push([files.toLocaleString('en'), ...(await operationMs(contender, files))]);
    }
    const operations: Table = {
      title: `${contender.name}: milliseconds for one file, medians of ${REPETITIONS}`,
      head: ['files in the store', ...OPERATIONS.map(([title]) => title)],
      rows,
    };
    return [operations, await listings(contender, maxFiles)];
  },
};

function to(connection: Connection, path: string): Question {
  return { headers: { Destination: connection.urlOf(path) } };
}

/** Other files for each operation, as far as it can be: none then finds what another one has just read. */
async function operationMs(contender: Contender, files: number): Promise<string[]> {
  return withConnection(contender, async (connection) => {
    const medians: string[] = [];
    for (const [index, [, ask]] of OPERATIONS.entries()) {
      const first = Math.min(index, FIRST_OF_CHAIN) * REPETITIONS;
      const taken: number[] = [];
      for (let number = first; number < first + REPETITIONS; number++) {
        taken.push((await connection.order(...ask(connection, pathOf(files, number)))).tookMs);
      }
      medians.push(median(taken)!.toFixed(2));
    }
    return medians;
  });
}

async function listings(contender: Contender, maxFiles: number): Promise<Table> {
  const rows: string[][] = [];
  for (const entries of LIST_SIZES.filter((size) => size <= maxFiles / 10)) {
    const list = listOf(entries);
    await withConnection(contender, async (connection) => {
      if (!(await isThere(connection, 'bench/'))) await connection.order('MKCOL', 'bench/');
      if (!(await isThere(connection, list.name))) await list.lay(contender);
      const changed: number[] = [];
      const unchanged: number[] = [];
      for (let round = 0; round < LISTINGS; round++) {
        await connection.order('PUT', list.name + entryName(round), { body: `round ${round}` });
        changed.push((await connection.order('PROPFIND', list.name, LIST)).tookMs);
        unchanged.push((await connection.order('PROPFIND', list.name, LIST)).tookMs);
      }
      const eachMs = [median(changed)!, median(unchanged)!];
      const perEntry = eachMs.map((ms) => ((ms * 1000) / entries).toFixed(2));
      rows.push([entries.toLocaleString('en'), ...eachMs.map((ms) => ms.toFixed(2)), ...perEntry]);
    });
  }
  return {
    title: `${contender.name}: listings, medians of ${LISTINGS}`,
    head: ['entries', 'after a change, ms', 'unchanged, ms', 'after a change, µs an entry', 'unchanged, µs an entry'],
    rows,
  };
}
