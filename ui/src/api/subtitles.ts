import { answerOf, api } from './client.ts';
import type { FileEntry } from './files.ts';

/** More than any film has. */
const MAX_BESIDE = 100;

/** Files of a folder whose names hold a text: what lies beside a film. Throws `Problem`. */
export async function filesNamedAs(folder: string, contains: string): Promise<readonly FileEntry[]> {
  const query = { path: folder, contains, kind: 'file', limit: MAX_BESIDE } as const;
  return (await answerOf(api.GET('/api/v1/files', { params: { query } }))).items;
}
