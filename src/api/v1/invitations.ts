import * as z from 'zod';
import { NEW_ROLES } from '../../core/account-settings.ts';
import { ROLES } from '../../core/actor.ts';
import {
  createInvitation,
  INVITATION_STATES,
  invitationPath,
  listInvitations,
  revokeInvitation,
  type ListedInvitation,
} from '../../core/invitations.ts';
import { isoTime } from '../../lib/clock.ts';
import { json, NO_CONTENT } from '../contract/answers.ts';
import { PAGE_QUERY, pageOf, readCursor, writeCursor } from '../contract/paging.ts';
import { route } from '../contract/route.ts';
import { auditUser } from './users.ts';

const invitationSchema = z
  .object({
    id: z.number().int(),
    state: z
      .enum(INVITATION_STATES)
      .describe('`revoked`: taken back, or whoever made it does not administrate the server any more.'),
    role: z.enum(ROLES).describe('Of accounts that come by it.'),
    quotaBytes: z.number().int().optional().describe('Of the same; missing: as it is for all on that day.'),
    note: z.string(),
    maxUses: z.number().int(),
    uses: z.number().int(),
    users: z.array(z.string()).describe('Who came by it and is still here.'),
    createdBy: z.string().optional().describe('Missing for the server’s command line, and for who is gone.'),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'Invitation' });

function invitationView(invitation: ListedInvitation): z.input<typeof invitationSchema> {
  const { id, state, role, quotaBytes, note, maxUses, uses, userNames, createdByName } = invitation;
  return {
    id,
    state,
    role,
    ...(quotaBytes !== undefined && { quotaBytes }),
    note,
    maxUses,
    uses,
    users: [...userNames],
    ...(createdByName !== undefined && { createdBy: createdByName }),
    createdAt: isoTime(invitation.createdAtMs),
    expiresAt: isoTime(invitation.expiresAtMs),
  };
}

export const invitationRoutes = [
  route({
    method: 'get',
    path: '/api/v1/invitations',
    id: 'listInvitations',
    tag: 'users',
    summary: 'The invitations, the newest first',
    access: 'admin',
    query: z.object(PAGE_QUERY),
    answers: { 200: { description: 'A page.', schema: pageOf(invitationSchema) } },
    errors: [],
    handle: async ({ query: { limit, cursor } }, { core }) => {
      const page = await listInvitations(core, { beforeId: readCursor(cursor, z.number().int()), limit });
      const last = page.length < limit ? undefined : page.at(-1);
      return json(200, { items: page.map(invitationView), ...(last && { nextCursor: writeCursor(last.id) }) });
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/invitations',
    id: 'createInvitation',
    tag: 'users',
    summary: 'Makes a link by which others come to have an account',
    description:
      'The link is told this once. It goes by the configured `publicUrl`, or else by the server’s own address.',
    access: 'admin',
    body: z
      .strictObject({
        role: z.enum(NEW_ROLES).optional().describe('Without it `accounts.newRole`.'),
        quotaBytes: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
        days: z.number().int().min(1).max(365).default(7).describe('How long it is good.'),
        maxUses: z.number().int().min(1).max(10_000).default(1).describe('How many accounts come by it.'),
        note: z.string().max(255).default('').describe('For administrators.'),
      })
      .meta({ id: 'NewInvitation' }),
    answers: {
      201: {
        description: 'It is good.',
        schema: z.object({
          id: z.number().int(),
          url: z.url().describe('What one sends to them.'),
          secret: z.string().describe('What follows `#` in it.'),
          expiresAt: z.iso.datetime(),
        }),
      },
    },
    errors: ['registration-closed'],
    handle: async (request, services) => {
      const { core } = services;
      const { userId: createdBy } = request.caller.actor;
      const { role, quotaBytes, ...rest } = request.body;
      const { id, secret, expiresAtMs } = await createInvitation(core, { role, quotaBytes, ...rest, createdBy });
      auditUser(services, request, { action: 'invitation-made', target: String(id), value: rest.maxUses });
      const url = services.linkOrigin() + invitationPath(secret);
      return json(201, { id, url, secret, expiresAt: isoTime(expiresAtMs) }, { 'Cache-Control': 'no-store' });
    },
  }),
  route({
    method: 'delete',
    path: '/api/v1/invitations/{id}',
    id: 'revokeInvitation',
    tag: 'users',
    summary: 'Takes an invitation back; who came by it stays',
    access: 'admin',
    params: z.object({ id: z.coerce.number().int().min(1) }),
    answers: { 204: { description: 'Nobody comes in by it any more.' } },
    errors: ['not-found'],
    handle: async (request, services) => {
      const { id } = request.params;
      await revokeInvitation(services.core, id);
      auditUser(services, request, { action: 'invitation-revoked', target: String(id) });
      return NO_CONTENT;
    },
  }),
];
