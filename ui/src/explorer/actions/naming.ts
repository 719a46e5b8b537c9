import { createFolder, renameFile } from '../../api/file-changes.ts';
import type { FileEntry } from '../../api/files.ts';
import { t } from '../../lib/messages.svelte.ts';
import { joined, parentOf } from '../../lib/paths.ts';
import { tell } from '../../state/toasts.ts';
import { explorer } from '../explorer.svelte.ts';
import { look } from './optimistic.ts';

/** Throws `Problem`. */
export async function rename(entry: FileEntry, name: string): Promise<void> {
  const renamed = await renameFile(entry.id, name);
  tell(t('done.renamed', { from: entry.name, to: name }), async () => {
    await renameFile(renamed.id, entry.name);
    await look();
  });
  await show(renamed);
}

/** Throws `Problem`. */
export async function makeFolder(parent: string, name: string): Promise<FileEntry> {
  const made = await createFolder(joined(parent, name));
  await show(made);
  return made;
}

async function show(entry: FileEntry): Promise<void> {
  await look();
  if (explorer.path === parentOf(entry.path)) explorer.reveal([entry.name]);
}
