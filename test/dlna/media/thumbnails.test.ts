import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { PreviewWish } from '../../../src/core/ports/previewer.ts';
import type { DlnaContext } from '../../../src/dlna/context.ts';
import { readThumbnail } from '../../../src/dlna/media/thumbnails.ts';
import { DomainError } from '../../../src/lib/errors.ts';

const FILM = 7;
const COVER = 8;

/** A film with a cover beside it, of which only `there` is still there. */
async function thumbnail(there: readonly number[]): Promise<string> {
  const library = {
    entry: async () => ({ content: { coverId: COVER } }),
    file: async (nodeId: number) => {
      if (!there.includes(nodeId)) throw new DomainError('not-found', 'gone');
      return { node: { blobId: `blob ${nodeId}`, mediaType: 'image/jpeg' } };
    },
  };
  const previewer = { preview: async ({ blobId }: PreviewWish) => Buffer.from(`picture of ${blobId}`) };
  const response = new EventEmitter() as unknown as ServerResponse;
  const picture = await readThumbnail({ library, previewer } as unknown as DlnaContext, { response }, FILM);
  return Buffer.from(picture).toString();
}

describe('the picture of a film', () => {
  it('is its cover, or of itself when that has just gone', async () => {
    assert.equal(await thumbnail([FILM, COVER]), `picture of blob ${COVER}`);
    assert.equal(await thumbnail([FILM]), `picture of blob ${FILM}`);
  });

  it('is not there when neither is', async () => {
    await assert.rejects(thumbnail([]), { code: 'not-found' });
  });
});
