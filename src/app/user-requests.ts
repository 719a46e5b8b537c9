import type { Endpoint } from '../api/connect/places.ts';
import type { Core } from '../core/core.ts';
import { createInvitation, invitationPath } from '../core/invitations.ts';
import { beginRemoval, callOffRemoval, carryOutRemoval, isStopping } from '../core/removals.ts';
import { removeUser, requireUser } from '../core/users.ts';
import { DomainError, isDomainError } from '../lib/errors.ts';
import { linkOrigin } from './addresses.ts';
import type { Asker } from './requests.ts';
import type { InvitationView, RemovedView, UserRequests } from './user-request-shapes.ts';

/** Called off, it leaves the user locked out with what is left. */
export async function removeUserAs(
  { core }: { core: Core },
  { name, disposal }: UserRequests['userRemove']['args'],
  asker: Asker,
): Promise<RemovedView> {
  const user = await requireUser(core, name);
  if (!disposal) {
    await removeWithHint(() => removeUser(core, name));
    return { name: user.name, state: 'gone' };
  }
  await beginRemoval(core, name, { disposal, keepsAdministrator: false });
  if (disposal.files === 'keep') return { name: user.name, state: 'leaving' };
  try {
    const isGone = await carryOutRemoval(core, user.id, asker);
    return { name: user.name, state: isGone ? 'gone' : 'leaving' };
  } catch (error) {
    if (asker.signal.aborted && !isStopping(asker.signal)) await callOffRemoval(core, user.id);
    throw error;
  }
}

async function removeWithHint(remove: () => Promise<void>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!isDomainError(error, 'refused')) throw error;
    throw new DomainError('refused', `${error.message}: --keep-days N, --hand-over USER or --delete`, { cause: error });
  }
}

export async function inviteUser(
  { core, listEndpoints }: { core: Core; listEndpoints: () => Endpoint[] },
  args: UserRequests['userInvite']['args'],
): Promise<InvitationView> {
  const { secret, expiresAtMs } = await createInvitation(core, { ...args, createdBy: 0 });
  const origin = linkOrigin(listEndpoints());
  if (origin === undefined) throw new DomainError('refused', 'the server has no address; set publicUrl');
  return { url: origin + invitationPath(secret), expiresAt: new Date(expiresAtMs).toISOString() };
}
