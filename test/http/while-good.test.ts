import assert from 'node:assert/strict';
import { isSame, whileGood } from '../../src/http/while-good.ts';
import { DomainError, type ErrorCode } from '../../src/lib/errors.ts';

const SECOND = 1000;

describe('an answer that lasts', () => {
  /** Pieces that each take a while, and how often it was asked who may have them. */
  function answer(pieceMs: number, isStillGood: (asked: number) => boolean) {
    let nowMs = 0;
    let asked = 0;
    let hasEnded = false;
    async function* pieces(): AsyncGenerator<string> {
      try {
        for (let piece = 1; piece <= 6; piece += 1) {
          nowMs += pieceMs;
          yield String(piece);
        }
      } finally {
        hasEnded = true;
      }
    }
    const ask = async (): Promise<boolean> => isStillGood((asked += 1));
    const { body } = whileGood({ status: 200, body: pieces() }, ask, () => nowMs);
    const taken: string[] = [];
    const take = async (): Promise<void> => {
      for await (const piece of body as AsyncIterable<string>) taken.push(piece);
    };
    return { taken, take, asked: () => asked, hasEnded: () => hasEnded };
  }

  it('goes on to its end while it may, asked about once in a second', async () => {
    const good = answer(SECOND / 2, () => true);
    await good.take();
    assert.equal(good.taken.join(''), '123456');
    assert.equal(good.asked(), 3);
  });

  it('of less than a second is not asked about', async () => {
    const quick = answer(SECOND / 8, () => false);
    await quick.take();
    assert.equal(quick.asked(), 0);
  });

  it('breaks off when it may not go on, and lets go of what it was made from', async () => {
    const ended = answer(SECOND, (asked) => asked < 3);
    await assert.rejects(ended.take(), { code: 'not-authenticated' });
    assert.equal(ended.taken.join(''), '12');
    assert.ok(ended.hasEnded());
  });

  it('that is whole already stays as it is', () => {
    for (const body of ['text', Buffer.from('bytes'), undefined]) {
      const whole = { status: 200, ...(body !== undefined && { body }) };
      assert.equal(
        whileGood(whole, async () => false),
        whole,
      );
    }
  });
});

describe('whoever asked for an answer that lasts', () => {
  const ann = { userId: 1, name: 'ann', role: 'normal' } as const;
  const failed = (code: ErrorCode) => () => Promise.reject(new DomainError(code, 'said so'));

  it('is the same with another name, and another one in another role or with another account', async () => {
    assert.ok(await isSame(ann, async () => ({ ...ann, name: 'anna' })));
    for (const now of [{ ...ann, role: 'admin' } as const, { ...ann, userId: 2 }, undefined]) {
      assert.equal(await isSame(ann, async () => now), false);
    }
  });

  it('counts as the same while nobody can tell, and not when told to wait like somebody who guesses', async () => {
    assert.ok(await isSame(ann, failed('unavailable')));
    assert.ok(await isSame(ann, failed('busy')));
    assert.equal(await isSame(ann, failed('not-authenticated')), false);
    assert.equal(await isSame(ann, failed('too-many-attempts')), false);
  });
});
