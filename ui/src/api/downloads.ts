import { answerOf, api } from './client.ts';

/** As many ids as an address may hold. */
const MAX_IN_ADDRESS = 100;

/** Where these come from as one zip. Throws `Problem`. */
export async function archiveAddress(ids: readonly number[]): Promise<string> {
  if (ids.length <= MAX_IN_ADDRESS) return `/api/v1/files/archive?${ids.map((id) => `id=${id}`).join('&')}`;
  const { href } = await answerOf(api.POST('/api/v1/files/archives', { body: { ids: [...ids], paths: [] } }));
  return href;
}

/** Lets the browser save it, in its own list of downloads. */
export function save(href: string): void {
  const link = document.createElement('a');
  link.href = href;
  link.download = '';
  document.body.append(link);
  link.click();
  link.remove();
}
