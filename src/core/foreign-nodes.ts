import { setImmediate } from 'node:timers/promises';
import { childPages } from './child-pages.ts';
import type { Core } from './core.ts';
import type { Node } from './node.ts';

/** How many nodes one query looks at: some milliseconds, in which nothing else is done. */
const AT_ONCE = 2000;
const PAGE = 1000;

/** Whether anything at or below `top` but sidecars is not `ownerId`'s. A tree of any size is looked through in short steps. */
export async function hasForeignNode(core: Core, top: Node, ownerId: number): Promise<boolean> {
  if (top.nodeCount <= AT_ONCE) return core.store.hasForeignNode([top.id], ownerId);
  if (top.ownerId !== ownerId) return true;
  const large = [top];
  for (let collection = large.pop(); collection; collection = large.pop()) {
    for await (const page of childPages(core, collection.id, PAGE)) {
      if (page.some((node) => node.ownerId !== ownerId && !node.isSidecar)) return true;
      large.push(...page.filter(({ nodeCount }) => nodeCount > AT_ONCE));
      const small = page.filter(({ nodeCount }) => nodeCount > 0 && nodeCount <= AT_ONCE);
      if (await hasForeignIn(core, small, ownerId)) return true;
    }
  }
  return false;
}

async function hasForeignIn(core: Core, collections: readonly Node[], ownerId: number): Promise<boolean> {
  await setImmediate();
  let batch: number[] = [];
  let nodeCount = 0;
  for (const collection of collections) {
    if (nodeCount + collection.nodeCount > AT_ONCE) {
      if (await core.store.hasForeignNode(batch, ownerId)) return true;
      await setImmediate();
      batch = [];
      nodeCount = 0;
    }
    batch.push(collection.id);
    nodeCount += collection.nodeCount;
  }
  return batch.length > 0 && core.store.hasForeignNode(batch, ownerId);
}
