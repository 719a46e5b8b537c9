import assert from 'node:assert/strict';
import { Kept } from '../../../ui/src/rows/kept.ts';

describe('what pages of the history show', () => {
  it('is the same on the way back, and new otherwise', () => {
    let made = 0;
    const kept = new Kept((from: string) => `${from}${(made += 1)}`);
    assert.equal(kept.take('a', false, 'x'), 'x1');
    assert.equal(kept.take('b', false, 'y'), 'y2');
    assert.equal(kept.take('a', true, 'x'), 'x1');
    assert.equal(kept.take('a', false, 'x'), 'x3');
    assert.equal(kept.take('never', true, 'z'), 'z4');
  });

  it('is forgotten when it is long ago', () => {
    let made = 0;
    const kept = new Kept(() => (made += 1));
    for (let page = 0; page < 9; page += 1) kept.take(`${page}`, false, undefined);
    assert.equal(kept.take('1', true, undefined), 2);
    assert.equal(kept.take('0', true, undefined), 10);
  });
});
