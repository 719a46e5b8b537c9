import { DomainError } from '../lib/errors.ts';
import { joinPath, type NodePath } from '../lib/node-path.ts';
import type { Actor } from './actor.ts';
import { ContentGate } from './content-gate.ts';
import type { Core } from './core.ts';
import type { ResumableUpload } from './ports/resumable-uploads.ts';
import { reachNode } from './reach.ts';
import { find } from './tree.ts';

/**
 * Where the file of an upload goes: by the id of its folder, so that one that was renamed or moved meanwhile is still the
 * one. Throws `parent-missing`.
 */
export async function pathOf(core: Core, actor: Actor, { parentId, name }: ResumableUpload): Promise<NodePath> {
  const parent = await reachNode(core, actor, parentId);
  if (parent === undefined) {
    throw new DomainError('parent-missing', 'the folder that should hold this is gone: finish it in another one');
  }
  return joinPath(parent.path, name);
}

/**
 * Looks at the first piece of an upload, so that nobody sends all of what a folder does not take. Undefined when the folder
 * is gone.
 */
export async function gateOf(core: Core, actor: Actor, upload: ResumableUpload): Promise<ContentGate | undefined> {
  const parent = await reachNode(core, actor, upload.parentId);
  if (parent === undefined) return undefined;
  const target = await find(core, actor, joinPath(parent.path, upload.name));
  return ContentGate.open(core, target, upload);
}
