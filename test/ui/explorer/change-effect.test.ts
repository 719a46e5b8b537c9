import assert from 'node:assert/strict';
import { effectOf } from '../../../ui/src/explorer/change-effect.ts';
import { entry } from './entries.ts';

const FOLDER = { id: 7, path: '/Photos/2024' };
const AT = '2026-01-01T00:00:00.000Z';
const file = entry('a.jpg', { id: 9, path: '/Photos/2024/a.jpg' });
const inFolder = { id: 9, kind: 'file', name: 'a.jpg', parentId: 7, at: AT, path: file.path } as const;

describe('what a change means to an open folder', () => {
  it('shows what was made, and what came from elsewhere', () => {
    assert.deepEqual(effectOf({ ...inFolder, action: 'created', entry: file }, FOLDER), {
      kind: 'entered',
      entry: file,
      isNew: true,
    });
    const from = { parentId: 3, name: 'a.jpg', path: '/a.jpg' };
    assert.partialDeepStrictEqual(effectOf({ ...inFolder, action: 'moved', from, entry: file }, FOLDER), {
      isNew: true,
    });
  });

  it('tells what was there before from what is new', () => {
    for (const action of ['changed', 'properties'] as const) {
      assert.partialDeepStrictEqual(effectOf({ ...inFolder, action, entry: file }, FOLDER), { isNew: false });
    }
    const from = { parentId: 7, name: 'b.jpg', path: '/Photos/2024/b.jpg' };
    assert.partialDeepStrictEqual(effectOf({ ...inFolder, action: 'renamed', from, entry: file }, FOLDER), {
      isNew: false,
    });
  });

  it('takes away what went', () => {
    assert.deepEqual(effectOf({ ...inFolder, action: 'trashed' }, FOLDER), { kind: 'left', id: 9 });
    const away = { ...file, path: '/Other/a.jpg' };
    const from = { parentId: 7, name: 'a.jpg', path: file.path };
    const change = { ...inFolder, action: 'moved', parentId: 4, path: away.path, from, entry: away } as const;
    assert.deepEqual(effectOf(change, FOLDER), { kind: 'left', id: 9 });
    // Made here, and moved on before one was told.
    assert.deepEqual(effectOf({ ...inFolder, action: 'created', entry: away }, FOLDER), { kind: 'left', id: 9 });
  });

  it('minds what happens deeper, for the sizes of folders, and nothing elsewhere', () => {
    const deep = { ...inFolder, action: 'changed', parentId: 99 } as const;
    assert.deepEqual(effectOf({ ...deep, path: '/Photos/2024/May/x' }, FOLDER), { kind: 'touched' });
    assert.deepEqual(effectOf({ ...deep, path: '/Photos/2024x/y' }, FOLDER), { kind: 'none' });
    assert.deepEqual(effectOf({ ...deep, path: '/Photos/2024x/y' }, { id: 1, path: '/' }), { kind: 'touched' });
  });

  it('knows where the folder went, itself or with one around it', () => {
    const around = { id: 5, kind: 'folder', name: 'Pictures', parentId: 1, at: AT } as const;
    const from = { parentId: 1, name: 'Photos', path: '/Photos' };
    const now = entry('Pictures', { id: 5, kind: 'folder', path: '/Pictures' });
    assert.deepEqual(effectOf({ ...around, action: 'renamed', path: '/Pictures', from, entry: now }, FOLDER), {
      kind: 'gone',
      path: '/Pictures/2024',
    });
    assert.deepEqual(effectOf({ ...around, action: 'trashed', path: '/Photos', name: 'Photos' }, FOLDER), {
      kind: 'gone',
      path: undefined,
    });
    assert.deepEqual(effectOf({ ...around, id: 7, action: 'properties', path: FOLDER.path }, FOLDER), {
      kind: 'touched',
    });
  });
});
