import assert from 'node:assert/strict';
import { AnswerLimit } from '../../../src/dlna/ssdp/answer-limit.ts';

/** How many searches for everything are answered of those that `address` makes, one each `everyMs`. */
function answered(limit: AnswerLimit, address: string, { searches = 0, everyMs = 0, fromMs = 0 }): number {
  let count = 0;
  for (let search = 0; search < searches; search++) if (limit.take(address, 6, fromMs + search * everyMs)) count++;
  return count;
}

describe('answers to searches', () => {
  it('are as many as a control point asks for at once', () => {
    assert.equal(answered(new AnswerLimit(), '10.0.0.7', { searches: 10 }), 10);
  });

  it('are bounded for each address, whoever floods', () => {
    const limit = new AnswerLimit();
    assert.equal(answered(limit, '10.0.0.7', { searches: 100_000 }), 10);
    assert.equal(answered(limit, '10.0.0.8', { searches: 10 }), 10);
    assert.equal(answered(limit, '10.0.0.7', { searches: 10_000, everyMs: 1, fromMs: 1 }), 10);
  });

  it('begin again after a while', () => {
    const limit = new AnswerLimit();
    answered(limit, '10.0.0.7', { searches: 100 });
    assert.equal(answered(limit, '10.0.0.7', { searches: 1, fromMs: 900 }), 0);
    assert.equal(answered(limit, '10.0.0.7', { searches: 2, fromMs: 1100 }), 1);
    assert.equal(answered(limit, '10.0.0.7', { searches: 100, fromMs: 3_600_000 }), 10);
  });

  it('are remembered for few addresses only', () => {
    const limit = new AnswerLimit();
    answered(limit, '10.0.0.7', { searches: 100 });
    for (let asker = 0; asker < 255; asker++) answered(limit, `10.1.0.${asker}`, { searches: 1 });
    assert.equal(answered(limit, '10.0.0.7', { searches: 1 }), 0);
    for (let asker = 0; asker < 256; asker++) answered(limit, `10.2.0.${asker}`, { searches: 1 });
    assert.equal(answered(limit, '10.0.0.7', { searches: 1 }), 1);
  });
});
