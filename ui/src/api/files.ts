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
