import assert from 'node:assert/strict';
import { overriding } from '../../src/app/overriding.ts';
import { doubtfulFilms } from '../../src/app/television-requests.ts';
import { NO_CONDITIONS } from '../../src/core/core.ts';
import { LibraryFollower } from '../../src/core/media/library-follower.ts';
import { MediaLibrary } from '../../src/core/media/media-library.ts';
import type { MediaLibraryReads } from '../../src/core/ports/media-library.ts';
import { putFile } from '../../src/core/transfer.ts';
import { find } from '../../src/core/tree.ts';
import { parsePlainPath } from '../../src/lib/node-path.ts';
import { TestCore } from '../support/test-core.ts';

describe('films that televisions refuse', () => {
  let test: TestCore;
  let library: MediaLibrary;
  beforeEach(async () => {
    test = await TestCore.open();
    library = new MediaLibrary(test.core);
  });
  afterEach(() => test.close());

  async function film(name: string): Promise<string> {
    const node = await find(test.core, test.as('adam'), parsePlainPath(`/Movies/${name}`));
    const body = { source: bytes(name), sizeBytes: undefined, mediaType: 'video/mp4' };
    const how = { body, conditions: NO_CONDITIONS, signal: new AbortController().signal };
    const { nodeId } = await putFile(test.core, test.as('adam'), node, how);
    await (await LibraryFollower.open(test.core, library, new AbortController().signal)).catchUp();
    return (await library.entry(nodeId)).content!.blobId;
  }

  it('are those of which nothing can be read, and none that waits, be it one that came meanwhile', async () => {
    await library.recordFacts(await film('broken.mp4'), undefined);
    await film('waiting.mp4');
    const { store } = test.core;
    const media = overriding<MediaLibraryReads>(store.media, {
      list: async (query) => {
        await film('new.mp4');
        return store.media.list(query);
      },
    });
    const busy = { ...test.core, store: overriding(store, { media }) };
    const { films, count } = await doubtfulFilms({ core: busy }, { limit: 10 });
    assert.deepEqual(
      films.map(({ path }) => path),
      ['Movies/broken.mp4'],
    );
    assert.equal(count, 1);
  });
});

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
