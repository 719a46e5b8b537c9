import assert from 'node:assert/strict';
import { Slots } from '../../src/lib/slots.ts';

describe('slots', () => {
  for (const count of [1, 2]) {
    it(`are ${count}, also after failures`, async () => {
      const slots = new Slots(count);
      let running = 0;
      let most = 0;
      const work = Array.from({ length: 20 }, (_, index) =>
        slots.take(async () => {
          running += 1;
          most = Math.max(most, running);
          for (let turn = 0; turn < index % 3; turn++) await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
          if (index % 4 === 0) throw new Error('failed');
        }),
      );
      const outcomes = await Promise.allSettled(work);
      assert.equal(outcomes.filter(({ status }) => status === 'rejected').length, 5);
      assert.equal(most, count);
    });
  }

  it('are taken in order, whether or not the one before failed', async () => {
    const slots = new Slots(1);
    const events: string[] = [];
    const work = (name: string, fails = false) =>
      slots.take(async () => {
        events.push(`${name} begins`);
        await Promise.resolve();
        events.push(`${name} ends`);
        if (fails) throw new Error(name);
      });
    await Promise.allSettled([work('first'), work('second', true), work('third')]);
    assert.deepEqual(
      events,
      ['first', 'second', 'third'].flatMap((name) => [`${name} begins`, `${name} ends`]),
    );
  });
});
