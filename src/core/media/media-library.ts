import { DomainError } from '../../lib/errors.ts';
import type { Actor } from '../actor.ts';
import type { Core } from '../core.ts';
import type { Located } from '../located.ts';
import type { MediaEntry, MediaPage, MediaQuery } from '../ports/media-library.ts';

/** What changed of what televisions are shown. */
export interface MediaUpdate {
  readonly updateId: number;
  readonly folders: readonly { readonly nodeId: number; readonly updateId: number }[];
}

/** What televisions are shown of the media space, and nothing else. */
export class MediaLibrary {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** The folder that all is in. */
  async rootId(): Promise<number> {
    throw notYet(this.#core);
  }

  /** One page; one query. */
  async list(query: MediaQuery): Promise<MediaPage> {
    throw notYet(query);
  }

  /** Throws `not-found`. */
  async entry(nodeId: number): Promise<MediaEntry> {
    throw notYet(nodeId);
  }

  /** The file behind an entry, or beside it (subtitles, cover), as a television may read it. Throws `not-found`. */
  async file(nodeId: number): Promise<Located> {
    throw notYet(nodeId);
  }

  async updateId(): Promise<number> {
    throw notYet(undefined);
  }

  /** Calls `listener` after what is shown has changed; returns how to end it. */
  onUpdate(listener: (update: MediaUpdate) => void): () => void {
    throw notYet(listener);
  }

  /** Where `viewer` stopped, or any television where nobody knows who watches. In milliseconds; 0 for the beginning. */
  async positions(nodeIds: readonly number[], viewer: Actor | undefined): Promise<Map<number, number>> {
    throw notYet([nodeIds, viewer]);
  }

  async notePosition(nodeId: number, positionMs: number, viewer: Actor | undefined): Promise<void> {
    throw notYet([nodeId, positionMs, viewer]);
  }
}

function notYet(_what: unknown): DomainError {
  return new DomainError('unavailable', 'the library is being built');
}
