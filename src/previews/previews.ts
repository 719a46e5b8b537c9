import type { Core } from '../core/core.ts';
import type { BlobLocation } from '../core/ports/operations.ts';
import type { Previewer, PreviewAsker, PreviewWish } from '../core/ports/previewer.ts';
import { readSmallContent } from '../core/small-content.ts';
import { SMALL_BYTES } from '../core/transfer.ts';
import { DomainError } from '../lib/errors.ts';
import { makeFolder } from '../lib/make-folder.ts';
import { findAbilities } from './abilities.ts';
import { FairQueue } from './fair-queue.ts';
import { EndedOverIt, ImageProcess, type Original } from './image-process.ts';
import { isAmong, kindOf } from './kinds.ts';
import { withMediaFile } from './media-file.ts';
import { MediaTools } from './media-tools.ts';
import { PreviewCache } from './preview-cache.ts';

/** So that a film does not hold up the images; the second process starts only when there is work for both. */
const AT_ONCE = 2;
const MAX_WAITING = 200;
/** The process that reads an image has it whole in its memory. */
const MAX_IMAGE_BYTES = 256 * 1024 * 1024;
const LOOKED_AGAIN_MS = 60_000;
/** Blobs over which a process ended once. */
const MAX_DOUBTFUL = 1000;
const TIDY_EVERY_MS = 24 * 3600 * 1000;

export interface PreviewsSetup {
  readonly core: Core;
  /** For what is kept; nothing else is in it. */
  readonly folder: string;
  readonly cacheBytes: number;
  /** Where programs are looked for. */
  readonly programPath: string;
  /** Told of what went wrong without anybody having to know. */
  readonly onFailure: (error: unknown) => void;
}

/** Previews made by processes apart, and kept in a folder. */
export class Previews implements Previewer {
  readonly #setup: PreviewsSetup;
  readonly #cache: PreviewCache;
  readonly #tools: MediaTools;
  readonly #queue = new FairQueue({ running: AT_ONCE, waiting: MAX_WAITING });
  /** By blob, side and kind, what is being made. */
  readonly #making = new Map<string, Promise<Uint8Array | undefined>>();
  /** The one used last is taken first. */
  readonly #idle = Array.from({ length: AT_ONCE }, () => new ImageProcess());
  readonly #processes = [...this.#idle];
  /** Once may have been for want of memory; the second time it is the file. The first to be put in is the first to go. */
  readonly #doubtful = new Set<string>();
  #found: Promise<readonly string[]> | undefined;
  #lookedAtMs = 0;
  #isClosed = false;
  #tidiedAtMs = Number.NEGATIVE_INFINITY;

  constructor(setup: PreviewsSetup) {
    this.#setup = setup;
    const { folder, cacheBytes: maxBytes, onFailure } = setup;
    this.#tools = new MediaTools(setup);
    this.#cache = new PreviewCache({ folder, maxBytes, onFailure });
  }

  /** As `Previewer` says. */
  async mediaTypes(): Promise<readonly string[]> {
    const { clock } = this.#setup.core;
    if (!this.#found) this.#lookedAtMs = clock.nowMs();
    const found = await (this.#found ??= this.#look());
    // That no process could be started may be over.
    if (found.length === 0 && clock.nowMs() - this.#lookedAtMs > LOOKED_AGAIN_MS) this.#found = undefined;
    return found;
  }

  /** As `Previewer` says. */
  async preview(wish: PreviewWish, asker: PreviewAsker): Promise<Uint8Array | undefined> {
    if (!isAmong(wish.mediaType, await this.mediaTypes())) return undefined;
    const kept = await this.#cache.get(wish);
    if (!kept) return this.#queue.run(() => this.#madeOnce(wish), asker);
    return kept === 'none' ? undefined : kept;
  }

  /** As `Previewer` says. */
  async tidy(): Promise<void> {
    const { store, blobs, clock } = this.#setup.core;
    if (clock.nowMs() - this.#tidiedAtMs < TIDY_EVERY_MS) return;
    this.#tidiedAtMs = clock.nowMs();
    await this.#cache.tidy(async (blobIds) => {
      const known = await Promise.all(blobs.listDisks().map(({ id }) => store.inspection.knownBlobs(id, blobIds)));
      return new Set(known.flatMap((onDisk) => [...onDisk]));
    });
  }

  /** As `Previewer` says. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#tools.close();
    for (const process of this.#processes) process.close();
    await this.#cache.close();
  }

  async #look(): Promise<readonly string[]> {
    try {
      return await this.#withProcess((process) => findAbilities(process, this.#tools));
    } catch (error) {
      this.#setup.onFailure(error);
      return [];
    }
  }

  /** Others who wanted the same may have come first. */
  async #madeOnce(wish: PreviewWish): Promise<Uint8Array | undefined> {
    const kept = await this.#cache.get(wish);
    if (kept) return kept === 'none' ? undefined : kept;
    const key = `${wish.blobId}-${wish.side}-${kindOf(wish.mediaType)}`;
    const making = this.#making.get(key) ?? this.#make(wish).finally(() => this.#making.delete(key));
    this.#making.set(key, making);
    return making;
  }

  async #make(wish: PreviewWish): Promise<Uint8Array | undefined> {
    this.#assertOpen();
    const location = await this.#setup.core.store.locateBlob(wish.blobId);
    if (!location) throw new DomainError('corrupt', 'the content of this file is not known');
    const picture = await this.#pictureOf(location, wish);
    // What was ended half way says nothing about the file.
    this.#assertOpen();
    await this.#cache.put(wish, picture);
    return picture;
  }

  async #pictureOf(location: BlobLocation, wish: PreviewWish): Promise<Uint8Array | undefined> {
    const { blobId, side } = wish;
    try {
      const original = await this.#original(location, wish);
      return original && (await this.#withProcess((process) => process.make(original, side)));
    } catch (error) {
      if (!(error instanceof EndedOverIt)) throw error;
      if (this.#doubtful.delete(blobId)) return undefined;
      const [oldest] = this.#doubtful;
      if (this.#doubtful.size === MAX_DOUBTFUL && oldest !== undefined) this.#doubtful.delete(oldest);
      this.#doubtful.add(blobId);
      throw new DomainError('unavailable', 'no preview can be made of this now', {
        cause: error,
        retryAfterSeconds: 60,
      });
    }
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new DomainError('unavailable', 'the server is ending');
  }

  /** An image, or what is one of it; undefined when there is none. */
  async #original(
    location: BlobLocation,
    { mediaType, side }: Pick<PreviewWish, 'mediaType' | 'side'>,
  ): Promise<Original | undefined> {
    const { blobs } = this.#setup.core;
    const { sizeBytes } = location;
    const kind = kindOf(mediaType);
    if (kind === 'image') {
      if (sizeBytes > MAX_IMAGE_BYTES) return undefined;
      if (sizeBytes > SMALL_BYTES) return { bytes: blobs.read(location), sizeBytes };
      return { bytes: [await readSmallContent(this.#setup.core, location)], sizeBytes };
    }
    const { folder } = this.#setup;
    await makeFolder(folder, 0o700);
    const picture = await withMediaFile({ blobs, folder }, location, (file) =>
      kind === 'video' ? this.#tools.frameOf(file, side) : this.#tools.coverOf(file, side),
    );
    return picture && { bytes: [picture], sizeBytes: picture.length };
  }

  async #withProcess<T>(work: (process: ImageProcess) => Promise<T>): Promise<T> {
    const process = this.#idle.pop() ?? new ImageProcess();
    try {
      return await work(process);
    } finally {
      if (this.#processes.includes(process)) this.#idle.push(process);
      else process.close();
    }
  }
}
