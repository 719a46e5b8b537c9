import { answerOf, api } from './client.ts';
import type { Schemas } from './schemas.ts';

export type FileEntry = Schemas['FileEntry'];
export type FolderPage = Schemas['ListFilesAnswer'];
export type SortKey = 'name' | 'size' | 'modified' | 'type';
export type SortOrder = 'asc' | 'desc';

export interface FolderWindow {
  readonly path: string;
  readonly sort: SortKey;
  readonly order: SortOrder;
  /** Position of the first one. */
  readonly offset: number;
  readonly limit: number;
}

/** Part of a folder, by position. */
export function listFolder(query: FolderWindow, signal?: AbortSignal): Promise<FolderPage> {
  return answerOf(api.GET('/api/v1/files', { params: { query }, ...(signal && { signal }) }));
}

export function getFile(path: string): Promise<FileEntry> {
  return answerOf(api.GET('/api/v1/files/stat', { params: { query: { path } } }));
}

/** The same one wherever it was moved to. */
export function getFileById(id: number): Promise<FileEntry> {
  return answerOf(api.GET('/api/v1/files/stat', { params: { query: { id } } }));
}

/** Where an entry stands in its folder; undefined when it is not there. */
export async function positionOf(
  id: number,
  view: Pick<FolderWindow, 'path' | 'sort' | 'order'>,
): Promise<number | undefined> {
  const query = { ...view, around: id, limit: 1 } as const;
  const { items, offset } = await answerOf(api.GET('/api/v1/files', { params: { query } }));
  return items[0]?.id === id ? offset : undefined;
}
