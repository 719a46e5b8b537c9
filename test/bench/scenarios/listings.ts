import { entryName, listOf, withConnection } from './fixtures.ts';
import type { Fixture, Scenario } from './scenario.ts';

const MAX_LISTINGS = 200;
export const LIST = {
  headers: { Depth: 1, 'Content-Type': 'application/xml' },
  body:
    '<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/>' +
    '<getlastmodified/><getetag/></prop></propfind>',
};

/** Each listing is the first one after one of the files was written anew: nothing rendered before can serve. */
function afterChange(entries: number, aim: number): Scenario {
  const list = listOf(entries);
  return {
    name: `list-${entries}-changed`,
    title: `PROPFIND 1 of ${entries.toLocaleString('en')}, each after a change`,
    unit: 'ops/s',
    aim,
    uses: [list],
    measure: async ({ connection, seconds }) => {
      let [tookMs, requests] = [0, 0];
      const deadlineMs = performance.now() + seconds * 1000;
      while (performance.now() < deadlineMs && requests < MAX_LISTINGS) {
        await connection.order('PUT', list.name + entryName(requests % entries), { body: `written ${requests} times` });
        tookMs += (await connection.order('PROPFIND', list.name, LIST)).tookMs;
        requests++;
      }
      return { value: (requests / tookMs) * 1000, requests, failed: 0 };
    },
  };
}

/** The first listing after a start. */
function cold(list: Fixture): Scenario {
  return {
    name: 'list-10000-cold',
    title: 'PROPFIND 1 of 10,000, first after a start',
    unit: 'ms',
    aim: 100,
    uses: [list],
    ready: ({ contender }) => contender.restart(),
    measure: ({ contender }) =>
      withConnection(contender, async (connection) => {
        const { tookMs } = await connection.order('PROPFIND', list.name, LIST);
        return { value: tookMs, requests: 1, failed: 0 };
      }),
  };
}

export const listings: readonly Scenario[] = [
  afterChange(100, 1000),
  afterChange(1000, 100),
  afterChange(10_000, 10),
  cold(listOf(10_000)),
];
