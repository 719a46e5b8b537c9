import assert from 'node:assert/strict';
import type { MediaFacts } from '../../src/core/media/facts.ts';
import type { MediaQuery, MediaRow, MediaUpdate } from '../../src/core/ports/media-library.ts';
import type { World } from './metadata-store-world.ts';

/** Ids of folders; what lies in them has ids of its own. */
export const ROOT = 9000;
export const FILMS = 9001;
export const SHOWS = 9002;

const NO_FACTS: MediaFacts = {
  container: undefined,
  durationMs: undefined,
  bitrateBps: undefined,
  width: undefined,
  height: undefined,
  videoCodec: undefined,
  videoProfile: undefined,
  bitDepth: undefined,
  frameRate: undefined,
  audioCodec: undefined,
  audioChannels: undefined,
  sampleRateHz: undefined,
  title: undefined,
  artist: undefined,
  album: undefined,
  genre: undefined,
  year: undefined,
  track: undefined,
};

export function folder(nodeId: number, parentId: number, name: string, more: Partial<MediaRow> = {}): MediaRow {
  const times = { addedAtMs: 1, modifiedAtMs: 1 };
  return { nodeId, parentId, kind: 'folder', name, ...times, content: undefined, folderCoverId: undefined, ...more };
}

export const TREE = [folder(ROOT, 0, 'Movies'), folder(FILMS, ROOT, 'Films'), folder(SHOWS, FILMS, 'Shows')];

/** A library with three folders, and short words for what is put into it. */
export class MediaWorld {
  readonly world: World;
  #lastId = 9100;

  constructor(world: World) {
    this.world = world;
  }

  get media() {
    return this.world.store.media;
  }

  update(put: readonly MediaRow[], removed: readonly number[] = []): Promise<MediaUpdate> {
    return this.world.store.run('updateMediaLibrary', { put, removed, position: undefined });
  }

  facts(blobId: string, facts: Partial<MediaFacts> | undefined): Promise<MediaUpdate> {
    const all = facts && { ...NO_FACTS, ...facts };
    return this.world.store.run('recordMediaFacts', { blobId, facts: all, nowMs: this.world.now });
  }

  /** A film, unless another kind is said. Its content is nobody's. */
  piece(parentId: number, name: string, { content, ...more }: Partial<MediaRow> = {}): MediaRow {
    const nodeId = (this.#lastId += 1);
    const own = {
      blobId: `blob ${nodeId}`,
      sizeBytes: 10,
      mediaType: 'video/mp4',
      subtitlesId: undefined,
      coverId: undefined,
      ...content,
    };
    const times = { addedAtMs: 1, modifiedAtMs: 1 };
    return { nodeId, parentId, kind: 'video', name, ...times, content: own, folderCoverId: undefined, ...more };
  }

  /** Music whose content is there, so that something can be known of it. */
  async track(parentId: number, name: string, facts: Partial<MediaFacts>): Promise<MediaRow> {
    const blob = this.world.blob(10);
    const { nodeId } = await this.world.put(this.world.root, `${this.world.unique()}.mp3`, 10, { blob });
    const piece = this.piece(parentId, name, { kind: 'audio' });
    const row = { ...piece, nodeId, content: { ...piece.content!, blobId: blob.id } };
    await this.update([row]);
    await this.facts(blob.id, facts);
    return row;
  }

  async page(query: Partial<MediaQuery>): Promise<{ names: string[]; total: number }> {
    const all = { scope: { in: FILMS }, order: [], offset: 0, limit: 1000, ...query };
    const { entries, total } = await this.media.list(all);
    return { names: entries.map(({ name }) => name), total };
  }

  async names(query: Partial<MediaQuery> = {}): Promise<string[]> {
    const { names, total } = await this.page(query);
    assert.equal(names.length, total);
    return names;
  }

  /** Of the folders. */
  async updateIds(): Promise<number[]> {
    const found = await this.media.entries([ROOT, FILMS, SHOWS]);
    return [ROOT, FILMS, SHOWS].map((id) => found.find(({ nodeId }) => nodeId === id)?.updateId ?? 0);
  }
}
