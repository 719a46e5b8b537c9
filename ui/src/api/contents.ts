import { answerOf, api } from './client.ts';
import type { FileEntry, FolderPage, SortKey, SortOrder } from './files.ts';

/** How long the longest side of a preview may be, in pixels. */
export type PreviewSide = 256 | 512 | 1280 | 2048;

/** Where elements of the page get a file's bytes, or the browser does to save them; with the cookies of the session. */
export function contentAddress({ id }: FileEntry, { isDownload = false } = {}): string {
  return `/api/v1/files/content?id=${id}${isDownload ? '&download=true' : ''}`;
}

/** With the etag, so that the browser keeps it for as long as the content is the same. */
export function previewAddress({ id, etag }: FileEntry, side: PreviewSide): string {
  return `/api/v1/files/preview?id=${id}&size=${side}&etag=${encodeURIComponent(etag)}`;
}

interface FolderView {
  readonly path: string;
  readonly sort: SortKey;
  readonly order: SortOrder;
}

/** The files of a folder, without its folders, from a position on. */
export function listFilesFrom(offset: number, view: FolderView, limit: number): Promise<FolderPage> {
  return answerOf(api.GET('/api/v1/files', { params: { query: { ...view, kind: 'file', offset, limit } } }));
}

/** Where a file stands among the files of its folder; undefined when it is not there. */
export async function positionInFolder(id: number, view: FolderView): Promise<number | undefined> {
  const query = { ...view, kind: 'file', around: id, limit: 1 } as const;
  const { items, offset } = await answerOf(api.GET('/api/v1/files', { params: { query } }));
  return items[0]?.id === id ? offset : undefined;
}

/** Whether the bytes of a file are to be had, after a new token if it takes one. Throws `Problem` where they are not. */
export async function checkContent({ id }: FileEntry): Promise<void> {
  const range = { headers: { range: 'bytes=0-0' }, parseAs: 'arrayBuffer' } as const;
  await answerOf(api.GET('/api/v1/files/content', { params: { query: { id } }, ...range }));
}

/** The same of its preview. Throws `Problem`, with `no-preview` where there is none. */
export async function checkPreview({ id, etag }: FileEntry, side: PreviewSide): Promise<void> {
  const query = { id, etag, size: `${side}` } as const;
  await answerOf(api.GET('/api/v1/files/preview', { params: { query }, parseAs: 'arrayBuffer' }));
}

/** The first bytes of a file, as they are now: parts that a browser kept may be of an older content. */
export async function readBeginning({ id, sizeBytes }: FileEntry, lengthBytes: number): Promise<Uint8Array> {
  if (sizeBytes === 0) return new Uint8Array();
  const range = {
    headers: { range: `bytes=0-${lengthBytes - 1}` },
    parseAs: 'arrayBuffer',
    cache: 'no-store',
  } as const;
  const content = await answerOf(api.GET('/api/v1/files/content', { params: { query: { id } }, ...range }));
  return new Uint8Array(content);
}

/** Writes a text in place of what is there. Throws `precondition-failed` when it is another one than `entry` by now. */
export function saveContent(
  { id, etag, mediaType = 'text/plain' }: FileEntry,
  text: string,
  { ifUnchanged }: { ifUnchanged: boolean },
): Promise<FileEntry> {
  return answerOf(
    api.PUT('/api/v1/files/content', {
      params: { query: { id }, header: ifUnchanged ? { 'If-Match': `"${etag}"` } : {} },
      body: text as never,
      bodySerializer: (body: unknown) => body as string,
      headers: { 'content-type': mediaType },
    }),
  );
}

/** Bytes of a file from `start` on. */
export async function readRange({ id }: FileEntry, start: number, lengthBytes: number): Promise<Uint8Array> {
  if (lengthBytes === 0) return new Uint8Array();
  const range = {
    headers: { range: `bytes=${start}-${start + lengthBytes - 1}` },
    parseAs: 'arrayBuffer',
    cache: 'no-store',
  } as const;
  const content = await answerOf(api.GET('/api/v1/files/content', { params: { query: { id } }, ...range }));
  return new Uint8Array(content);
}
