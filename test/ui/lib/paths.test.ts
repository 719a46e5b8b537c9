import assert from 'node:assert/strict';
import { into, isAtOrBelow, joined, nameIn, parentOf } from '../../../ui/src/lib/paths.ts';

describe('paths in the page', () => {
  it('are taken apart and put together', () => {
    assert.equal(parentOf('/a/b'), '/a');
    assert.equal(parentOf('/a'), '/');
    assert.equal(joined('/', 'a'), '/a');
    assert.equal(joined('/a', 'b'), '/a/b');
    assert.equal(into('/'), '/');
    assert.equal(into('/a'), '/a/');
    assert.equal(nameIn('/a/b'), 'b');
  });

  it('lie below others by whole names', () => {
    assert.ok(isAtOrBelow('/a/b', '/a'));
    assert.ok(isAtOrBelow('/a', '/a'));
    assert.ok(isAtOrBelow('/a', '/'));
    assert.ok(!isAtOrBelow('/ab', '/a'));
  });
});
