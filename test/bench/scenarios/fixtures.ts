import { randomBytes } from 'node:crypto';
import { Connection } from '../connection.ts';
import type { Contender } from '../contenders/contender.ts';
import type { Fixture } from './scenario.ts';

export const LARGE_FILE_BYTES = 1024 ** 3;

const SMALL_CONTENT = 'x'.repeat(4096);
const WRITERS = 8;
const piece = randomBytes(1024 * 1024);

export function* largeContent(): Generator<Buffer> {
  for (let left = LARGE_FILE_BYTES; left > 0; left -= piece.length) yield piece;
}

export async function putLarge(connection: Connection, path: string): ReturnType<Connection['order']> {
  return connection.order('PUT', path, { headers: { 'Content-Length': LARGE_FILE_BYTES }, body: largeContent() });
}

export function entryName(index: number): string {
  return `entry-${String(index).padStart(5, '0')}.txt`;
}

/** A collection of that many files of 4 KiB. */
export function listOf(entries: number): Fixture {
  const path = `bench/list-${entries}/`;
  return {
    name: path,
    lay: async (contender) => {
      await makeCollection(contender, path);
      let next = 0;
      await eachWith(contender, async (connection) => {
        while (next < entries) await connection.order('PUT', path + entryName(next++), { body: SMALL_CONTENT });
      });
    },
  };
}

/** An empty collection. */
export function emptyCollection(name: string): Fixture {
  const path = `bench/${name}/`;
  return { name: path, lay: (contender) => makeCollection(contender, path) };
}

export const largeFile: Fixture = {
  name: 'bench/large.bin',
  lay: (contender) => withConnection(contender, async (connection) => putLarge(connection, largeFile.name)),
};

export async function withConnection<T>(
  contender: Contender,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await Connection.open(contender);
  try {
    return await work(connection);
  } finally {
    connection.close();
  }
}

async function makeCollection(contender: Contender, path: string): Promise<void> {
  await withConnection(contender, (connection) => connection.order('MKCOL', path));
}

async function eachWith(contender: Contender, work: (connection: Connection) => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: WRITERS }, () => withConnection(contender, work)));
}
