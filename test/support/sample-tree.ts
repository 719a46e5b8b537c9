import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { seededBytes, sha256 } from './content.ts';
import type { DavClient } from './dav-client.ts';

/** Names that clients, servers and file systems have stumbled over. */
export const DIFFICULT_NAMES = [
  'composed-\u00e4\u00f6\u00fc-\u00e9.txt',
  'decomposed-a\u0308o\u0308u\u0308-e\u0301.txt',
  'emoji-\u{1f600}\u{1f468}\u200d\u{1f469}.txt',
  '\u65e5\u672c\u8a9e \u0420\u0443\u0441\u0441\u043a\u0438\u0439.txt',
  'two  spaces.txt',
  ' leading space',
  'trailing space ',
  'trailing dot.',
  '.hidden',
  '-dash',
  'hash#tag.txt',
  '100%.txt',
  'not%20decoded%2Ftwice.txt',
  'a+b.txt',
  'a&b&amp;.txt',
  'semi;colon=1.txt',
  "single'quote.txt",
  'double"quote.txt',
  'ask?query=1.txt',
  '<angle>.txt',
  '[brackets]{braces}.txt',
  'pipe|colon:star*.txt',
  'dollar$at@comma,tilde~excl!.txt',
  `${'n'.repeat(251)}.txt`,
  '\u8a9e'.repeat(85),
];

/** What is at each path: the hash of a file, or `collection`. */
export type TreeHashes = Map<string, string>;

export interface SampleOptions {
  names?: readonly string[];
  /** Levels of nested folders with a file at the bottom. */
  levels?: number;
  /** Files in one folder. */
  many?: number;
}

/** Writes a tree with difficult names, an empty and a large file, depth and width; gives its hashes. */
export async function writeSampleTree(folder: string, options: SampleOptions = {}): Promise<TreeHashes> {
  const { names = DIFFICULT_NAMES, levels = 20, many = 500 } = options;
  const files = new Map<string, Buffer>();
  for (const name of names) files.set(`names/${name}`, seededBytes(name, 1000));
  files.set('empty', Buffer.alloc(0));
  files.set('large.bin', seededBytes('large', 5 * 1024 * 1024 + 1));
  const deep = Array.from({ length: levels }, (_, level) => `level ${level + 1}`).join('/');
  files.set(`${deep}/bottom.txt`, Buffer.from('bottom'));
  for (let index = 0; index < many; index++) files.set(`many/${index}.txt`, Buffer.from(`number ${index}`));
  for (const [path, content] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  await mkdir(join(folder, 'no files'));
  return hashFolder(folder);
}

export async function hashFolder(folder: string): Promise<TreeHashes> {
  const hashes: TreeHashes = new Map();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const full = join(entry.parentPath, entry.name);
    const path = full.slice(folder.length + 1);
    hashes.set(path, entry.isDirectory() ? 'collection' : sha256(await readFile(full)));
  }
  return sorted(hashes);
}

/** The same of a collection on the server: listed and read through `dav`, each file whole. */
export async function hashRemote(dav: DavClient, path: string): Promise<TreeHashes> {
  const hashes: TreeHashes = new Map();
  for (const [found, entry] of await dav.walk(path)) {
    const place = found.replace(/\/$/, '');
    hashes.set(
      place,
      entry.isCollection ? 'collection' : sha256(await dav.get(path === '' ? place : `${path}/${place}`)),
    );
  }
  return sorted(hashes);
}

/** By path, so that two trees compare and print alike. */
export function sorted(hashes: TreeHashes): TreeHashes {
  return new Map([...hashes].sort(([a], [b]) => (a < b ? -1 : 1)));
}
