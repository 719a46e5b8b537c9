import { nameKey } from '../lib/node-path.ts';
import type { Core } from './core.ts';
import type { Node } from './node.ts';

/** The children of a collection, sidecars among them, by the byte order of their names, `limit` at a time: one query a page. */
export async function* childPages(core: Core, parentId: number, limit: number): AsyncGenerator<Node[]> {
  let after: string | undefined;
  for (;;) {
    const from = after !== undefined && { after };
    const page = await core.store.listChildren(parentId, { ...from, limit, withSidecars: true });
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (!last || page.length < limit) return;
    after = nameKey(last.name);
  }
}
