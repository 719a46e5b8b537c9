import { putManyEntries } from '../../support/many-entries.ts';
import type { PageWorld } from '../../support/web-page.ts';

/** A new folder of the user's home with `count` files in it. */
export async function fillFolder(world: PageWorld, user: string, folder: string, count: number): Promise<void> {
  const api = await world.api(user);
  const { id } = (await api.ok('createFolder', { body: { path: `/${folder}` } })).body as { id: number };
  const names = Array.from({ length: count }, (_, number) => `document ${number}.txt`);
  putManyEntries(world.server, id, names);
}
