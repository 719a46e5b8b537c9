import { tick } from 'svelte';
import { checkContent, checkPreview, contentAddress, previewAddress, type PreviewSide } from '../../api/contents.ts';
import type { FileEntry } from '../../api/files.ts';
import { isProblem } from '../../api/problem.ts';
import { getServer } from '../../api/server.ts';
import { mediaTypeOf } from '../media-types.ts';
import { isAmong, isDrawnByBrowsers, isOnlyItself } from './image-types.ts';

/** More is asked for before it is loaded; a phone pays for each byte. */
const LARGE_BYTES = 40_000_000;
/** Four bytes for each pixel while it is drawn: more of them, and phones end the page. */
const LARGE_PIXELS = window.matchMedia('(pointer: coarse)').matches ? 40_000_000 : 120_000_000;

/**
 * Which address a picture is drawn from: a small copy, which is there at once, and then the original, where browsers draw
 * such files and it is not so large that the device could fail of it.
 */
export class Picture {
  /** For the `<img>`; undefined until it is known. */
  address = $state<string>();
  isOriginal = $state(false);
  /** The original waits until somebody wants it. */
  isHeldBack = $state(false);
  /** It cannot be drawn: a problem on the way, or (undefined) the file itself. */
  failure = $state.raw<{ readonly problem: unknown }>();
  readonly #entry: FileEntry;
  readonly #mediaType: string;
  #loader: HTMLImageElement | undefined;
  #hasTriedAgain = false;

  constructor(entry: FileEntry) {
    this.#entry = entry;
    this.#mediaType = mediaTypeOf(entry);
  }

  async start(): Promise<void> {
    const hasPreview = !isOnlyItself(this.#mediaType) && (await isPreviewed(this.#mediaType));
    if (!hasPreview) {
      // Safari draws HEIC, and says so by drawing it.
      this.#useOriginal();
      return;
    }
    this.address = previewAddress(this.#entry, previewSide());
    if (!isDrawnByBrowsers(this.#mediaType)) return;
    if (this.#entry.sizeBytes > LARGE_BYTES) this.isHeldBack = true;
    else await this.#load({ isLargeWanted: false });
  }

  /** Shows the original however large it is. */
  async showOriginal(): Promise<void> {
    this.isHeldBack = false;
    await this.#load({ isLargeWanted: true });
  }

  /** The element could not draw it: a session that ended, a server that is busy, or no picture at all. */
  async fail(): Promise<void> {
    if (!this.isOriginal && isDrawnByBrowsers(this.#mediaType)) {
      this.#useOriginal();
      return;
    }
    const { address } = this;
    const problem = await (this.isOriginal ? checkContent(this.#entry) : checkPreview(this.#entry, previewSide())).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (this.address !== address) return;
    if (problem === undefined && !this.#hasTriedAgain) {
      this.#hasTriedAgain = true;
      this.address = undefined;
      await tick();
      this.address = address;
    } else {
      this.failure = { problem: isProblem(problem, 'no-preview') ? undefined : problem };
    }
  }

  retry(): void {
    this.failure = undefined;
    this.#hasTriedAgain = false;
    void this.start();
  }

  /** What is still on its way is not loaded any further. */
  end(): void {
    if (this.#loader) this.#loader.src = '';
    this.#loader = undefined;
    this.address = undefined;
  }

  async #load({ isLargeWanted }: { isLargeWanted: boolean }): Promise<void> {
    const loader = new Image();
    this.#loader = loader;
    loader.src = contentAddress(this.#entry);
    try {
      await new Promise((resolve, reject) => {
        loader.onload = resolve;
        loader.onerror = reject;
      });
      if (!isLargeWanted && loader.naturalWidth * loader.naturalHeight > LARGE_PIXELS) {
        this.isHeldBack = true;
        return;
      }
      await loader.decode();
    } catch {
      // The small copy is seen instead.
      return;
    }
    if (this.#loader === loader) this.#useOriginal();
  }

  #useOriginal(): void {
    this.isOriginal = true;
    this.address = contentAddress(this.#entry);
  }
}

/** The small copy of a picture beside the one that is shown. */
export async function preloadPicture(entry: FileEntry): Promise<void> {
  const mediaType = mediaTypeOf(entry);
  if (!isOnlyItself(mediaType) && (await isPreviewed(mediaType))) {
    new Image().src = previewAddress(entry, previewSide());
  }
}

/** Whether the server makes previews of such files. */
export async function isPreviewed(mediaType: string): Promise<boolean> {
  try {
    const { previews } = await getServer();
    return isAmong(mediaType, previews.mediaTypes);
  } catch {
    return false;
  }
}

/** As many pixels as the window has. */
function previewSide(): PreviewSide {
  return Math.max(innerWidth, innerHeight) * devicePixelRatio > 1280 ? 2048 : 1280;
}
