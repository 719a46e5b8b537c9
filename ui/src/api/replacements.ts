import { saveContent } from './contents.ts';
import { listVersions, restoreVersion } from './details.ts';
import { getFileById, type FileEntry } from './files.ts';
import { Problem } from './problem.ts';

/** Other content that a file got. */
export interface Replacement {
  /** The file as it was. */
  readonly before: FileEntry;
  /** As it was from then on. */
  readonly after: FileEntry;
}

/**
 * How to take back what one file got, one after the other: `replacements` with the last first. Throws `Problem`:
 * `changed-since` when the file holds something else by now, `not-kept` when what it held is not among its versions.
 */
export async function waysBack(replacements: readonly Replacement[]): Promise<(() => Promise<void>)[]> {
  const [last] = replacements;
  if (last === undefined) return [];
  const { id } = last.after;
  let [file, versions] = await Promise.all([getFileById(id), listVersions(last.after)]);
  if (file.etag !== last.after.etag) throw problem('changed-since');
  return replacements.map(({ before }) => {
    if (before.id !== id) throw problem('not-kept');
    // Of empty content the server keeps no version.
    if (before.sizeBytes === 0) {
      return async () => {
        file = await saveContent(file, '', { ifUnchanged: true });
      };
    }
    const [version, ...older] = versions;
    if (version?.etag !== before.etag) throw problem('not-kept');
    versions = older;
    return async () => {
      file = await restoreVersion(file, version);
    };
  });
}

function problem(code: string): Problem {
  return new Problem({ code, status: 0, detail: '' });
}
