import assert from 'node:assert/strict';
import { isOfPictures } from '../../../ui/src/explorer/kinds.ts';
import { lookOf, type FolderLook } from '../../../ui/src/explorer/view-preferences.ts';
import { entry } from './entries.ts';

describe('how a folder is looked at', () => {
  const grid: FolderLook = { view: 'grid', sort: 'modified', order: 'desc' };
  const list: FolderLook = { view: 'list', sort: 'name', order: 'asc' };

  it('is as chosen there, else as in the nearest folder around it', () => {
    const looks = { '/Photos': grid, '/Photos/Scans': list };
    assert.equal(lookOf('/Photos', looks), grid);
    assert.equal(lookOf('/Photos/2024/May', looks), grid);
    assert.equal(lookOf('/Photos/Scans/a', looks), list);
    assert.equal(lookOf('/Music', looks), undefined);
    assert.equal(lookOf('/Music', { '/': list }), list);
    assert.equal(lookOf('/constructor', {}), undefined);
  });

  it('is a grid for a folder of pictures', () => {
    const of = (pictures: number, others: number): boolean => {
      const all = [
        ...Array.from({ length: pictures }, () => entry('p', { mediaType: 'image/jpeg' })),
        ...Array.from({ length: others }, () => entry('t')),
      ];
      return isOfPictures({ count: all.length, at: (index) => all[index] });
    };
    assert.deepEqual([of(20, 2), of(11, 0), of(20, 20), of(0, 0)], [true, false, false, false]);
  });
});
