import assert from 'node:assert/strict';
import type { MediaLibraryReads, MediaRow } from '../../../src/core/ports/media-library.ts';
import { ControlWorld, titlesOf } from '../control-world.ts';

const FILMS = 10_000;
const IN_ONE_FOLDER = 500;

describe('a library of 10,000 films', () => {
  let world: ControlWorld;
  let rootId: number;
  let reads: string[] = [];
  before(async () => {
    world = await ControlWorld.open();
    rootId = await world.context.library.rootId();
    await fill();
    const { store } = world.test.core;
    const counted = new Proxy(store.media, {
      get: (media, name: keyof MediaLibraryReads) => {
        reads.push(name);
        return (media[name] as (...args: unknown[]) => Promise<unknown>).bind(media);
      },
    });
    Object.defineProperty(store, 'media', { value: counted });
  });
  after(() => world.close());

  async function fill(): Promise<void> {
    const base = { name: '', addedAtMs: 0, modifiedAtMs: 0, content: undefined, folderCoverId: undefined };
    const rows: MediaRow[] = [];
    for (let index = 0; index < FILMS; index += 1) {
      const parentId = 1_000_000 + Math.floor(index / IN_ONE_FOLDER);
      if (index % IN_ONE_FOLDER === 0) {
        rows.push({ ...base, nodeId: parentId, parentId: rootId, kind: 'folder', name: `Folder ${parentId}` });
      }
      const content = { blobId: `blob-${index}`, sizeBytes: 1e9 + index, mediaType: 'video/mp4' };
      const companions = { subtitlesId: 2_000_000 + index, coverId: undefined };
      const film = { nodeId: 10_000 + index, parentId, kind: 'video', addedAtMs: index } as const;
      rows.push({ ...base, ...film, name: `Film ${index}.mp4`, content: { ...content, ...companions } });
    }
    await world.context.library.update({ put: rows, removed: [] });
  }

  it('costs one query a page, and one for the update id', async () => {
    for (const [objectId, RequestedCount] of [
      ['titles', 100],
      ['titles', 3],
      ['recent', 50],
      ['f1000003', 100],
    ] as const) {
      reads = [];
      const { returned } = await world.browse(objectId, { StartingIndex: 7, RequestedCount });
      assert.equal(returned, RequestedCount);
      assert.deepEqual(reads.filter((name) => name === 'list').length, 1);
      assert.equal(reads.length, 2, reads.join());
    }
    reads = [];
    const found = await world.search('dc:title contains "99" and upnp:class derivedfrom "object.item.videoItem"');
    assert.equal(found.total, found.returned);
    assert.deepEqual(reads.sort(), ['list', 'state']);
  });

  it('is whole, page by page', async () => {
    const seen: string[] = [];
    for (let start = 0; start < FILMS; start += 2500) {
      const page = await world.browse('titles', { StartingIndex: start, RequestedCount: 2500, Filter: 'dc:title' });
      assert.equal(page.total, FILMS);
      seen.push(...titlesOf(page));
    }
    assert.deepEqual(
      seen,
      Array.from({ length: FILMS }, (_, index) => `Film ${index}`),
    );
  });

  it('comes all at once when it is asked for', async () => {
    const args = { ObjectID: 'titles', BrowseFlag: 'BrowseDirectChildren', Filter: '*', SortCriteria: '' };
    const outcome = await world.call('content-directory', 'Browse', { ...args, StartingIndex: 0, RequestedCount: 0 });
    assert.ok(!('fault' in outcome));
    const { Result = '', NumberReturned, TotalMatches } = outcome;
    assert.deepEqual([NumberReturned, TotalMatches], [String(FILMS), String(FILMS)]);
    assert.equal(Result.split('<item ').length - 1, FILMS);
  });

  it('shows the newest hundred', async () => {
    const page = await world.browse('recent', { StartingIndex: 90, RequestedCount: 50, SortCriteria: '+dc:title' });
    assert.deepEqual([page.returned, page.total], [10, 100]);
    assert.equal(titlesOf(page).at(-1), `Film ${FILMS - 100}`);
    assert.equal((await world.browse('recent', { StartingIndex: 100 })).returned, 0);
    assert.equal((await world.browse('recent', { StartingIndex: 5000 })).total, 100);
  });
});
