import { isProblem } from '../api/problem.ts';
import { beginUpload, unfinishedUploads, type NewFile } from '../api/uploads.ts';
import type { UploadItem } from './upload-item.ts';

/** Begins each upload once, though it may be paused meanwhile or the answer lost: the server keeps room for each. */
export class Beginnings {
  readonly #underWay = new Map<UploadItem, Promise<string>>();
  /** Perhaps the server began them; its answer never came. */
  readonly #lost = new WeakSet<UploadItem>();

  /** Answers where it goes on. Throws `Problem`. */
  begin(item: UploadItem, file: NewFile): Promise<string> {
    const known = this.#underWay.get(item);
    if (known !== undefined) return known;
    const begun = this.#begin(item, file).finally(() => this.#underWay.delete(item));
    this.#underWay.set(item, begun);
    return begun;
  }

  async #begin(item: UploadItem, file: NewFile): Promise<string> {
    const key = `${item.batch.id}-${item.id}`;
    const location = this.#lost.has(item) ? await locationOf(key) : undefined;
    if (location !== undefined) return location;
    try {
      return await beginUpload(file, key);
    } catch (error) {
      if (isProblem(error, 'unreachable', 'unknown')) this.#lost.add(item);
      throw error;
    }
  }
}

async function locationOf(key: string): Promise<string | undefined> {
  return (await unfinishedUploads()).find(({ metadata }) => metadata['key'] === key)?.location;
}
