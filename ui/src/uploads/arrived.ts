import { getFile } from '../api/files.ts';
import { isProblem } from '../api/problem.ts';
import type { Schemas } from '../api/schemas.ts';
import { isSame } from '../conflicts/conflict.ts';
import type { Interrupted } from './records.ts';

/**
 * What is still to be gone on with: the page may have been left while the last piece came, and the file be there by now, of
 * that size and time. Throws `Problem`.
 */
export async function withoutArrived(list: readonly Interrupted[]): Promise<Interrupted[]> {
  const left: Interrupted[] = [];
  for (const one of list) {
    const arrived = new Set<string>();
    for (const upload of one.uploads) if (await hasArrived(upload)) arrived.add(upload.location);
    const uploads = one.uploads.filter(({ location }) => !arrived.has(location));
    const done = one.done + arrived.size;
    if (arrived.size === 0 || done < one.total) left.push({ ...one, uploads, done });
  }
  return left;
}

async function hasArrived({ path, sizeBytes, metadata }: Schemas['Upload']): Promise<boolean> {
  const modified = new Date(Number(metadata['modifiedAt']));
  if (path === undefined || Number.isNaN(modified.getTime())) return false;
  try {
    return isSame({
      there: await getFile(path),
      comes: { kind: 'file', sizeBytes, modifiedAt: modified.toISOString() },
    });
  } catch (error) {
    if (isProblem(error, 'not-found')) return false;
    throw error;
  }
}
