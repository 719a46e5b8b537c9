import assert from 'node:assert/strict';
import { forEachBounded } from '../../src/lib/bounded.ts';

async function* numbers(count: number, taken: number[] = []): AsyncGenerator<number> {
  for (let number = 0; number < count; number++) {
    taken.push(number);
    yield number;
  }
}

/** Counts what runs at the same time, each for some turns of the event loop. */
class Running {
  now = 0;
  most = 0;

  async work(turns: number): Promise<void> {
    this.now += 1;
    this.most = Math.max(this.most, this.now);
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
    this.now -= 1;
  }
}

describe('forEachBounded', () => {
  it('does everything, as much at a time as it may', async () => {
    const running = new Running();
    const done: number[] = [];
    await forEachBounded(numbers(50), 4, async (number) => {
      await running.work(number % 3);
      done.push(number);
    });
    assert.deepEqual(
      done.toSorted((a, b) => a - b),
      Array.from({ length: 50 }, (_, index) => index),
    );
    assert.equal(running.most, 4);
    assert.equal(running.now, 0);
  });

  it('takes nothing more after a failure, waits for what runs, and throws it', async () => {
    const running = new Running();
    const taken: number[] = [];
    const work = async (number: number): Promise<void> => {
      await running.work(number === 3 ? 1 : 5);
      if (number === 3) throw new Error('three');
    };
    await assert.rejects(forEachBounded(numbers(1000, taken), 4, work), /three/);
    assert.equal(running.now, 0);
    assert.ok(taken.length < 20, `${taken.length}`);
  });

  it('waits for what runs when there is no more to take because of a failure', async () => {
    const running = new Running();
    async function* broken(): AsyncGenerator<number> {
      yield 1;
      throw new Error('broken');
    }
    await assert.rejects(
      forEachBounded(broken(), 4, () => running.work(5)),
      /broken/,
    );
    assert.equal(running.now, 0);
  });
});
