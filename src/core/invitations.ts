import { createHash } from 'node:crypto';
import { DAY_MS } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import { randomSecret } from '../lib/ids.ts';
import type { Role } from './actor.ts';
import type { Core } from './core.ts';
import type { Invitation } from './ports/account-operations.ts';

/** 192 bits. */
const SECRET_BYTES = 24;

export interface NewInvitation {
  /** That of new accounts when undefined; never administrator: who has the link becomes it. */
  readonly role: Exclude<Role, 'admin'> | undefined;
  readonly quotaBytes: number | undefined;
  readonly days: number;
  readonly maxUses: number;
  readonly note: string;
  /** 0 for the machine's own administrator. */
  readonly createdBy: number;
}

/** Makes an invitation. Its secret is told this once and not kept. Throws `registration-closed`. */
export async function createInvitation(
  core: Core,
  { role, quotaBytes, days, maxUses, note, createdBy }: NewInvitation,
): Promise<{ id: number; secret: string; expiresAtMs: number }> {
  const { registration, newRole } = core.settings.accounts;
  if (registration === 'closed') {
    throw new DomainError(
      'registration-closed',
      'nobody could use an invitation while registration is closed; ' +
        'first choose "invitation" in the settings, at who may join (accounts.registration)',
    );
  }
  const secret = randomSecret(SECRET_BYTES);
  const nowMs = core.clock.nowMs();
  const expiresAtMs = nowMs + days * DAY_MS;
  const { invitationId: id } = await core.store.run('createInvitation', {
    secretHash: hashOf(secret),
    role: role ?? newRole,
    quotaBytes,
    note,
    maxUses,
    createdBy,
    expiresAtMs,
    nowMs,
  });
  return { id, secret, expiresAtMs };
}

/** The path of the page on which an invitation is accepted. What follows `#` reaches no server and stands in no log. */
export function invitationPath(secret: string): string {
  return `/join#${secret}`;
}

/** The invitation of a secret while it is good. Throws `not-found`, the same for every other. */
export async function findInvitation(core: Core, secret: string): Promise<Invitation> {
  const invitation = await core.store.accounts.findInvitation(hashOf(secret));
  if (invitation && stateOf(core, invitation) === 'open') return invitation;
  throw new DomainError('not-found', 'this invitation is not good, or not any more; ask for another');
}

export const INVITATION_STATES = ['open', 'used-up', 'expired', 'revoked'] as const;
export type InvitationState = (typeof INVITATION_STATES)[number];

export function stateOf(core: Core, invitation: Invitation): InvitationState {
  const { revokedAtMs, isByAdministrator, uses, maxUses, expiresAtMs } = invitation;
  if (revokedAtMs !== undefined || !isByAdministrator) return 'revoked';
  if (uses >= maxUses) return 'used-up';
  return expiresAtMs <= core.clock.nowMs() ? 'expired' : 'open';
}

export interface ListedInvitation extends Invitation {
  readonly state: InvitationState;
  /** Who came by it and is still there. */
  readonly userNames: readonly string[];
}

/** A page of all invitations, the newest first. */
export async function listInvitations(
  core: Core,
  page: { beforeId: number | undefined; limit: number },
): Promise<ListedInvitation[]> {
  const invitations = await core.store.accounts.listInvitations(page);
  if (invitations.length === 0) return [];
  const invited = await core.store.accounts.listInvited(invitations.map(({ id }) => id));
  const names = Map.groupBy(invited, ({ invitationId }) => invitationId);
  return invitations.map((invitation) => ({
    ...invitation,
    state: stateOf(core, invitation),
    userNames: (names.get(invitation.id) ?? []).map(({ userName }) => userName),
  }));
}

/** From now on nobody comes in by it; who did stays. Throws `not-found`. */
export async function revokeInvitation(core: Core, invitationId: number): Promise<void> {
  await core.store.run('revokeInvitation', { invitationId, nowMs: core.clock.nowMs() });
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
