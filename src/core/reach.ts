import { DomainError } from '../lib/errors.ts';
import { nameKey } from '../lib/node-path.ts';
import type { Actor } from './actor.ts';
import type { Core } from './core.ts';
import { homeOfRoot } from './homes.ts';
import type { Located } from './located.ts';
import type { Node, Space } from './node.ts';
import { isAllowed } from './permissions.ts';
import { userRoot, type UserRoot } from './spaces.ts';

/**
 * A live node by its id, as `actor` would have found it by its path: this is how everything that takes an id comes to a
 * space that `isAllowed` can be asked about. Undefined for what is outside all that they see: other people's homes,
 * trash, anything outside the one folder of an app password. Whether they may read it is not asked.
 */
export async function reachNode(core: Core, actor: Actor, nodeId: number): Promise<Located | undefined> {
  const chain = await core.store.ancestors(nodeId);
  if (chain.length === 0) return undefined;
  return locateByChain(await userRoot(core, actor), actor, chain) ?? (await locateInHomes(core, actor, chain));
}

async function locateInHomes(core: Core, actor: Actor, chain: readonly Node[]): Promise<Located | undefined> {
  const [node, root] = [chain[0], chain.at(-1)];
  const home = root && (await homeOfRoot(core, actor, root));
  if (!node || !home) return undefined;
  const names = chain.slice(0, -1).map(({ name }) => name);
  const path = { segments: [...home.mountPath, ...names.reverse()], trailingSlash: node.kind === 'collection' };
  return { path, node, space: home.space, place: chain.length === 1 ? 'mount' : 'inside' };
}

/** As `reachNode`, for what must be there and be seen. Throws `not-found`. */
export async function locateNode(core: Core, actor: Actor, nodeId: number): Promise<Located> {
  const located = await reachNode(core, actor, nodeId);
  const isSeen = located !== undefined && isAllowed(actor, 'read', located.node, located.space);
  const isThere = isSeen && (!located.node.isUnwritten || (await core.store.getNode(nodeId)) !== undefined);
  if (!isThere) throw new DomainError('not-found', 'there is nothing with this id');
  return located;
}

/**
 * The node at the beginning of `chain`, which goes up to the root of a space, as `actor` would have found it; for many
 * nodes at once, with their chains read together and `root` asked for once. Undefined as for `reachNode`.
 */
export function locateByChain(root: UserRoot, actor: Actor, chain: readonly Node[]): Located | undefined {
  const [node] = chain;
  if (!node) return undefined;
  for (const space of [root.base, ...root.mounts]) {
    const at = chain.findIndex(({ id }) => id === space.rootId);
    if (at < 0) continue;
    const names = chain.slice(0, at).map(({ name }) => name);
    const mountNames = space.mountName === '' ? [] : [nameKey(space.mountName)];
    const segments = [...mountNames, ...names.reverse()];
    const path = { segments, trailingSlash: node.kind === 'collection' };
    return { path, node, space, place: placeOf({ actor, at, space }) };
  }
  return undefined;
}

function placeOf({ actor, at, space }: { actor: Actor; at: number; space: Space }): Located['place'] {
  if (at > 0) return 'inside';
  return space.mountName === '' && actor.narrowing?.rootId === undefined ? 'root' : 'mount';
}
