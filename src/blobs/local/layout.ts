import { join } from 'node:path';

/**
 * How a disk is laid out below its root:
 * the identity file, the lock of the process that uses it, `tmp/` for uploads under way, `blobs/xx/yy/<id>` for
 * content with a file of its own (`xxyy` are the first digits of the id) and `packs/<name>` for small content.
 */
export const IDENTITY_FILE = '.nosocial-disk.json';
export const LOCK_FILE = '.nosocial-disk.lock';
export const FOLDERS = ['tmp', 'blobs', 'packs'] as const;

/** Ids and pack names become file names: nothing but what we made ourselves may. */
function assertId(id: string): void {
  if (!/^[0-9a-f]{32}$/.test(id)) throw new Error(`"${id}" is not the id of a blob or pack`);
}

export function temporaryPath(root: string, blobId: string): string {
  assertId(blobId);
  return join(root, 'tmp', blobId);
}

export function blobPath(root: string, blobId: string): string {
  assertId(blobId);
  return join(root, 'blobs', blobId.slice(0, 2), blobId.slice(2, 4), blobId);
}

/** The folder of a blob and those above it, as far as they are made when needed; innermost last. */
export function blobFolders(root: string, blobId: string): [all: string, outer: string, inner: string] {
  const all = join(root, 'blobs');
  const outer = join(all, blobId.slice(0, 2));
  return [all, outer, join(outer, blobId.slice(2, 4))];
}

export function packPath(root: string, packName: string): string {
  assertId(packName);
  return join(root, 'packs', packName);
}
