import assert from 'node:assert/strict';
import { crumbsOf } from '../../../ui/src/explorer/crumbs.ts';
import { readDragged } from '../../../ui/src/explorer/dragged.ts';
import { rowsOf, stepFrom, type Branch, type TreeRow } from '../../../ui/src/explorer/tree-rows.ts';

type Folder = Branch['folders'][number];

function folder(path: string, nodeCount = 1): Folder {
  const rights = { read: true, add: true, write: true, remove: true };
  const name = path.slice(path.lastIndexOf('/') + 1);
  const at = '2026-01-01T00:00:00.000Z';
  const about = { kind: 'folder', sizeBytes: 0, etag: 'e', createdAt: at, modifiedAt: at, isOwn: true } as const;
  return { id: path.length, path, name, nodeCount, rights, ...about };
}

const branches = new Map<string, Branch>([
  ['/', { id: 1, folders: [folder('/a'), folder('/b'), folder('/empty', 0)], cursor: undefined }],
  ['/a', { id: 2, folders: [folder('/a/x')], cursor: 'more' }],
]);

function rows(open: string[], isRootShown = false): TreeRow[] {
  return rowsOf(folder('/'), { isRootShown, open: new Set(open), branches });
}

function drawn(lines: readonly TreeRow[]): string[] {
  return lines.map(({ folder: { path }, level, isMore }) => `${level} ${path}${isMore ? ' …' : ''}`);
}

describe('the lines of the tree', () => {
  it('are those of open folders, and one for what is not loaded', () => {
    assert.deepEqual(drawn(rows(['/', '/a'])), ['1 /a', '2 /a/x', '2 /a …', '1 /b', '1 /empty']);
    assert.deepEqual(drawn(rows(['/'], true)), ['1 /', '2 /a', '2 /b', '2 /empty']);
  });

  it('know what can be opened', () => {
    assert.deepEqual(
      rows(['/']).map(({ isLeaf }) => isLeaf),
      [false, false, true],
    );
  });

  for (const [from, key, to] of [
    ['/a', 'ArrowDown', '/a/x'],
    ['/a/x', 'ArrowUp', '/a'],
    ['/a', 'ArrowUp', undefined],
    ['/a', 'ArrowRight', '/a/x'],
    ['/b', 'ArrowRight', undefined],
    ['/a/x', 'ArrowLeft', '/a'],
    ['/b', 'Home', '/a'],
    ['/a', 'End', '/empty'],
    ['/a', 'e', '/empty'],
    ['/b', 'B', '/b'],
    ['/a', 'Tab', undefined],
  ] as const) {
    it(`are gone through from ${from} by ${key} to ${to ?? 'nowhere'}`, () => {
      const lines = rows(['/', '/a']);
      const at = lines.findIndex((row) => row.folder.path === from && !row.isMore);
      const step = stepFrom(lines, at, key);
      assert.equal(step === undefined ? undefined : lines[step]?.folder.path, to);
    });
  }
});

describe('the way to where one is', () => {
  it('is shown whole while it is short', () => {
    const { first, hidden, shown, last } = crumbsOf(['a', 'b', 'c', 'd']);
    assert.deepEqual(
      [first, hidden, shown, last].flat().map(({ path }) => path),
      ['/', '/a', '/a/b', '/a/b/c', '/a/b/c/d'],
    );
    assert.deepEqual(hidden, []);
  });

  it('hides the middle when it is long', () => {
    const { hidden, shown } = crumbsOf(['a', 'b', 'c', 'd', 'e', 'f']);
    assert.deepEqual(
      hidden.map(({ name }) => name),
      ['a', 'b', 'c'],
    );
    assert.deepEqual(
      shown.map(({ name }) => name),
      ['d', 'e'],
    );
  });

  it('is only the root at the root', () => {
    assert.deepEqual(crumbsOf([]), { first: [], hidden: [], shown: [], last: { path: '/', name: '' } });
  });
});

describe('what was dragged here from another window', () => {
  const here = { origin: 'https://cloud.test', user: 'ann' };
  const entries = [{ id: 7, name: 'a', kind: 'file', path: '/a' }];
  const message = (changes: object): string => JSON.stringify({ ...here, entries, ...changes });

  it('is taken from the same server and user', () => {
    assert.deepEqual(readDragged(message({}), here), entries);
  });

  for (const [what, text] of [
    ['another server', message({ origin: 'https://other.test' })],
    ['somebody else', message({ user: 'bob' })],
    ['no list', message({ entries: 'a' })],
    ['ids that are none', message({ entries: [{ ...entries[0], id: '7' }] })],
    ['nothing', message({ entries: [null] })],
    ['no JSON', 'hello'],
    ['an empty text', ''],
  ] as const) {
    it(`is not taken from ${what}`, () => {
      assert.equal(readDragged(text, here), undefined);
    });
  }
});
