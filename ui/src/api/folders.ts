import { answerOf, api } from './client.ts';
import type { FileEntry, FolderPage } from './files.ts';

const PAGE = 1000;

/** The folders in a folder, a page of them: `cursor` of the page before. */
export function listSubfolders(path: string, cursor?: string): Promise<FolderPage> {
  const query = { path, kind: 'folder', sort: 'name', order: 'asc', limit: PAGE } as const;
  return answerOf(
    api.GET('/api/v1/files', { params: { query: { ...query, ...(cursor !== undefined && { cursor }) } } }),
  );
}

/** All that is in a folder, whatever its length, page after page. */
export async function* everyEntry(id: number): AsyncGenerator<readonly FileEntry[], void> {
  let cursor: string | undefined;
  do {
    const query = { id, sort: 'name', order: 'asc', limit: PAGE, ...(cursor !== undefined && { cursor }) } as const;
    const page: FolderPage = await answerOf(api.GET('/api/v1/files', { params: { query } }));
    yield page.items;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

/** What is in a folder by names like this one: the same letters, whatever their case and accents. */
export async function entriesLike(path: string, name: string, signal: AbortSignal): Promise<readonly FileEntry[]> {
  const query = { path, contains: name, sort: 'name', order: 'asc', limit: PAGE } as const;
  return (await answerOf(api.GET('/api/v1/files', { params: { query }, signal }))).items;
}
