import type { MediaUpdate } from '../../core/ports/media-library.ts';
import { folderId } from '../content-directory/object-ids.ts';
import { ROOT_ID, type FixedViewId } from '../content-directory/views.ts';
import { unsigned } from '../soap/unsigned.ts';
import type { Properties } from './event-message.ts';

/** More are not listed in one message: who is told of so many looks at all again, by SystemUpdateID. */
const MAX_CONTAINERS = 500;

/** Any change may be one of these, and of the root, where they come and go; those of a year, an album or an artist are known by the library's own update id. */
const VIEWS: Readonly<Record<FixedViewId, true>> = {
  recent: true,
  titles: true,
  years: true,
  music: true,
  'music/titles': true,
  'music/albums': true,
  'music/artists': true,
  pictures: true,
};

/** What a subscriber of the content directory has not been told yet; ContentDirectory:1 §2.5.20 and §2.5.21. */
export class LibraryChanges {
  readonly #containers = new Map<string, number>();
  #updateId: number | undefined;

  add({ updateId, folders }: MediaUpdate): void {
    this.#updateId = updateId;
    for (const id of [ROOT_ID, ...Object.keys(VIEWS)]) this.#containers.set(id, updateId);
    for (const folder of folders) {
      const id = folderId(folder.nodeId);
      if (this.#containers.has(id) || this.#containers.size < MAX_CONTAINERS) this.#containers.set(id, folder.updateId);
    }
  }

  /** Undefined when there is nothing. */
  take(): Properties | undefined {
    if (this.#updateId === undefined) return undefined;
    const containers = [...this.#containers].flatMap(([id, updateId]) => [id, unsigned(updateId)]);
    const changes = { SystemUpdateID: unsigned(this.#updateId), ContainerUpdateIDs: containers.join(',') };
    this.#containers.clear();
    this.#updateId = undefined;
    return changes;
  }
}
