import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Turns } from '../../src/lib/turns.ts';

const NEVER = new AbortController().signal;

describe('turns', () => {
  it('are so many of each one at a time, in order, also after failures', async () => {
    const turns = new Turns(2);
    const running = new Map<number, number>();
    const begun: number[] = [];
    let most = 0;
    const work = Array.from({ length: 20 }, (_, index) =>
      turns.take(index % 2, NEVER, async () => {
        const who = index % 2;
        if (who === 0) begun.push(index);
        running.set(who, (running.get(who) ?? 0) + 1);
        most = Math.max(most, running.get(who) ?? 0);
        await nextTurn();
        running.set(who, (running.get(who) ?? 0) - 1);
        if (index % 4 === 0) throw new Error('failed');
      }),
    );
    const outcomes = await Promise.allSettled(work);
    assert.equal(outcomes.filter(({ status }) => status === 'rejected').length, 5);
    assert.equal(most, 2);
    assert.deepEqual(
      begun,
      begun.toSorted((a, b) => a - b),
    );
  });

  it('of those who gave up waiting are never taken, and hold up nobody', async () => {
    const turns = new Turns(1);
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const first = turns.take(1, NEVER, () => held);
    const gone = new AbortController();
    const begun: string[] = [];
    const given = ['a', 'b', 'c'].map((name) => turns.take(1, gone.signal, async () => void begun.push(name)));
    const last = turns.take(1, NEVER, async () => void begun.push('last'));
    gone.abort();
    for (const one of given) await assert.rejects(one, { name: 'AbortError' });
    await assert.rejects(
      turns.take(2, gone.signal, async () => void begun.push('too late')),
      { name: 'AbortError' },
    );
    assert.deepEqual(begun, []);
    release();
    await Promise.all([first, last]);
    assert.deepEqual(begun, ['last']);
  });

  it('that were passed on to one who gives up in the same moment are passed on again', async () => {
    const turns = new Turns(1);
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const gone = new AbortController();
    const first = turns.take(1, NEVER, () => held);
    const second = turns.take(1, gone.signal, async () => 'second');
    const third = turns.take(1, NEVER, async () => 'third');
    release();
    await first;
    gone.abort();
    assert.equal(await third, 'third');
    await second.catch((error: unknown) => assert.equal((error as Error).name, 'AbortError'));
    assert.equal(await turns.take(1, NEVER, async () => 'fourth'), 'fourth');
  });
});
