import assert from 'node:assert/strict';
import { ChangeBatch } from '../../../ui/src/explorer/change-batch.ts';
import { entry } from './entries.ts';

describe('changes of one moment', () => {
  it('are the last one of each entry', () => {
    const batch = new ChangeBatch();
    const [small, large] = [entry('a', { id: 1, sizeBytes: 1 }), entry('a', { id: 1, sizeBytes: 2 })];
    batch.add({ kind: 'entered', entry: small, isNew: true });
    batch.add({ kind: 'entered', entry: large, isNew: false });
    batch.add({ kind: 'entered', entry: entry('b', { id: 2 }), isNew: true });
    batch.add({ kind: 'left', id: 2 });
    batch.add({ kind: 'touched' });
    const { left, entered } = batch.take();
    assert.deepEqual([...left], [2]);
    assert.deepEqual(entered, [{ kind: 'entered', entry: large, isNew: true }]);
    assert.deepEqual(batch.take(), { left: new Set(), entered: [] });
  });

  it('bring back what left and came again', () => {
    const batch = new ChangeBatch();
    const back = entry('a', { id: 1 });
    batch.add({ kind: 'left', id: 1 });
    batch.add({ kind: 'entered', entry: back, isNew: false });
    const { left, entered } = batch.take();
    assert.deepEqual([...left], [1]);
    assert.deepEqual(entered, [{ kind: 'entered', entry: back, isNew: true }]);
  });
});
