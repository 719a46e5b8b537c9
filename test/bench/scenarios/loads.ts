import { runLoad } from '../wrk.ts';
import { emptyCollection, largeFile, listOf } from './fixtures.ts';
import type { Scenario, Target } from './scenario.ts';

type LoadScenario = Omit<Scenario, 'measure' | 'unit'> & { load: string; clients: number; unit?: 'ops/s' | 'MB/s' };

/** As many requests as are answered in the time, by wrk. */
function underLoad({ load, clients, unit = 'ops/s', ...about }: LoadScenario): Scenario {
  return {
    ...about,
    unit,
    measure: async ({ contender, seconds, run }) => {
      const { requests, micros, bytes, failed } = await runLoad(contender, { load, clients, seconds, run });
      const amount = unit === 'MB/s' ? bytes / 1e6 : requests;
      return { value: (amount / micros) * 1e6, requests, failed };
    },
  };
}

const newFiles = emptyCollection('new');
const locks = emptyCollection('locks');
const small = listOf(1000);

function listing(entries: number, aim: number): Scenario {
  return underLoad({
    name: `list-${entries}`,
    title: `PROPFIND 1 of ${entries.toLocaleString('en')}`,
    load: `propfind-${entries}`,
    clients: 1,
    aim,
    uses: [listOf(entries)],
  });
}

/** Files to lock: a lock on a name without a file would make one. */
async function layLockFiles({ connection, run }: Target, clients: number): Promise<void> {
  for (let thread = 1; thread <= clients; thread++) {
    await connection.order('PUT', `${locks.name}${run}-${thread}`, { body: 'x' });
  }
}

function put(clients: number, aim: number): Scenario {
  const title = `PUT 4 KiB, ${clients} client${clients === 1 ? '' : 's'}`;
  return underLoad({ name: `put-${clients}`, title, load: 'put', clients, aim, uses: [newFiles] });
}

export const loads: readonly Scenario[] = [
  put(1, 3000),
  put(16, 8000),
  underLoad({ name: 'get', title: 'GET 4 KiB, 16 clients', load: 'get', clients: 16, aim: 12_000, uses: [small] }),
  underLoad({
    name: 'propfind-0',
    title: 'PROPFIND 0, 16 clients',
    load: 'propfind-0',
    clients: 16,
    aim: 14_000,
    uses: [small],
  }),
  listing(100, 4600),
  listing(1000, 450),
  listing(10_000, 45),
  underLoad({
    name: 'get-ranges',
    title: 'GET 64 KiB ranges, 16 clients',
    load: 'ranges',
    clients: 16,
    unit: 'MB/s',
    aim: 1000,
    uses: [largeFile],
  }),
  underLoad({
    name: 'lock',
    title: 'LOCK + UNLOCK, 16 clients',
    load: 'lock',
    clients: 16,
    aim: 6000,
    uses: [locks],
    ready: (target) => layLockFiles(target, 16),
  }),
  underLoad({
    name: 'mixed',
    title: '80 % GET, 10 % PROPFIND 1 of 100, 10 % PUT, 32 clients',
    load: 'mixed',
    clients: 32,
    aim: 7000,
    uses: [small, listOf(100), newFiles],
  }),
];
