import type { FileEntry } from '../../../ui/src/api/files.ts';

let lastId = 0;

/** An entry of a list, as the server tells of it. */
export function entry(name: string, more: Partial<FileEntry> = {}): FileEntry {
  lastId += 1;
  return {
    id: lastId,
    path: `/${name}`,
    name,
    kind: 'file',
    sizeBytes: 0,
    mediaType: 'text/plain',
    etag: `${lastId}`,
    createdAt: '2026-01-01T00:00:00.000Z',
    modifiedAt: '2026-01-01T00:00:00.000Z',
    isOwn: true,
    rights: { read: true, add: false, write: true, remove: true },
    ...more,
  };
}

export function entries(...names: string[]): FileEntry[] {
  return names.map((name) => entry(name));
}
