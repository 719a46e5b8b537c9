import * as z from 'zod';
import { MIN_PASSWORD_LENGTH } from '../../auth/password.ts';
import { REGISTRATION_MODES } from '../../core/account-settings.ts';
import { ROLES } from '../../core/actor.ts';
import { isoTime } from '../../lib/clock.ts';
import { json } from '../contract/answers.ts';
import { route } from '../contract/route.ts';
import { USER_NAME } from './user-view.ts';

const SECRET = z.string().min(1).max(255).describe('What follows `#` in the link.');

const registeredSchema = z
  .object({
    name: z.string(),
    role: z.enum(ROLES),
    state: z.enum(['active', 'waiting']).describe('`waiting`: an administrator has to approve the account first.'),
  })
  .meta({ id: 'Registered' });

export const registrationRoutes = [
  route({
    method: 'get',
    path: '/api/v1/registration',
    id: 'getRegistration',
    tag: 'users',
    summary: 'How one comes to have an account here',
    access: 'anyone',
    answers: {
      200: {
        description: 'What holds now.',
        schema: z.object({
          mode: z
            .enum(REGISTRATION_MODES)
            .describe(
              '`closed`: administrators make accounts; `invitation`: one needs a link; `approval`: one asks, and waits; ' +
                '`open`: one asks, and has it. With a link one has it at once wherever it is not `closed`.',
            ),
          needsInvitation: z.boolean(),
          needsApproval: z.boolean(),
          minPasswordLength: z.number().int(),
        }),
      },
    },
    errors: [],
    handle: async (_request, { registrations }) => {
      const mode = await registrations.mode();
      const [needsInvitation, needsApproval] = [mode === 'invitation', mode === 'approval'];
      return json(200, { mode, needsInvitation, needsApproval, minPasswordLength: MIN_PASSWORD_LENGTH });
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/registration',
    id: 'register',
    tag: 'users',
    summary: 'Asks for an account',
    description:
      'Where accounts wait for approval, a name that is taken is answered like any other, so that nobody learns who is ' +
      'here; the administrator sees it in the audit log.',
    access: 'anyone',
    body: z
      .strictObject({
        name: USER_NAME.describe('At most 64 characters, without a colon.'),
        password: z.string().min(1).max(1024).describe('At least 8 characters.'),
        invitation: SECRET.optional(),
      })
      .meta({ id: 'Registration' }),
    answers: {
      201: { description: 'The account can be used: sign in.', schema: registeredSchema },
      202: { description: 'The account waits for approval.', schema: registeredSchema },
    },
    errors: ['registration-closed', 'not-found', 'already-exists', 'bad-name', 'too-many-attempts', 'busy'],
    handle: async ({ body, clientAddress: address }, { registrations }) => {
      const { name, password, invitation } = body;
      const { role, isWaiting } = await registrations.register({ name, password, invitation, address });
      return json(isWaiting ? 202 : 201, { name, role, state: isWaiting ? 'waiting' : 'active' });
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/invitations/lookup',
    id: 'lookUpInvitation',
    tag: 'users',
    summary: 'What an invitation is good for',
    description: 'Asked by POST, so that its secret stands in no address. All that are not good are answered alike.',
    access: 'anyone',
    body: z.strictObject({ invitation: SECRET }),
    answers: {
      200: {
        description: 'It is good.',
        schema: z.object({
          role: z.enum(ROLES),
          quotaBytes: z.number().int().describe('How much the account may own.'),
          expiresAt: z.iso.datetime(),
        }),
      },
    },
    errors: ['not-found', 'too-many-attempts'],
    handle: async ({ body, clientAddress }, { core, registrations }) => {
      const { role, quotaBytes, expiresAtMs } = await registrations.invitation(body.invitation, clientAddress);
      const quota = quotaBytes ?? core.settings.defaultQuotaBytes;
      return json(200, { role, quotaBytes: quota, expiresAt: isoTime(expiresAtMs) });
    },
  }),
];
