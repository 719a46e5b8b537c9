import { setImmediate } from 'node:timers/promises';
import type { Core } from '../core.ts';
import type { Change, ChangePosition } from '../ports/changes.ts';
import type { FeedPositions } from './told-changes.ts';
import { END_OF_REV } from './sync-token.ts';

const ROWS = 100;
/** Whoever is so far behind had better look at everything anew. */
const MAX_BEHIND = 20_000;

/** Follows what happens in several spaces: rows in order within each, none left out, none held longer than a page. */
export class Follower {
  readonly #core: Core;
  readonly #positions: Map<number, ChangePosition>;
  /** Revisions up to which there is nothing left. */
  readonly #told = new Map<number, number>();

  private constructor(core: Core, positions: Map<number, ChangePosition>) {
    this.#core = core;
    this.#positions = positions;
  }

  /** From now on. */
  static async now(core: Core, spaceIds: readonly number[]): Promise<Follower> {
    const known = await core.store.changes.positions(spaceIds);
    const entries = spaceIds.map((id) => [id, { rev: known.get(id)?.rev ?? 0, seq: END_OF_REV }] as const);
    return new Follower(core, new Map(entries));
  }

  /** From where somebody was. Undefined when not all that happened since is known, or it is too much. */
  static async from(core: Core, spaceIds: readonly number[], from: FeedPositions): Promise<Follower | undefined> {
    const known = await core.store.changes.positions(spaceIds);
    const positions = new Map<number, ChangePosition>();
    for (const id of spaceIds) {
      const position = from.get(id);
      const now = known.get(id);
      if (!position || !now) return undefined;
      const floor = now.floor + (position.seq === END_OF_REV ? 0 : 1);
      const isFollowed = position.rev >= floor && position.rev <= now.rev && now.rev - position.rev <= MAX_BEHIND;
      if (!isFollowed) return undefined;
      positions.set(id, position);
    }
    return new Follower(core, positions);
  }

  get spaceIds(): readonly number[] {
    return [...this.#positions.keys()];
  }

  get positions(): FeedPositions {
    return this.#positions;
  }

  /** What has happened up to now; after each the positions are behind it. */
  async *pending(): AsyncGenerator<Change> {
    const known = await this.#core.store.changes.positions(this.spaceIds);
    for (const [spaceId, { rev }] of known) {
      if (this.#told.get(spaceId) === rev) continue;
      for (;;) {
        // SQLite answers at once: others get their turn here.
        await setImmediate();
        const after = this.#positions.get(spaceId) ?? { rev: 0, seq: 0 };
        const rows = await this.#core.store.changes.listChanges(spaceId, { after, limit: ROWS });
        for (const row of rows) {
          this.#positions.set(spaceId, { rev: row.rev, seq: row.seq });
          yield row;
        }
        if (rows.length < ROWS) break;
      }
      this.#told.set(spaceId, rev);
    }
  }

  /** Whether some of what came next has been forgotten meanwhile. */
  async isLost(): Promise<boolean> {
    const known = await this.#core.store.changes.positions(this.spaceIds);
    return this.spaceIds.some((id) => (this.#positions.get(id)?.rev ?? 0) < (known.get(id)?.floor ?? 0));
  }
}
