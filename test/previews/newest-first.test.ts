import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { NewestFirst } from '../../src/previews/newest-first.ts';
import { SharedWork } from '../../src/previews/shared-work.ts';

const never = new AbortController().signal;

/** Work that ends when it is told to, and notes that it began. */
function steps() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => async (): Promise<string> => {
    begun.push(name);
    await new Promise<void>((resolve) => ends.set(name, resolve));
    return name;
  };
  return { begun, work, end: (name: string) => ends.get(name)!() };
}

describe('a queue that takes the newest first', () => {
  it('does a few at a time, and of those that wait the last asked for', async () => {
    const { begun, work, end } = steps();
    const queue = new NewestFirst({ running: 1, waiting: 10 });
    const all = ['a', 'b', 'c'].map((name) => queue.run(work(name), never));
    end('a');
    await all[0];
    await setImmediate();
    assert.deepEqual(begun, ['a', 'c']);
    end('c');
    await all[2];
    await setImmediate();
    end('b');
    assert.deepEqual(await Promise.all(all), ['a', 'b', 'c']);
  });

  it('refuses the one that waited longest when too many wait', async () => {
    const { work, end } = steps();
    const queue = new NewestFirst({ running: 1, waiting: 1 });
    const [first, second, third] = ['a', 'b', 'c'].map((name) => queue.run(work(name), never));
    await assert.rejects(second!, { code: 'busy' });
    end('a');
    assert.equal(await first, 'a');
    await setImmediate();
    end('c');
    assert.equal(await third, 'c');
  });

  it('forgets those that nobody waits for, and lets go of its place after a failure', async () => {
    const { begun, work, end } = steps();
    const queue = new NewestFirst({ running: 1, waiting: 10 });
    const abort = new AbortController();
    const first = queue.run(work('a'), never);
    const gone = queue.run(work('b'), abort.signal);
    const failing = queue.run(() => Promise.reject(new Error('failed')), never);
    abort.abort();
    await assert.rejects(gone, { name: 'AbortError' });
    end('a');
    await first;
    await assert.rejects(failing, /failed/);
    const last = queue.run(work('c'), never);
    end('c');
    await last;
    assert.deepEqual(begun, ['a', 'c']);
    await assert.rejects(queue.run(work('d'), abort.signal), { name: 'AbortError' });
  });
});

describe('shared work', () => {
  it('is done once for all who ask at the same time', async () => {
    const shared = new SharedWork<number>();
    let times = 0;
    const work = async (): Promise<number> => (times += 1);
    assert.deepEqual(await Promise.all([shared.do('k', work, never), shared.do('k', work, never)]), [1, 1]);
    assert.equal(await shared.do('k', work, never), 2);
  });

  it('goes on while one still waits, and is given up after the last', async () => {
    const shared = new SharedWork<void>();
    const [one, other] = [new AbortController(), new AbortController()];
    let given: AbortSignal | undefined;
    const work = (signal: AbortSignal): Promise<void> => {
      given = signal;
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    };
    const [first, second] = [shared.do('k', work, one.signal), shared.do('k', work, other.signal)];
    one.abort();
    await assert.rejects(first, { name: 'AbortError' });
    assert.equal(given!.aborted, false);
    other.abort();
    await assert.rejects(second, { name: 'AbortError' });
    assert.equal(given!.aborted, true);
  });

  it('that was given up is done anew for who comes later', async () => {
    const shared = new SharedWork<string>();
    const abort = new AbortController();
    const first = shared.do(
      'k',
      (signal) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => queueMicrotask(() => reject(signal.reason as Error))),
        ),
      abort.signal,
    );
    abort.abort();
    await assert.rejects(first, { name: 'AbortError' });
    assert.equal(await shared.do('k', async () => 'anew', never), 'anew');
  });
});
