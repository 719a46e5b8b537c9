import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase, type DatabaseReader } from '../../support/database-reader.ts';
import { ACCOUNT, type Contender } from '../contenders/contender.ts';
import { median } from '../rounds.ts';
import { fillHome } from '../search/fill.ts';
import { settle } from '../scratch-disk.ts';
import type { Study, Table } from './study.ts';

const REPETITIONS = 25;
const LIMIT = 50;
/** What people type: common, rare and missing, short and long, in several scripts, one word and two. */
const QUERIES: readonly [what: string, q: string][] = [
  ['3 letters, very common', 'img'],
  ['3 letters, common', 'gar'],
  ['3 letters, with an accent', 'ķir'],
  ['3 letters, missing', 'qzx'],
  ['5 letters, common', 'beach'],
  ['5 letters, missing', 'xyzzy'],
  ['a long word', 'apdrošināšana'],
  ['two words', 'summer holiday'],
  ['two words, one very common', 'holiday 2019'],
  ['two words, nothing has both', 'beach 9999999'],
  ['Korean, 2 syllables', '사진'],
  ['2 letters', 'im'],
  ['1 letter', 'a'],
];

export const search: Study = {
  name: 'search',
  about: 'how long indexing many names takes, and finding some of them over the API',
  run: async (contender, { maxFiles, tell }) => {
    const { databaseUrl } = contender;
    if (databaseUrl === undefined) return [];
    await fillHome(databaseUrl, ACCOUNT.name, maxFiles);
    tell(`  ${contender.name}: filled with ${maxFiles} names`);
    await settle(contender.folder);
    const startedAt = performance.now();
    await contender.restart();
    await using database = await openDatabase(databaseUrl);
    await untilIndexed(database, maxFiles);
    const seconds = (performance.now() - startedAt) / 1000;
    tell(`  ${contender.name}: indexed`);
    await settle(contender.folder);
    return [await sizes(contender, database, seconds), await times(contender)];
  },
};

/** Some names are there twice in a folder and were left out. */
async function untilIndexed(database: DatabaseReader, files: number): Promise<void> {
  while ((await indexed(database)) < files * 0.95) await pause(100);
}

async function indexed(database: DatabaseReader): Promise<number> {
  const [row] = await database.all("SELECT SUM(node_count) AS count FROM search_segment WHERE state = 'current'");
  return Number(row?.['count'] ?? 0);
}

async function sizes({ name }: Contender, database: DatabaseReader, seconds: number): Promise<Table> {
  const [row] = await database.all(
    'SELECT COUNT(*) AS count, SUM(LENGTH(node_ids) + LENGTH(gram)) AS bytes FROM search_posting',
  );
  const mib = (Number(row?.['bytes']) / 1024 ** 2).toFixed(0);
  return {
    title: `${name}: the index of all names, built after a start while it serves`,
    head: ['names', 'seconds from the start on', 'rows', 'MiB in them'],
    rows: [[(await indexed(database)).toLocaleString('en'), seconds.toFixed(1), String(row?.['count']), mib]],
  };
}

async function times(contender: Contender): Promise<Table> {
  const origin = new URL(contender.davUrl).origin;
  const answer = await fetch(`${origin}/api/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username: ACCOUNT.name, password: ACCOUNT.password }),
  });
  const { token } = (await answer.json()) as { token: string };
  const rows: string[][] = [];
  for (const [what, q] of QUERIES) {
    const taken: number[] = [];
    let hits = 0;
    for (let round = 0; round < REPETITIONS; round++) {
      const startedAt = performance.now();
      const url = `${origin}/api/v1/search?limit=${LIMIT}&q=${encodeURIComponent(q)}`;
      const page = await fetch(url, { headers: { Authorization: `Bearer ${token}` } });
      const { items } = (await page.json()) as { items: unknown[] };
      taken.push(performance.now() - startedAt);
      hits = items.length;
    }
    const [first = 0] = taken;
    const figures = [first, median(taken) ?? 0, Math.max(...taken.slice(1))].map((ms) => ms.toFixed(1));
    rows.push([what, q, String(hits), ...figures]);
  }
  return {
    title: `${contender.name}: milliseconds to the first page of ${LIMIT}, over HTTP`,
    head: ['', 'asked', 'hits', 'the first time', `median of ${REPETITIONS}`, 'the longest of the others'],
    rows,
  };
}
