import type { MediaKind } from '../core/media/facts.ts';
import type {
  MediaEntry,
  MediaLibraryReads,
  MediaMember,
  MediaPage,
  MediaQuery,
  MediaState,
} from '../core/ports/media-library.ts';
import type { Page } from '../core/ports/page.ts';
import type { Engine } from './engine.ts';
import * as media from './reads/media-library.ts';
import { kindNumber, selectionOf } from './reads/media-query.ts';

/** The television's library in SQL. */
export class SqlMediaLibrary implements MediaLibraryReads {
  readonly #open: () => Engine;

  constructor(open: () => Engine) {
    this.#open = open;
  }

  async list(query: MediaQuery): Promise<MediaPage> {
    const engine = this.#open();
    const selection = selectionOf(engine.dialect, query);
    const { prefix, where } = selection;
    // What stands in front is said once, and the condition both where all are counted and where the page is found.
    const params = [...prefix.params, ...where.params, ...where.params, query.limit, query.offset];
    const rows = await engine.all(media.pageOf(selection), params);
    return { entries: rows.flatMap(({ entry }) => entry ?? []), total: rows[0]?.total ?? 0 };
  }

  async entries(nodeIds: readonly number[]): Promise<MediaEntry[]> {
    const engine = this.#open();
    const ids = engine.dialect.oneOf(nodeIds);
    return engine.all(media.entriesOf(ids.sql), ids.params);
  }

  async years(kind: MediaKind): Promise<{ year: number | null; count: number }[]> {
    return this.#open().all(media.yearsOf, [kindNumber(kind)]);
  }

  async groups(field: 'artist' | 'album'): Promise<{ name: string; count: number }[]> {
    return this.#open().all(media.groupsOf(field), [kindNumber('audio')]);
  }

  async counts(): Promise<Record<MediaEntry['kind'], number>> {
    const counts = { folder: 0, video: 0, audio: 0, image: 0 };
    for (const { kind, count } of await this.#open().all(media.countsOfKinds)) counts[kind] = count;
    return counts;
  }

  async state(): Promise<MediaState> {
    return (await this.#open().first(media.mediaState)) ?? { updateId: 0, position: undefined };
  }

  async unread(limit: number): Promise<{ blobId: string; kind: MediaKind; name: string }[]> {
    const rows = await this.#open().all(media.unreadContents, [limit]);
    // A copy has the content of what it was made from.
    return [...new Map(rows.map((row) => [row.blobId, row])).values()];
  }

  async bookmarks(nodeIds: readonly number[]): Promise<Map<number, number>> {
    const engine = this.#open();
    const ids = engine.dialect.oneOf(nodeIds);
    return new Map(await engine.all(media.bookmarksOf(ids.sql), ids.params));
  }

  async members(parentId: number, { after = 0, limit }: Page<number>): Promise<MediaMember[]> {
    return this.#open().all(media.membersOf, [parentId, after, limit]);
  }

  async strayIds(limit: number): Promise<number[]> {
    return this.#open().all(media.strayIds, [limit]);
  }
}
