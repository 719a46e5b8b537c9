import { DomainError, isDomainError } from '../lib/errors.ts';
import { joinPath, splitPath, type NodePath } from '../lib/node-path.ts';
import type { Actor } from './actor.ts';
import { copy, move } from './copy-move.ts';
import type { Conditions, Core } from './core.ts';
import { freeName } from './free-names.ts';
import type { MoveResult } from './ports/operations.ts';
import { find, locate, type Whereabouts } from './tree.ts';

/** What becomes of something that has the name already; `keep-both`: what comes gets another name, `film (2).mkv`. */
export const ON_CONFLICT = ['fail', 'replace', 'keep-both'] as const;
export type OnConflict = (typeof ON_CONFLICT)[number];

export interface Relocation {
  readonly how: 'move' | 'copy';
  readonly from: Whereabouts;
  /** Its new path, its name included. */
  readonly to: NodePath;
  readonly onConflict: OnConflict;
  /** On what is moved or copied. */
  readonly conditions: Conditions;
  readonly signal: AbortSignal;
}

/**
 * Moves or copies a tree. Throws what `move` and `copy` do; `already-exists` for what is in the way, `precondition-failed`
 * only for a source that is not as `conditions` have it.
 */
export async function relocate(core: Core, actor: Actor, relocation: Relocation): Promise<MoveResult> {
  const { to, onConflict } = relocation;
  if (onConflict === 'replace') return act(core, actor, relocation, { to, overwrite: true });
  const keepsBoth = onConflict === 'keep-both' && !(await staysWhereItIs(core, actor, relocation));
  for (;;) {
    try {
      const place = keepsBoth ? await freePath(core, actor, to) : to;
      return await act(core, actor, relocation, { to: place, overwrite: false });
    } catch (error) {
      if (!isDomainError(error, 'precondition-failed', 'already-exists')) throw error;
      if (!(await isAsExpected(core, relocation.conditions))) throw error;
      if (!keepsBoth) throw alreadyExists();
    }
  }
}

/** Where `path` leads to, or, where there is something, the next name beside it under which there is nothing. */
export async function freePath(core: Core, actor: Actor, path: NodePath): Promise<NodePath> {
  const split = splitPath(path);
  if (!split) return path;
  const isTaken = async (name: string) => (await find(core, actor, joinPath(split.parent, name))).found !== undefined;
  return joinPath(split.parent, await freeName(split.name, isTaken));
}

export function alreadyExists(): DomainError {
  return new DomainError('already-exists', 'there is something at this path already');
}

async function isAsExpected(core: Core, { expected }: Conditions): Promise<boolean> {
  if (expected === undefined || expected === 'absent') return true;
  return (await core.store.getNode(expected.nodeId))?.etag === expected.etag;
}

/** A move onto itself, or to another spelling of its name, meets nothing else. */
async function staysWhereItIs(core: Core, actor: Actor, { how, from, to }: Relocation): Promise<boolean> {
  if (how === 'copy') return false;
  const { found } = await find(core, actor, to);
  return found?.node.id === (await locate(core, actor, from)).node.id;
}

function act(
  core: Core,
  actor: Actor,
  { how, from, conditions, signal }: Relocation,
  to: { to: NodePath; overwrite: boolean },
): Promise<MoveResult> {
  if (how === 'move') return move(core, actor, { from, ...to }, conditions);
  return copy(core, actor, { from, ...to, depth: 'infinity', signal }, conditions);
}
