import { largeFile, listOf } from './fixtures.ts';
import type { Figure, Scenario, Target } from './scenario.ts';

const tree = listOf(1000);

function to(target: Target, path: string): { headers: Record<string, string> } {
  return { headers: { Destination: target.connection.urlOf(path), Depth: 'infinity', Overwrite: 'F' } };
}

async function copyTree(target: Target, name: string): Promise<string> {
  const path = `bench/${name}-${target.run}/`;
  await target.connection.order('COPY', tree.name, to(target, path));
  return path;
}

function oneRequest(tookMs: number): Figure {
  return { value: tookMs, requests: 1, failed: 0 };
}

export const trees: readonly Scenario[] = [
  {
    name: 'copy-tree',
    title: 'COPY 1,000 files',
    unit: 'ms',
    aim: 15,
    uses: [tree],
    measure: async (target) => {
      const path = `bench/copy-${target.run}/`;
      return oneRequest((await target.connection.order('COPY', tree.name, to(target, path))).tookMs);
    },
  },
  {
    name: 'copy-large',
    title: 'COPY 1 GiB',
    unit: 'ms',
    aim: 1.5,
    uses: [largeFile],
    ready: async ({ connection }) => connection.ask('DELETE', 'bench/copied.bin'),
    measure: async (target) => {
      const { tookMs } = await target.connection.order('COPY', largeFile.name, to(target, 'bench/copied.bin'));
      return oneRequest(tookMs);
    },
  },
  {
    name: 'move-tree',
    title: 'MOVE 1,000 files',
    unit: 'ms',
    aim: 1.5,
    uses: [tree],
    ready: async (target) => copyTree(target, 'moving'),
    measure: async (target) => {
      const [from, path] = [`bench/moving-${target.run}/`, `bench/moved-${target.run}/`];
      return oneRequest((await target.connection.order('MOVE', from, to(target, path))).tookMs);
    },
  },
  {
    name: 'delete-tree',
    title: 'DELETE 1,000 files',
    unit: 'ms',
    aim: 5,
    uses: [tree],
    ready: async (target) => copyTree(target, 'going'),
    measure: async ({ connection, run }) => {
      const headers = { Depth: 'infinity' };
      return oneRequest((await connection.order('DELETE', `bench/going-${run}/`, { headers })).tookMs);
    },
  },
];
