import { listFolder, type FileEntry } from '../api/files.ts';
import { entriesLike } from '../api/folders.ts';
import { effectiveRules } from '../api/uploads.ts';
import { rulesOf } from './folder-rules.ts';
import { nameKey } from './names.ts';
import type { Place } from './plan.ts';

const PAGE = 1000;

/** A folder, its rules, and what is in it of `names`, in few requests. Throws `Problem`. */
export async function lookAt(path: string, names: readonly string[]): Promise<Place> {
  const [first, rules] = await Promise.all([pageOf(path, 0), effectiveRules(path)]);
  const entries = await entriesOf(path, names, first);
  return {
    path,
    rules: rulesOf(rules),
    mayAdd: first.folder.rights.add,
    known: new Map(entries.map((entry) => [nameKey(entry.name), entry])),
  };
}

function pageOf(path: string, offset: number) {
  return listFolder({ path, sort: 'name', order: 'asc', offset, limit: PAGE });
}

/** All of it, or, where that is more work, what is called like the names; what slips through, the server refuses. */
async function entriesOf(
  path: string,
  names: readonly string[],
  { items, totalCount }: Awaited<ReturnType<typeof pageOf>>,
): Promise<readonly FileEntry[]> {
  const found = [...items];
  if (names.length < totalCount / PAGE) {
    const { signal } = new AbortController();
    for (const name of names) found.push(...(await entriesLike(path, name, signal)));
    return found;
  }
  for (let offset = PAGE; offset < totalCount; offset += PAGE) found.push(...(await pageOf(path, offset)).items);
  return found;
}
