import { DomainError } from '../lib/errors.ts';
import type { Actor, NarrowAccess } from './actor.ts';
import type { Core } from './core.ts';
import type { AppPassword } from './ports/app-password-operations.ts';
import { reachNode } from './reach.ts';
import { locate, type Whereabouts } from './tree.ts';

/** More than anybody has devices; whoever reaches it has forgotten to delete some. */
export const MAX_APP_PASSWORDS = 50;

export interface NewAppPassword {
  readonly name: string;
  readonly secretHash: string;
  readonly access: NarrowAccess;
  /** The one folder that it is for; undefined: all that the user sees. */
  readonly folder: Whereabouts | undefined;
  readonly isDavOnly: boolean;
  readonly expiresAtMs: number | undefined;
}

/**
 * Throws `not-found`, `not-a-collection` and `bad-request` for a folder that there is none, that is everything or in the home of another,
 * `bad-request` for a time that has passed, `refused` when there are too many, `forbidden` for an app password itself.
 */
export async function createAppPassword(core: Core, actor: Actor, wanted: NewAppPassword): Promise<AppPassword> {
  if (actor.narrowing !== undefined) throw new DomainError('forbidden', 'an app password cannot make others');
  const { folder, ...rest } = wanted;
  const nowMs = core.clock.nowMs();
  if (wanted.expiresAtMs !== undefined && wanted.expiresAtMs <= nowMs) {
    throw new DomainError('bad-request', 'the time at which it is to expire has passed already');
  }
  const rootId = folder && (await folderId(core, actor, folder));
  const args = { ...rest, rootId, userId: actor.userId, nowMs };
  const { appPasswordId } = await core.store.run('createAppPassword', { ...args, maxPerUser: MAX_APP_PASSWORDS });
  const { secretHash: _, ...kept } = args;
  return { ...kept, id: appPasswordId, createdAtMs: nowMs, usedAtMs: undefined, usedAddress: '' };
}

async function folderId(core: Core, actor: Actor, folder: Whereabouts): Promise<number> {
  const { node, place } = await locate(core, actor, folder);
  if (node.kind !== 'collection') throw new DomainError('not-a-collection', 'an app password can be for one folder');
  if (place === 'root') {
    throw new DomainError('bad-request', 'leave the folder out for an app password that is for everything');
  }
  // To an app password nobody is an administrator whom the settings let into the homes of others.
  if (!(await reachNode(core, { ...actor, opensHomes: false }, node.id))) {
    throw new DomainError('bad-request', 'an app password cannot be for the homes of others');
  }
  return node.id;
}

/** From the next request on it is no good. Throws `not-found`. Gives what it was. */
export async function deleteAppPassword(core: Core, userId: number, appPasswordId: number): Promise<AppPassword> {
  const found = (await core.store.appPasswords.list(userId)).find(({ id }) => id === appPasswordId);
  if (!found) throw new DomainError('not-found', `there is no app password with the number ${appPasswordId}`);
  await core.store.run('deleteAppPassword', { userId, appPasswordId });
  return found;
}
