import { join } from 'node:path';

/**
 * How a disk is laid out below its root:
 * the identity file, the lock of the process that uses it, `tmp/` for uploads under way (`<id>`, and `<id>.partial` for
 * those that come in pieces), `blobs/xx/yy/<id>` for
 * content with a file of its own (`xxyy` are the first digits of the id), `packs/<name>` for small content and
 * `aside/<id>` for what turned out to belong to nothing.
 */
export const IDENTITY_FILE = '.nosocial-disk.json';
export const LOCK_FILE = '.nosocial-disk.lock';
export const FOLDERS = ['tmp', 'blobs', 'packs'] as const;

/** Where `fsck` puts blobs and packs that belong to nothing; made when it is needed. */
export const ASIDE_FOLDER = 'aside';
/** Whether a file in the root is ours, or what an interrupted start left of one. */
export function isOwnFile(name: string): boolean {
  return name.startsWith(IDENTITY_FILE) || name.startsWith(LOCK_FILE);
}

export function isId(name: string): boolean {
  return /^[0-9a-f]{32}$/.test(name);
}

/** Ids and pack names become file names: nothing but what we made ourselves may. */
function assertId(id: string): void {
  if (!isId(id)) throw new Error(`"${id}" is not the id of a blob or pack`);
}

export function temporaryPath(root: string, blobId: string): string {
  assertId(blobId);
  return join(root, 'tmp', blobId);
}

const LINK_MARK = '.linked';

/** Beside its temporary name: says that a blob may still have the name of the file that it was made of. */
export function linkMarkPath(root: string, blobId: string): string {
  return `${temporaryPath(root, blobId)}${LINK_MARK}`;
}

const PARTIAL_MARK = '.partial';

/** Where bytes gather that are to become a blob: in `tmp/`, which nothing makes below an empty mount point. */
export function partialPath(root: string, blobId: string): string {
  return `${temporaryPath(root, blobId)}${PARTIAL_MARK}`;
}

/** The blob that a file in `tmp/` is to become piece by piece; undefined for any other. */
export function blobOfPartial(name: string): string | undefined {
  const id = name.endsWith(PARTIAL_MARK) ? name.slice(0, -PARTIAL_MARK.length) : '';
  return isId(id) ? id : undefined;
}

/** The blob that a mark in `tmp/` is of; undefined for what is no mark. */
export function blobOfLinkMark(name: string): string | undefined {
  const id = name.endsWith(LINK_MARK) ? name.slice(0, -LINK_MARK.length) : '';
  return isId(id) ? id : undefined;
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
