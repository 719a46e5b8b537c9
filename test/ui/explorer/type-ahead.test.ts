import assert from 'node:assert/strict';
import type { FileEntry } from '../../../ui/src/api/files.ts';
import { compareEntries, type Sorting } from '../../../ui/src/explorer/folder-order.ts';
import { TypeAhead, type Listed } from '../../../ui/src/explorer/type-ahead.ts';
import { entries, entry } from './entries.ts';

const BY_NAME: Sorting = { sort: 'name', order: 'asc' };

/** Of a long list only the entries up to `knownCount` are known; the others cost a request each. */
function listed(all: readonly FileEntry[], sorting: Sorting, knownCount = all.length): Listed & { asked: number } {
  const sorted = [...all].sort((one, other) => compareEntries(sorting, one, other));
  return {
    asked: 0,
    count: sorted.length,
    isWhole: knownCount >= sorted.length,
    sorting,
    at: (index) => (index < knownCount ? sorted[index] : undefined),
    async slice({ first, end }) {
      this.asked += 1;
      return sorted.slice(first, end);
    },
    byName() {
      return sorting.sort === 'name' ? this : listed(all, BY_NAME, 0);
    },
    async positionOf(id) {
      return sorted.findIndex((one) => one.id === id);
    },
  };
}

describe('jumping by letters', () => {
  it('adds letters to those just typed, and begins anew after a pause', async () => {
    const ahead = new TypeAhead();
    const list = listed(entries('alpha', 'beta', 'bravo', 'Čakste', 'charlie'), BY_NAME);
    assert.equal(await ahead.type('b', list, 0, 0), 1);
    assert.equal(await ahead.type('r', list, 1, 500), 2);
    assert.equal(await ahead.type('c', list, 2, 5000), 3);
    assert.equal(ahead.isTyping(5500), true);
    assert.equal(ahead.isTyping(6500), false);
  });

  it('begins anew after a key that is no letter', async () => {
    const ahead = new TypeAhead();
    const list = listed(entries('alpha', 'beta', 'bravo', 'rest'), BY_NAME);
    await ahead.type('b', list, 0, 0);
    ahead.end();
    assert.equal(ahead.isTyping(100), false);
    assert.equal(await ahead.type('r', list, 1, 100), 3);
  });

  it('goes through names that begin alike by the same letter', async () => {
    const ahead = new TypeAhead();
    const list = listed(entries('b1', 'b2', 'c', 'd'), BY_NAME);
    assert.equal(await ahead.type('b', list, 3, 0), 0);
    assert.equal(await ahead.type('b', list, 0, 100), 1);
    assert.equal(await ahead.type('b', list, 1, 200), 0);
  });

  it('finds nothing where there is nothing', async () => {
    assert.equal(await new TypeAhead().type('x', listed(entries('a', 'b'), BY_NAME), 0), undefined);
  });

  const many = Array.from({ length: 5000 }, (_, index) => entry(`${String.fromCharCode(97 + (index % 26))} ${index}`));
  const all = [...many, entry('quick', { kind: 'folder' }), entry('archive', { kind: 'folder' })];
  for (const order of ['asc', 'desc'] as const) {
    it(`finds what is not loaded yet with few requests, ${order}`, async () => {
      const sorting = { sort: 'name', order } as const;
      const list = listed(all, sorting, 100);
      const index = await new TypeAhead().type('m', list, 0);
      const [found] = index === undefined ? [] : await list.slice({ first: index, end: index + 1 });
      assert.match(found?.name ?? '', /^m /);
      const [before] = await list.slice({ first: (index ?? 0) - 1, end: index ?? 0 });
      assert.doesNotMatch(before?.name ?? '', /^m/);
      assert.ok(list.asked < 40, String(list.asked));
    });
  }

  it('finds it in a list that is sorted by something else', async () => {
    const bySize = { sort: 'size', order: 'desc' } as const;
    const sized = many.map((one, index) => ({ ...one, sizeBytes: (index * 7919) % 5000 }));
    const list = listed(sized, bySize, 3);
    const index = await new TypeAhead().type('m', list, 0);
    const [found] = await list.slice({ first: index ?? 0, end: (index ?? 0) + 1 });
    assert.equal(found?.name, 'm 12');
  });
});
