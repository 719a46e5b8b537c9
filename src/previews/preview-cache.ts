import { readdir, readFile, rename, rm, stat, statfs, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TELEVISION_SIDE, type PreviewSide, type PreviewWish } from '../core/ports/previewer.ts';
import { randomId } from '../lib/ids.ts';
import { makeFolder } from '../lib/make-folder.ts';
import { kindOf } from './kinds.ts';

/** What file systems keep for the smallest file. */
const BLOCK_BYTES = 4096;
/** What is in the data folder besides needs room, and can less be done without. */
const LEFT_FREE_BYTES = 512 * 1024 * 1024;
/** When it is full, the pictures that were looked at longest ago go, until so much of it is left. */
const KEPT_WHEN_FULL = 0.9;
/** That a picture is looked at is noted so often; each time would be a write for each read. */
const USE_NOTED_EVERY_MS = 3600 * 1000;
/** It may have been for want of memory, or of a tool that comes later. */
const FAILURE_KEPT_MS = 24 * 3600 * 1000;
const NAME = /^([0-9a-f]{32})-(?:\d+\.(?:webp|jpg)|(?:image|video|audio)\.none)$/;
const TIDIED_AT_ONCE = 500;

function endingOf(side: PreviewSide): string {
  return `-${side}.${side === TELEVISION_SIDE ? 'jpg' : 'webp'}`;
}

/** Of a film none can be made as of a picture; under another name it may be taken for what it is. */
function failureEndingOf(mediaType: string): string {
  return `-${kindOf(mediaType)}.none`;
}

interface Entry {
  readonly path: string;
  readonly sizeBytes: number;
  readonly usedAtMs: number;
}

export interface PreviewCacheSetup {
  readonly folder: string;
  readonly maxBytes: number;
  readonly onFailure: (error: unknown) => void;
  /** How much room is left where a folder is. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/**
 * Pictures in a folder, `<last two digits of the blob's id>/<id>-<side>.webp` (`.jpg` for televisions), and that of a blob none can be made as
 * `<id>-<kind>.none`. All of it can be removed at any time.
 */
export class PreviewCache {
  readonly #setup: PreviewCacheSetup;
  /** More than there is by what was replaced or tidied up; undefined until the first is put in. */
  #totalBytes: number | undefined;
  #shrinking: Promise<void> | undefined;
  #isClosed = false;

  constructor(setup: PreviewCacheSetup) {
    this.#setup = setup;
  }

  /** `none` when there is none to be had, undefined when nothing is known. */
  async get({ blobId, mediaType, side }: PreviewWish): Promise<Uint8Array | 'none' | undefined> {
    const path = this.#path(blobId, endingOf(side));
    const picture = await readFile(path).catch(() => undefined);
    if (picture?.length) {
      void noteUse(path);
      return picture;
    }
    const failure = await stat(this.#path(blobId, failureEndingOf(mediaType))).catch(() => undefined);
    return failure && Date.now() - failure.mtimeMs < FAILURE_KEPT_MS ? 'none' : undefined;
  }

  /** Keeps a picture, or that there is none. What cannot be kept is made again another time: never rejects. */
  async put({ blobId, mediaType, side }: PreviewWish, picture: Uint8Array | undefined): Promise<void> {
    const { maxBytes, onFailure } = this.#setup;
    try {
      const path = this.#path(blobId, picture ? endingOf(side) : failureEndingOf(mediaType));
      if (!(await this.#write(path, picture ?? new Uint8Array()))) return;
    } catch (error) {
      onFailure(error);
      return;
    }
    const isCounted = this.#totalBytes !== undefined;
    this.#totalBytes = (this.#totalBytes ?? 0) + blocks(picture?.length ?? 0);
    // What there was before is counted meanwhile: nobody waits for it.
    if (!isCounted || this.#totalBytes > maxBytes) this.#shrinking ??= this.#shrink();
  }

  /** Waits until it has been counted and has room again, if that is under way. */
  async settled(): Promise<void> {
    await this.#shrinking;
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.settled();
  }

  /** Removes what is kept of blobs that `known` does not give back, and what an interrupted write left. */
  async tidy(known: (blobIds: readonly string[]) => Promise<ReadonlySet<string>>): Promise<void> {
    const { folder } = this.#setup;
    for (const name of await namesIn(folder)) {
      if (this.#isClosed) return;
      const path = join(folder, name);
      if (name.endsWith('.partial')) await this.#removeOld(path);
      else if (/^[0-9a-f]{2}$/.test(name)) await tidyFolder(path, known);
    }
  }

  /** False where room is short: it is left to what people store, and what is known of it. */
  async #write(path: string, content: Uint8Array): Promise<boolean> {
    const { folder, freeBytes = freeBytesOf } = this.#setup;
    await makeFolder(join(path, '..'), 0o700);
    if ((await freeBytes(folder)) < LEFT_FREE_BYTES) return false;
    const temporary = join(folder, `${randomId()}.partial`);
    try {
      await writeFile(temporary, content, { mode: 0o600 });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    return true;
  }

  async #removeOld(path: string): Promise<void> {
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > USE_NOTED_EVERY_MS) await rm(path, { force: true });
  }

  async #shrink(): Promise<void> {
    const { maxBytes, onFailure } = this.#setup;
    try {
      const entries: Entry[] = [];
      for await (const entry of this.#entries()) entries.push(entry);
      entries.sort((one, other) => one.usedAtMs - other.usedAtMs);
      let totalBytes = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      const keptBytes = totalBytes > maxBytes ? maxBytes * KEPT_WHEN_FULL : maxBytes;
      for (const { path, sizeBytes } of entries) {
        if (totalBytes <= keptBytes || this.#isClosed) break;
        await rm(path, { force: true });
        totalBytes -= sizeBytes;
      }
      this.#totalBytes = totalBytes;
    } catch (error) {
      onFailure(error);
    } finally {
      this.#shrinking = undefined;
    }
  }

  async *#entries(): AsyncGenerator<Entry> {
    const { folder } = this.#setup;
    for (const shard of await namesIn(folder)) {
      for (const name of await namesIn(join(folder, shard))) {
        if (this.#isClosed) return;
        const path = join(folder, shard, name);
        const found = await stat(path).catch(() => undefined);
        if (found) yield { path, sizeBytes: blocks(found.size), usedAtMs: found.mtimeMs };
      }
    }
  }

  #path(blobId: string, ending: string): string {
    if (!/^[0-9a-f]{32}$/.test(blobId)) throw new Error(`"${blobId}" is not the id of a blob`);
    return join(this.#setup.folder, blobId.slice(-2), `${blobId}${ending}`);
  }
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function blocks(sizeBytes: number): number {
  return Math.max(1, Math.ceil(sizeBytes / BLOCK_BYTES)) * BLOCK_BYTES;
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

async function noteUse(path: string): Promise<void> {
  const nowMs = Date.now();
  const found = await stat(path).catch(() => undefined);
  if (!found || nowMs - found.mtimeMs < USE_NOTED_EVERY_MS) return;
  const now = new Date(nowMs);
  await utimes(path, now, now).catch(() => undefined);
}

async function tidyFolder(
  folder: string,
  known: (blobIds: readonly string[]) => Promise<ReadonlySet<string>>,
): Promise<void> {
  const names = await namesIn(folder);
  for (let from = 0; from < names.length; from += TIDIED_AT_ONCE) {
    const page = names.slice(from, from + TIDIED_AT_ONCE).map((name) => ({ name, blobId: NAME.exec(name)?.[1] }));
    const there = await known([...new Set(page.flatMap(({ blobId }) => blobId ?? []))]);
    for (const { name, blobId } of page) {
      if (blobId === undefined || !there.has(blobId)) await rm(join(folder, name), { force: true });
    }
  }
}
