import { AFTER_ALL, ANY_NAME } from '../core/search/grams.ts';
import { readPostings } from '../core/search/postings.ts';
import type { Node } from '../core/node.ts';
import type {
  NamedNode,
  PostingPlaces,
  RenamedNode,
  SearchReads,
  SearchSegment,
  StoredPosting,
} from '../core/ports/search.ts';
import * as search from './reads/search.ts';
import type { SqlValue } from './sql.ts';
import type { Engine } from './engine.ts';

/** The search index in SQL. */
export class SqlSearch implements SearchReads {
  readonly #open: () => Engine;

  constructor(open: () => Engine) {
    this.#open = open;
  }

  async listSegments(): Promise<SearchSegment[]> {
    return this.#open().all(search.segmentsInUse);
  }

  async listLeftovers(beforeMs: number): Promise<number[]> {
    return this.#open().all(search.segmentsLeftOver, [beforeMs]);
  }

  async listPostings({
    grams,
    ...places
  }: PostingPlaces & { readonly grams: readonly string[] }): Promise<StoredPosting[]> {
    const engine = this.#open();
    const { conditions, params } = this.#places(places);
    const wanted = engine.dialect.oneOf(grams);
    return engine.all(search.postingsOf(conditions, wanted.sql), [...params, ...wanted.params]);
  }

  async listPostingsFrom({ prefix, ...places }: PostingPlaces & { readonly prefix: string }): Promise<StoredPosting[]> {
    const { conditions, params } = this.#places(places);
    return this.#open().all(search.postingsBetween(conditions), [...params, prefix, prefix + AFTER_ALL]);
  }

  async listNames({ afterId, limit, spaceIds }: Parameters<SearchReads['listNames']>[0]): Promise<NamedNode[]> {
    const spaces = this.#spaces(spaceIds);
    return this.#open().all(search.namesAfter(spaces?.sql), [afterId, ...(spaces?.params ?? []), limit]);
  }

  async listRenamed({
    afterSerial,
    limit,
    spaceIds,
  }: Parameters<SearchReads['listRenamed']>[0]): Promise<RenamedNode[]> {
    const spaces = this.#spaces(spaceIds);
    return this.#open().all(search.renamedAfter(spaces?.sql), [afterSerial, ...(spaces?.params ?? []), limit]);
  }

  async countRenamed(): Promise<{ count: number; lastSerial: number }> {
    return (await this.#open().first(search.renamedCount)) ?? { count: 0, lastSerial: 0 };
  }

  async listIndexed(segmentId: number): Promise<number[]> {
    const lists = await this.#open().all(search.indexedIn, [ANY_NAME, segmentId]);
    return lists.flatMap(readPostings);
  }

  async getNodes(ids: readonly number[]): Promise<Node[]> {
    const engine = this.#open();
    const wanted = engine.dialect.oneOf(ids);
    return engine.all(search.nodesOf(wanted.sql), wanted.params);
  }

  async lastNodeId(): Promise<number> {
    return (await this.#open().first(search.lastNodeId)) ?? 0;
  }

  #spaces(spaceIds: readonly number[] | undefined): { sql: string; params: SqlValue[] } | undefined {
    return spaceIds === undefined ? undefined : this.#open().dialect.oneOf(spaceIds);
  }

  #places({ segmentIds, spaceIds }: PostingPlaces) {
    const { dialect } = this.#open();
    const segments = dialect.oneOf(segmentIds);
    const spaces = dialect.oneOf(spaceIds);
    return {
      conditions: { segments: segments.sql, spaces: spaces.sql },
      params: [...segments.params, ...spaces.params],
    };
  }
}
