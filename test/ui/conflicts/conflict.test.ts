import assert from 'node:assert/strict';
import { choicesFor, Decided, isSame, type Conflict, type Side } from '../../../ui/src/conflicts/conflict.ts';

const FILE: Side = { kind: 'file', sizeBytes: 5, modifiedAt: '2026-01-01T00:00:00.000Z' };
const OTHER: Side = { ...FILE, sizeBytes: 6 };
const FOLDER: Side = { kind: 'folder' };

function conflict(there: Side, comes: Side): Conflict {
  return { name: 'a', folder: '/', there, comes };
}

describe('conflicts', () => {
  it('offer what makes sense: nothing takes the place of a folder', () => {
    assert.deepEqual(choicesFor(conflict(FILE, FILE)), ['replace', 'keep-both', 'skip']);
    assert.deepEqual(choicesFor(conflict(FOLDER, FOLDER)), ['merge', 'keep-both', 'skip']);
    assert.deepEqual(choicesFor(conflict(FOLDER, FILE)), ['keep-both', 'skip']);
    assert.deepEqual(choicesFor(conflict(FILE, FOLDER)), ['keep-both', 'skip']);
  });

  it('are between the same when size and time are, to the second', () => {
    assert.ok(isSame(conflict(FILE, { ...FILE, modifiedAt: '2026-01-01T00:00:01.000Z' })));
    assert.ok(!isSame(conflict(FILE, { ...FILE, modifiedAt: '2026-01-01T00:00:02.000Z' })));
    assert.ok(!isSame(conflict(FILE, OTHER)));
    assert.ok(!isSame(conflict(FILE, { kind: 'file', sizeBytes: 5 })));
    assert.ok(!isSame(conflict(FOLDER, FOLDER)));
  });

  it('are decided for all of the same kinds only', () => {
    const decided = new Decided();
    assert.equal(decided.for(conflict(FILE, OTHER)), undefined);
    assert.equal(
      decided.take(conflict(FILE, OTHER), { choice: 'replace', isForAll: true, skipsSame: false }),
      'replace',
    );
    assert.equal(decided.for(conflict(FILE, FILE)), 'replace');
    assert.equal(decided.for(conflict(FOLDER, FOLDER)), undefined);
    const narrow = { ...conflict(FILE, OTHER), choices: ['keep-both', 'skip'] as const };
    assert.equal(decided.for(narrow), undefined);
  });

  it('leave out what is the same, this one included', () => {
    const decided = new Decided();
    assert.equal(decided.take(conflict(FILE, FILE), { choice: 'replace', isForAll: false, skipsSame: true }), 'skip');
    assert.equal(decided.for(conflict(FILE, FILE)), 'skip');
    assert.equal(decided.for(conflict(FILE, OTHER)), undefined);
  });

  it('end with all that was to come when a question is closed', () => {
    const decided = new Decided();
    assert.equal(decided.take(conflict(FILE, FILE), undefined), 'cancel');
    assert.equal(decided.for(conflict(FOLDER, FOLDER)), 'cancel');
  });

  it('are none for what was begun before: folders merge, and what came stays', () => {
    const decided = new Decided({ isGoingOn: true });
    assert.equal(decided.for(conflict(FOLDER, FOLDER)), 'merge');
    assert.equal(decided.for(conflict(FILE, FILE)), 'skip');
    assert.equal(decided.for(conflict(FILE, OTHER)), undefined);
  });
});
