import assert from 'node:assert/strict';
import { FairQueue } from '../../src/previews/fair-queue.ts';
import { setImmediate } from 'node:timers/promises';

const never = new AbortController().signal;
const [ANN, BOB] = [
  { userId: 1, signal: never },
  { userId: 2, signal: never },
];

/** Work that ends when it is told to, and notes that it began. */
function steps() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => async (): Promise<string> => {
    begun.push(name);
    await new Promise<void>((resolve) => ends.set(name, resolve));
    return name;
  };
  const end = async (name: string): Promise<void> => {
    ends.get(name)!();
    await setImmediate();
  };
  return { begun, work, end };
}

describe('a fair queue', () => {
  it('does a few at a time, in the order in which they were asked for', async () => {
    const { begun, work, end } = steps();
    const queue = new FairQueue({ running: 2, waiting: 10 });
    const all = ['a', 'b', 'c', 'd', 'e'].map((name) => queue.run(work(name), ANN));
    assert.deepEqual(begun, ['a', 'b']);
    for (const name of ['b', 'a', 'c', 'd', 'e']) await end(name);
    assert.deepEqual(begun, ['a', 'b', 'c', 'd', 'e']);
    assert.deepEqual(await Promise.all(all), begun);
  });

  it('lets users take turns, however much one of them wants', async () => {
    const { begun, work, end } = steps();
    const queue = new FairQueue({ running: 1, waiting: 2000 });
    const names = Array.from({ length: 1000 }, (_, index) => `ann ${index}`);
    const all = names.map((name) => queue.run(work(name), ANN));
    all.push(queue.run(work('bob 0'), BOB), queue.run(work('bob 1'), BOB));
    while (begun.length < 6) await end(begun.at(-1)!);
    assert.deepEqual(begun, ['ann 0', 'ann 1', 'bob 0', 'ann 2', 'bob 1', 'ann 3']);
    while (begun.length < all.length) await end(begun.at(-1)!);
    await end(begun.at(-1)!);
    assert.equal((await Promise.all(all)).length, 1002);
  });

  it('refuses the last one of whoever has most, when too many wait', async () => {
    const { begun, work, end } = steps();
    const queue = new FairQueue({ running: 1, waiting: 2 });
    const [first, second, third] = ['a', 'b', 'c'].map((name) => queue.run(work(name), ANN));
    const fourth = queue.run(work('d'), BOB);
    await assert.rejects(third!, { code: 'busy' });
    await assert.rejects(queue.run(work('e'), BOB), { code: 'busy' });
    await assert.rejects(queue.run(work('f'), ANN), { code: 'busy' });
    for (const name of ['a', 'b', 'd']) await end(name);
    assert.deepEqual(await Promise.all([first, second, fourth]), ['a', 'b', 'd']);
    assert.deepEqual(begun, ['a', 'b', 'd']);
  });

  it('forgets those that nobody waits for, and lets go of its place after a failure', async () => {
    const { begun, work, end } = steps();
    const queue = new FairQueue({ running: 1, waiting: 2 });
    const abort = new AbortController();
    const first = queue.run(work('a'), ANN);
    const gone = queue.run(work('b'), { userId: 2, signal: abort.signal });
    const failing = queue.run(() => Promise.reject(new Error('failed')), ANN);
    abort.abort();
    await assert.rejects(gone, { name: 'AbortError' });
    const last = queue.run(work('c'), ANN);
    await Promise.all([end('a'), assert.rejects(failing, /failed/)]);
    await end('c');
    assert.deepEqual(await Promise.all([first, last]), ['a', 'c']);
    assert.deepEqual(begun, ['a', 'c']);
    await assert.rejects(queue.run(work('d'), { userId: 2, signal: abort.signal }), { name: 'AbortError' });
  });

  it('lets who goes away go at once, and what has begun keeps its place to its end', async () => {
    const { begun, work, end } = steps();
    const queue = new FairQueue({ running: 1, waiting: 10 });
    const abort = new AbortController();
    const left = queue.run(work('a'), { userId: 1, signal: abort.signal });
    const next = queue.run(work('b'), BOB);
    abort.abort();
    await assert.rejects(left, { name: 'AbortError' });
    assert.deepEqual(begun, ['a']);
    await end('a');
    await end('b');
    assert.equal(await next, 'b');
  });
});
