import { isProblem, Problem } from '../api/problem.ts';
import { ensureFolder, putFile, sendPiece, uploadOffset, type NewFile } from '../api/uploads.ts';
import { isAtOrBelow, joined } from '../lib/paths.ts';
import { Beginnings } from './beginnings.ts';
import { FIRST_PIECE_BYTES, nextPieceBytes } from './piece-size.ts';
import { pathOf, type UploadItem } from './upload-item.ts';

const MIB = 1024 * 1024;

/**
 * Up to this size a file goes in one request, which is several times faster for many small ones. Not where the name is
 * taken: sent twice, since nobody heard that it came, it would be there twice, or a version of itself.
 */
const SMALL_BYTES = 4 * MIB;
/** Enough for the server to tell what a file is, so that little was sent of what a folder does not take. */
const TELLING_BYTES = 256 * 1024;

export interface Progress {
  /** So much of it was sent. */
  sent(item: UploadItem, bytes: number): void;
  /** So much of it was there before. */
  found(item: UploadItem, bytes: number): void;
  /** Its place on the server is known, or not any more. */
  placed(item: UploadItem): void;
}

/** Sends files, and makes the folders that they need. */
export class Sender {
  readonly #progress: Progress;
  /** Folders that are there, or are being made. */
  readonly #folders = new Map<string, Promise<void>>();
  readonly #beginnings = new Beginnings();
  /** Sent in one request that nobody heard the end of. */
  readonly #unanswered = new WeakSet<UploadItem>();

  constructor(progress: Progress) {
    this.#progress = progress;
  }

  /** Those are there. */
  know(...paths: readonly string[]): void {
    for (const path of paths) this.#folders.set(path, Promise.resolve());
  }

  /** What is there is to be found out anew: somebody may have deleted it since. */
  forgetBelow(top: string): void {
    for (const path of this.#folders.keys()) if (isAtOrBelow(path, top)) this.#folders.delete(path);
  }

  /** It was sent before, and perhaps the server has it. */
  mayHaveCome(item: UploadItem): boolean {
    return this.#unanswered.has(item);
  }

  /** Throws `Problem`, also when it got no answer: to be called again then. */
  async send(item: UploadItem, signal: AbortSignal): Promise<void> {
    const { file, batch, folder } = item;
    await this.#ensure(folder);
    if (file === undefined) {
      await this.#ensure(joined(folder, item.name));
      return;
    }
    const newFile = { path: pathOf(item), file, onConflict: item.onConflict };
    try {
      const isSmall = file.size <= (batch.isTyped ? TELLING_BYTES : SMALL_BYTES);
      const isOnce = item.onConflict === 'fail' || file.size === 0;
      if (isSmall && isOnce && item.location === undefined) await this.#put(item, newFile, signal);
      else await this.#sendPieces(item, newFile, signal);
    } catch (error) {
      if (isProblem(error, 'parent-missing', 'not-found')) this.#folders.delete(folder);
      await assertReadable(file);
      throw error;
    }
  }

  async #put(item: UploadItem, file: NewFile, signal: AbortSignal): Promise<void> {
    try {
      await putFile(file, { signal, onprogress: (bytes) => this.#progress.sent(item, bytes) });
    } catch (error) {
      if (!isAnswered(error)) this.#unanswered.add(item);
      throw error;
    }
  }

  async #sendPieces(item: UploadItem, newFile: NewFile, signal: AbortSignal): Promise<void> {
    const { file } = newFile;
    const { location, offset: from } = await this.#begin(item, newFile, signal);
    let offset = from;
    let pieceBytes = FIRST_PIECE_BYTES;
    while (offset < file.size) {
      const isTelling = offset === 0 && item.batch.isTyped;
      const bytes = file.slice(offset, offset + (isTelling ? TELLING_BYTES : pieceBytes));
      const start = offset;
      const startedMs = performance.now();
      const onprogress = (sent: number): void => this.#progress.sent(item, start + sent);
      offset = await sendPiece(location, { offset, bytes, signal, onprogress });
      if (!(offset > start)) throw new Problem({ code: 'unknown', status: 0, detail: 'the offset went back' });
      this.#progress.sent(item, offset);
      if (!isTelling) pieceBytes = nextPieceBytes(pieceBytes, performance.now() - startedMs);
    }
  }

  /** Where it goes on, or begins. */
  async #begin(item: UploadItem, file: NewFile, signal: AbortSignal): Promise<{ location: string; offset: number }> {
    if (item.location !== undefined) {
      const offset = await uploadOffset(item.location, signal);
      if (offset !== undefined) {
        this.#progress.found(item, offset);
        return { location: item.location, offset };
      }
    }
    const location = await this.#beginnings.begin(item, file);
    item.location = location;
    this.#progress.placed(item);
    signal.throwIfAborted();
    this.#progress.found(item, 0);
    return { location, offset: 0 };
  }

  #ensure(path: string): Promise<void> {
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const made = ensureFolder(path);
    this.#folders.set(path, made);
    made.catch(() => this.#folders.delete(path));
    return made;
  }
}

/** The server itself said what became of it. */
function isAnswered(error: unknown): boolean {
  return isProblem(error) && !isProblem(error, 'unreachable', 'unknown');
}

/** A file that was changed or removed since looks to the browser as if the network had failed. */
async function assertReadable(file: File): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch (cause) {
    throw new Problem({ code: 'file-changed', status: 0, detail: '' }, {}, { cause });
  }
}
