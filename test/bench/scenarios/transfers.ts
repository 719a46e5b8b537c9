import { largeFile, LARGE_FILE_BYTES, putLarge } from './fixtures.ts';
import type { Figure, Scenario } from './scenario.ts';

function rate(tookMs: number): Figure {
  return { value: LARGE_FILE_BYTES / 1e6 / (tookMs / 1000), requests: 1, failed: 0 };
}

export const transfers: readonly Scenario[] = [
  {
    name: 'put-large',
    title: 'PUT 1 GiB',
    unit: 'MB/s',
    aim: 700,
    uses: [largeFile],
    // Onto nothing: to write over a file and to make one are not the same work everywhere.
    ready: async ({ connection }) => connection.ask('DELETE', 'bench/uploaded.bin'),
    measure: async ({ connection }) => rate((await putLarge(connection, 'bench/uploaded.bin')).tookMs),
  },
  {
    name: 'get-large',
    title: 'GET 1 GiB',
    unit: 'MB/s',
    aim: 2000,
    uses: [largeFile],
    measure: async ({ connection }) => {
      const { tookMs, bodyBytes } = await connection.order('GET', largeFile.name);
      if (bodyBytes !== LARGE_FILE_BYTES) throw new Error(`${largeFile.name} came with ${bodyBytes} bytes`);
      return rate(tookMs);
    },
  },
];
