import type { Node } from '../core/node.ts';
import type { ChangesPage, FileReads, LatestChange } from '../core/ports/file-reads.ts';
import type { Clock } from '../lib/clock.ts';
import type { Dialect } from './dialects/dialect.ts';
import { chainsOf, latestChanges, nodesByIds } from './reads/files.ts';
import type { Read } from './reads/read.ts';
import type { SqlValue } from './sql.ts';

/** Runs a read on whichever database. */
type AllRows = <T>(read: Read<T>, params: readonly SqlValue[]) => T[] | Promise<T[]>;

/** `FileReads` in SQL. */
export class SqlFileReads implements FileReads {
  readonly #dialect: Dialect;
  readonly #clock: Clock;
  readonly #all: AllRows;

  constructor(dialect: Dialect, clock: Clock, all: AllRows) {
    this.#dialect = dialect;
    this.#clock = clock;
    this.#all = all;
  }

  async nodesById(nodeIds: readonly number[]): Promise<Node[]> {
    const ids = this.#dialect.oneOf(nodeIds);
    return this.#all(nodesByIds(ids.sql), [...ids.params, this.#clock.nowMs()]);
  }

  async chainsOf(nodeIds: readonly number[]): Promise<Map<number, Node[]>> {
    const ids = this.#dialect.oneOf(nodeIds);
    const chains = new Map<number, Node[]>();
    for (const { startId, node } of await this.#all(chainsOf(ids.sql), ids.params)) {
      const chain = chains.get(startId);
      if (chain) chain.push(node);
      else chains.set(startId, [node]);
    }
    return chains;
  }

  async latestChanges(
    spaceId: number,
    { beforeRev, limit }: { beforeRev: number; limit: number },
  ): Promise<ChangesPage> {
    const rows = await this.#all(latestChanges, [spaceId, beforeRev, limit]);
    const last = rows.at(-1);
    const isEnd = last === undefined || rows.length < limit;
    // Of the last revision some may be left: it is looked at again with the next page, unless it is all of this one.
    const next = isEnd ? undefined : rows[0]?.rev === last.rev ? last.rev : last.rev + 1;
    const changes = rows.flatMap(({ rev, atMs, node }): LatestChange[] =>
      node && rev >= (next ?? 0) ? [{ node, rev, atMs }] : [],
    );
    return { changes, next };
  }
}
