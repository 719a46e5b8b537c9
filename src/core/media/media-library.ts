import { DomainError } from '../../lib/errors.ts';
import type { Actor } from '../actor.ts';
import type { Core } from '../core.ts';
import type { Located } from '../located.ts';
import type { Space } from '../node.ts';
import { isSeenAt, notePosition } from '../playback-positions.ts';
import type { MediaEntry, MediaPage, MediaQuery, MediaUpdate } from '../ports/media-library.ts';
import type { OperationArgs } from '../ports/operations.ts';
import { locateNode } from '../reach.ts';
import type { MediaFacts } from './facts.ts';
import { isHiddenName } from './shown.ts';

/** What televisions are shown of the media space, and nothing else. */
export class MediaLibrary {
  readonly #core: Core;
  readonly #listeners = new Set<(update: MediaUpdate) => void>();
  #space: Space | undefined;

  constructor(core: Core) {
    this.#core = core;
  }

  /** The folder that all is in. */
  async rootId(): Promise<number> {
    return (await this.space()).rootId;
  }

  /** Throws `not-found` before there is one. */
  async space(): Promise<Space> {
    this.#space ??= (await this.#core.store.listSpaces(0)).find(({ kind }) => kind === 'media');
    if (this.#space === undefined) throw new DomainError('not-found', 'there is no space for films');
    return this.#space;
  }

  /** One page; one query. */
  async list(query: MediaQuery): Promise<MediaPage> {
    return this.#core.store.media.list(query);
  }

  /** Throws `not-found`. */
  async entry(nodeId: number): Promise<MediaEntry> {
    const [entry] = await this.#core.store.media.entries([nodeId]);
    if (entry === undefined) throw new DomainError('not-found', 'televisions are shown nothing with this id');
    return entry;
  }

  /**
   * The file behind an entry, or beside it (subtitles, cover), as a television may read it: found in the tree as it is at
   * this moment. Throws `not-found`.
   */
  async file(nodeId: number): Promise<Located> {
    const located = await locateNode(this.#core, await this.#television(), nodeId);
    const isHidden = located.path.segments.some(isHiddenName);
    if (isHidden || located.node.blobId === undefined) {
      throw new DomainError('not-found', 'there is no file with this id for televisions');
    }
    return located;
  }

  async updateId(): Promise<number> {
    return (await this.#core.store.media.state()).updateId;
  }

  /** Calls `listener` after what is shown has changed; returns how to end it. */
  onUpdate(listener: (update: MediaUpdate) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Where `viewer` stopped, or any television where nobody knows who watches. In milliseconds; 0 for the beginning. */
  async positions(nodeIds: readonly number[], viewer: Actor | undefined): Promise<Map<number, number>> {
    const { media, positions } = this.#core.store;
    if (viewer === undefined) return media.bookmarks(nodeIds);
    const kept = await positions.listIn(viewer.userId, nodeIds);
    return new Map(kept.map(({ nodeId, positionMs, isSeen }) => [nodeId, isSeen ? 0 : positionMs]));
  }

  /** As the web page keeps them. Throws `not-found`, also for what the viewer may not see. */
  async notePosition(nodeId: number, positionMs: number, viewer: Actor | undefined): Promise<void> {
    await this.file(nodeId);
    const { facts } = await this.entry(nodeId);
    const durationMs = facts?.durationMs === undefined ? undefined : Math.round(facts.durationMs);
    const played = { positionMs: Math.max(0, Math.round(positionMs)), durationMs, atMs: undefined };
    if (viewer !== undefined) {
      await notePosition(this.#core, viewer, { nodeId }, played);
      return;
    }
    const isOver = isSeenAt(played);
    await this.#core.store.run('noteBookmark', { nodeId, positionMs: isOver ? 0 : played.positionMs });
  }

  /** For whoever follows the tree: what has another place, name or content, and what is not there any more. */
  async update(
    change: Omit<OperationArgs<'updateMediaLibrary'>, 'position'> & { position?: MediaPosition },
  ): Promise<void> {
    this.#tell(await this.#core.store.run('updateMediaLibrary', { ...change, position: change.position }));
  }

  /** For whoever looks into contents; undefined for one that cannot be read. */
  async recordFacts(blobId: string, facts: MediaFacts | undefined): Promise<void> {
    this.#tell(await this.#core.store.run('recordMediaFacts', { blobId, facts, nowMs: this.#core.clock.nowMs() }));
  }

  #tell(update: MediaUpdate): void {
    if (update.folders.length === 0) return;
    for (const listener of this.#listeners) listener(update);
  }

  /** One who sees that one space, and may do nothing there but read. */
  async #television(): Promise<Actor> {
    const narrowing = { access: 'read-only', rootId: await this.rootId() } as const;
    return { userId: 0, name: 'television', role: 'normal', narrowing };
  }
}

type MediaPosition = OperationArgs<'updateMediaLibrary'>['position'];
