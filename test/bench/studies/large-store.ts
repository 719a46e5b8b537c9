import type { Connection } from '../connection.ts';
import type { Contender } from '../contenders/contender.ts';
import { withConnection } from '../scenarios/fixtures.ts';

/** Steps of ten from here on. */
export const SMALLEST_STORE_FILES = 1000;

const COLLECTIONS = 10;
const FILES_EACH = 100;

/**
 * Fills the store with `files` files, 1,000 or ten, a hundred or a thousand times as many, unless they are there. Each
 * step copies the one before: `stage-0` has 1,000 files in 10 collections, `stage-1` has 9 copies of it, `stage-2` has
 * 10 copies of `stage-1`, and so on.
 */
export async function fillStore(contender: Contender, files: number): Promise<void> {
  await withConnection(contender, async (connection) => {
    await makeFirst(connection);
    for (let stage = 1; stage <= stageOf(files); stage++) {
      if (await isThere(connection, `stage-${stage}/`)) continue;
      await connection.order('MKCOL', `stage-${stage}/`);
      for (let copy = 0; copy < copiesIn(stage); copy++) {
        const Destination = connection.urlOf(`stage-${stage}/copy-${copy}/`);
        await connection.order('COPY', `stage-${stage - 1}/`, { headers: { Destination } });
      }
    }
  });
}

/** The path of one of the files that the last step added; another for each number, as far apart as they lie. */
export function pathOf(files: number, number: number): string {
  const stage = stageOf(files);
  const parts: string[] = [];
  // A prime that divides no stage's number of files: no two numbers below that lead to the same file.
  let rest = number * 7919;
  const digit = (base: number) => {
    const value = rest % base;
    rest = Math.floor(rest / base);
    return value;
  };
  for (let above = stage; above > 0; above--) parts.push(`copy-${digit(copiesIn(above))}`);
  parts.push(`collection-${digit(COLLECTIONS)}`, fileName(digit(FILES_EACH)));
  return [`stage-${stage}`, ...parts].join('/');
}

export async function isThere(connection: Connection, path: string): Promise<boolean> {
  return (await connection.ask('PROPFIND', path, { headers: { Depth: 0 } })).status === 207;
}

async function makeFirst(connection: Connection): Promise<void> {
  if (await isThere(connection, 'stage-0/')) return;
  await connection.order('MKCOL', 'stage-0/');
  for (let collection = 0; collection < COLLECTIONS; collection++) {
    const path = `stage-0/collection-${collection}/`;
    await connection.order('MKCOL', path);
    for (let file = 0; file < FILES_EACH; file++) {
      await connection.order('PUT', path + fileName(file), { body: `file ${file} of collection ${collection}` });
    }
  }
}

function stageOf(files: number): number {
  return Math.round(Math.log10(files / SMALLEST_STORE_FILES));
}

function copiesIn(stage: number): number {
  return stage === 1 ? 9 : 10;
}

function fileName(index: number): string {
  return `file-${String(index).padStart(3, '0')}.txt`;
}
