import type { Core } from '../core.ts';
import type { Node } from '../node.ts';
import type { Referrer } from '../ports/inspection.ts';
import type { AffectedFile } from './findings.ts';

/** More than any path has; a chain that is longer leads in a circle. */
const MAX_DEPTH = 4096;

/** The files behind some nodes; those that do not exist are left out. */
export async function affectedFiles(core: Core, referrers: readonly Referrer[]): Promise<AffectedFile[]> {
  const files: AffectedFile[] = [];
  for (const { nodeId, isVersion } of referrers) {
    const node = await core.store.getNode(nodeId);
    if (node === undefined) continue;
    const owner = (await core.store.getUser(node.ownerId))?.name ?? (node.ownerId === 0 ? '' : `user ${node.ownerId}`);
    files.push({ owner, path: await pathOf(core, node), isVersion });
  }
  return files;
}

/** Step by step, since what is looked at may be damaged: no way up is trusted to end. */
async function pathOf(core: Core, node: Node): Promise<string> {
  const names: string[] = [];
  let top: Node | undefined = node;
  for (let depth = 0; top !== undefined && top.parentId !== 0 && depth < MAX_DEPTH; depth += 1) {
    names.unshift(top.name);
    top = await core.store.getNode(top.parentId);
  }
  const path = names.join('/');
  if (top?.parentId !== 0) return `(lost)/${path}`;
  const space = await core.store.getSpace(top.spaceId);
  if (space?.rootId !== top.id) return `(trash)/${path}`;
  return space.kind === 'home' ? `/${path}` : `/${space.mountName}/${path}`;
}
