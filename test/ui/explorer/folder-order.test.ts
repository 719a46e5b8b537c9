import assert from 'node:assert/strict';
import { compareEntries, placeOf, type Sorting } from '../../../ui/src/explorer/folder-order.ts';
import { KnownEntries } from '../../../ui/src/explorer/known-entries.ts';
import { sortFew } from '../../../src/core/folder-order.ts';
import { entries, entry } from './entries.ts';

const BY_NAME: Sorting = { sort: 'name', order: 'asc' };

function sorted(sorting: Sorting, names: readonly string[]): string[] {
  return entries(...names)
    .sort((one, other) => compareEntries(sorting, one, other))
    .map(({ name }) => name);
}

describe('the order of a folder in the page', () => {
  it('is that of the server, whatever the names are', () => {
    const names = [
      'a10',
      'a2',
      'A1',
      'ä3',
      'b',
      'é',
      'e',
      'E2',
      'z',
      '_x',
      'Ж',
      'ж2',
      '한국',
      '10',
      '9',
      '010',
      'a b',
      'a-b',
    ];
    const server = sortFew(
      { sort: 'name', order: 'asc' },
      names.map((name) => ({ name, isFolder: false, value: '' })),
    );
    assert.deepEqual(
      sorted(BY_NAME, names),
      server.map(({ name }) => name),
    );
  });

  it('has folders first, either way', () => {
    const folder = entry('z', { kind: 'folder' });
    const file = entry('a');
    assert.ok(compareEntries(BY_NAME, folder, file) < 0);
    assert.ok(compareEntries({ sort: 'name', order: 'desc' }, folder, file) < 0);
    assert.ok(compareEntries({ sort: 'size', order: 'desc' }, folder, entry('b', { sizeBytes: 9 })) < 0);
  });

  it('goes by names among equals', () => {
    const sorting: Sorting = { sort: 'size', order: 'desc' };
    assert.ok(compareEntries(sorting, entry('b'), entry('a')) > 0);
    assert.ok(compareEntries(sorting, entry('b', { sizeBytes: 2 }), entry('a', { sizeBytes: 1 })) < 0);
  });
});

describe('the place of an entry that comes', () => {
  it('is sure in a list that is known as a whole', () => {
    const known = new KnownEntries();
    known.resize(3);
    known.put(0, entries('a', 'c', 'e'));
    for (const [name, place] of [
      ['B', 1],
      ['0', 0],
      ['d', 2],
      ['f', 3],
    ] as const) {
      assert.equal(placeOf(known, entry(name), BY_NAME, 0), place, name);
    }
  });

  it('is not sure beside a gap', () => {
    const known = new KnownEntries();
    known.resize(9);
    known.put(3, entries('c', 'e', 'g'));
    assert.equal(placeOf(known, entry('d'), BY_NAME, 4), 4);
    assert.equal(placeOf(known, entry('b'), BY_NAME, 4), undefined);
    assert.equal(placeOf(known, entry('h'), BY_NAME, 4), undefined);
    assert.equal(placeOf(known, entry('d'), BY_NAME, 8), undefined);
  });
});
