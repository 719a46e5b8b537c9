import { nameKey } from '../lib/node-path.ts';
import type { Core } from './core.ts';
import type { Node } from './node.ts';

/** The children of a collection, by the byte order of their names, `limit` at a time: one query a page. */
export async function* childPages(core: Core, parentId: number, limit: number): AsyncGenerator<Node[]> {
  let after: string | undefined;
  for (;;) {
    const page = await core.store.listChildren(parentId, { ...(after !== undefined && { after }), limit });
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (!last || page.length < limit) return;
    after = nameKey(last.name);
  }
}
