import assert from 'node:assert/strict';
import { Turns } from '../../src/lib/turns.ts';

describe('turns', () => {
  it('are taken one at a time, in order, whether or not the one before failed', async () => {
    const turns = new Turns();
    const events: string[] = [];
    const work = (name: string, fails = false) =>
      turns.take(async () => {
        events.push(`${name} begins`);
        await Promise.resolve();
        events.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      });
    const results = await Promise.allSettled([work('first'), work('second', true), work('third')]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(
      events,
      ['first', 'second', 'third'].flatMap((name) => [`${name} begins`, `${name} ends`]),
    );
  });
});
