import type { Change, ChangePosition, ChangeReads, Departure } from '../core/ports/changes.ts';
import { changesAfter, changesAtRev, changesBefore, departuresSince, positionsOf } from './reads/changes.ts';
import type { Engine } from './engine.ts';

const END: ChangePosition = { rev: Number.MAX_SAFE_INTEGER, seq: 0 };

/** The change log, as the core reads it. */
export class SqlChanges implements ChangeReads {
  readonly #open: () => Engine;

  constructor(open: () => Engine) {
    this.#open = open;
  }

  async positions(spaceIds: readonly number[]): Promise<Map<number, { rev: number; floor: number }>> {
    const engine = this.#open();
    const ids = engine.dialect.oneOf(spaceIds);
    const rows = await engine.all(positionsOf(ids.sql), ids.params);
    return new Map(rows.map(({ spaceId, rev, floor }) => [spaceId, { rev, floor }]));
  }

  async listChanges(spaceId: number, { after, limit }: { after: ChangePosition; limit: number }): Promise<Change[]> {
    return this.#open().all(changesAfter, [spaceId, after.rev, after.rev, after.seq, limit]);
  }

  async listChangesBackwards(
    spaceId: number,
    { before = END, limit }: { before?: ChangePosition; limit: number },
  ): Promise<Change[]> {
    return this.#open().all(changesBefore, [spaceId, before.rev, before.rev, before.seq, limit]);
  }

  async changesAt(spaceId: number, rev: number): Promise<Change[]> {
    return this.#open().all(changesAtRev, [spaceId, rev]);
  }

  async departures(spaceId: number, { sinceRev, limit }: { sinceRev: number; limit: number }): Promise<Departure[]> {
    return this.#open().all(departuresSince, [spaceId, sinceRev, limit]);
  }
}
