import { Follower } from '../changes/follow.ts';
import type { Core } from '../core.ts';
import type { Change, ChangePosition } from '../ports/changes.ts';
import { applyChanges } from './follow-library.ts';
import type { MediaLibrary } from './media-library.ts';
import { removeTrees, walkFolder, type LibraryWork } from './walk-library.ts';

const CHANGES_AT_ONCE = 200;
const STRAYS_AT_ONCE = 250;

/** Brings the library up to date, from wherever it stopped. Nobody else may do so at the same time. */
export class LibraryFollower {
  readonly #work: LibraryWork;
  #changes: Follower | undefined;

  private constructor(work: LibraryWork) {
    this.#work = work;
  }

  static async open(core: Core, library: MediaLibrary, signal: AbortSignal): Promise<LibraryFollower> {
    return new LibraryFollower({ core, library, signal, space: await library.space() });
  }

  get spaceId(): number {
    return this.#work.space.id;
  }

  /**
   * Takes in what was committed before it was called. Whether it had to look at all of the space, since nobody knows any
   * more what happened there.
   */
  async catchUp(): Promise<{ wasRebuilt: boolean }> {
    const followed = await this.#followed();
    if (followed === undefined) await this.rebuild();
    else await this.#follow(followed);
    return { wasRebuilt: followed === undefined };
  }

  /** Looks at all of the space. What is as it was stays as it was, with its update ids. */
  async rebuild(): Promise<void> {
    const { core, space } = this.#work;
    this.#changes = undefined;
    // What changes while it is looked at is followed afterwards.
    const changes = await Follower.now(core, [space.id]);
    const [root] = await core.store.ancestors(space.rootId);
    if (root !== undefined) await walkFolder(this.#work, root, { isDeep: true, addedAtMs: undefined });
    await this.#removeStrays();
    await this.#note(changes);
    this.#changes = changes;
  }

  /** From where it was; undefined when not all that happened since is known. */
  async #followed(): Promise<Follower | undefined> {
    const { core, space } = this.#work;
    if (this.#changes !== undefined) return (await this.#changes.isLost()) ? undefined : this.#changes;
    const { position } = await core.store.media.state();
    if (position === undefined) return undefined;
    this.#changes = await Follower.from(core, [space.id], new Map([[space.id, position]]));
    return this.#changes;
  }

  async #follow(followed: Follower): Promise<void> {
    // What fails is begun anew from the place that is noted.
    this.#changes = undefined;
    let changes: Change[] = [];
    for await (const change of followed.pending()) {
      changes.push(change);
      if (changes.length < CHANGES_AT_ONCE) continue;
      await this.#apply(changes, followed);
      changes = [];
    }
    if (changes.length > 0) await this.#apply(changes, followed);
    this.#changes = followed;
  }

  async #apply(changes: readonly Change[], followed: Follower): Promise<void> {
    this.#work.signal.throwIfAborted();
    await applyChanges(this.#work, changes);
    await this.#note(followed);
  }

  async #note(followed: Follower): Promise<void> {
    const position: ChangePosition | undefined = followed.positions.get(this.#work.space.id);
    await this.#work.library.update({ put: [], removed: [], ...(position && { position }) });
  }

  /** What a rebuild that was cut off has left of trees that are gone by now. */
  async #removeStrays(): Promise<void> {
    for (;;) {
      const strays = await this.#work.core.store.media.strayIds(STRAYS_AT_ONCE);
      if (strays.length === 0) return;
      await removeTrees(this.#work, strays);
    }
  }
}
