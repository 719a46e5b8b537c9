import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DomainError } from '../../lib/errors.ts';
import { randomId } from '../../lib/ids.ts';
import { makeFolder } from '../../lib/make-folder.ts';
import { syncFolder } from '../../lib/sync-folder.ts';
import { holdsContent } from './disk-contents.ts';
import { FOLDER_MODE, READ, errnoOf } from './files.ts';
import { FOLDERS, IDENTITY_FILE } from './layout.ts';

const UNFINISHED_FILE = `${IDENTITY_FILE}.new`;

/** What a fresh disk may hold besides: file systems put these there by themselves. */
const NOT_FOREIGN = new Set(['lost+found', 'System Volume Information', IDENTITY_FILE, UNFINISHED_FILE]);

/**
 * Makes the folder `path` a disk, or finds that it is one; see `BlobStore.initialiseDisk`.
 * Interrupted halfway, it can be called again.
 */
export async function initialiseDisk(path: string): Promise<{ identity: string; holdsContent: boolean }> {
  const root = resolve(path);
  try {
    await makeFolder(root, FOLDER_MODE);
    const identity = (await readIdentity(root)) ?? (await createIdentity(root));
    for (const folder of FOLDERS) await mkdir(join(root, folder), { recursive: true, mode: FOLDER_MODE });
    await syncFolder(root);
    return { identity, holdsContent: await holdsContent(root) };
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    throw new DomainError('refused', `${root} cannot be made a disk: ${(error as Error).message}`, { cause: error });
  }
}

/** What the identity file in `root` says; undefined without one. Throws system errors, and `refused` for one that is not ours. */
export async function readIdentity(root: string): Promise<string | undefined> {
  let text: string;
  try {
    text = await readSmallFile(join(root, IDENTITY_FILE));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  const identity = parseIdentity(text);
  if (identity === undefined) throw new DomainError('refused', `${join(root, IDENTITY_FILE)} cannot be understood`);
  return identity;
}

/** True if the folders of a disk are there, and are folders: a link would lead elsewhere. */
export async function hasFolders(root: string): Promise<boolean> {
  for (const folder of FOLDERS) {
    const stats = await lstat(join(root, folder));
    if (!stats.isDirectory()) return false;
  }
  return true;
}

async function createIdentity(root: string): Promise<string> {
  const foreign = (await readdir(root)).find((name) => !NOT_FOREIGN.has(name));
  if (foreign !== undefined) {
    throw new DomainError('refused', `${root} is not empty and no disk: it holds "${foreign}"`);
  }
  const identity = randomId();
  const content = { identity, createdAt: new Date().toISOString(), format: 1 };
  await writeDurably(join(root, UNFINISHED_FILE), `${JSON.stringify(content)}\n`);
  await rename(join(root, UNFINISHED_FILE), join(root, IDENTITY_FILE));
  return identity;
}

function parseIdentity(text: string): string | undefined {
  try {
    const content = JSON.parse(text) as unknown;
    if (typeof content !== 'object' || content === null) return undefined;
    const { identity, format } = content as Record<string, unknown>;
    return format === 1 && typeof identity === 'string' && identity !== '' ? identity : undefined;
  } catch {
    return undefined;
  }
}

/** Never follows a link. */
export async function readSmallFile(path: string): Promise<string> {
  const file = await open(path, READ);
  try {
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** Writes and syncs a small file that nobody looks at yet; rename it to where it belongs. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
