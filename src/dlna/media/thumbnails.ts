import type { Located } from '../../core/located.ts';
import type { MediaLibrary } from '../../core/media/media-library.ts';
import { TELEVISION_SIDE } from '../../core/ports/previewer.ts';
import { disconnectSignal } from '../../http/disconnect-signal.ts';
import { DomainError, isDomainError } from '../../lib/errors.ts';
import type { DlnaContext, DlnaExchange } from '../context.ts';

/** Sets show a list without the picture then, and ask again another time; it is made meanwhile. */
const WAIT_MS = 8000;
/** Televisions share the turn that one user has among those who wait for previews. */
const TELEVISION = 0;

/** A small JPEG of a film, a piece of music, a picture, or of what stands for a folder. Throws `not-found` when there is none, `busy` while it is made. */
export async function readThumbnail(
  { library, previewer }: DlnaContext,
  { response }: Pick<DlnaExchange, 'response'>,
  nodeId: number,
): Promise<Uint8Array> {
  const { content, folderCoverId } = await library.entry(nodeId);
  const tooLong = AbortSignal.timeout(WAIT_MS);
  const signal = AbortSignal.any([tooLong, disconnectSignal(response)()]);
  const shown = [content?.coverId ?? folderCoverId, nodeId].filter((id) => id !== undefined);
  try {
    for (const id of shown) {
      const { blobId, mediaType = '' } = (await fileOrNone(library, id))?.node ?? {};
      if (blobId === undefined) continue;
      const picture = await previewer.preview(
        { blobId, mediaType, side: TELEVISION_SIDE },
        { userId: TELEVISION, signal },
      );
      if (picture) return picture;
    }
  } catch (error) {
    if (tooLong.aborted && !isDomainError(error)) {
      throw new DomainError('busy', 'its picture is still being made', { cause: error, retryAfterSeconds: 10 });
    }
    throw error;
  }
  throw new DomainError('not-found', 'there is no picture of it');
}

/** A cover may have gone a moment ago, when the film itself still has a picture. */
async function fileOrNone(library: MediaLibrary, nodeId: number): Promise<Located | undefined> {
  try {
    return await library.file(nodeId);
  } catch (error) {
    if (isDomainError(error, 'not-found')) return undefined;
    throw error;
  }
}
