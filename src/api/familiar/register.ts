import * as z from 'zod';
import { ROLES } from '../../core/actor.ts';
import { DomainError } from '../../lib/errors.ts';
import { json } from '../contract/answers.ts';
import { route } from '../contract/route.ts';
import { clientOf } from '../v1/session.ts';

const NAME = z.string().min(1).max(255);
const SECRET = z.string().min(1).max(255);

/** Other members are let pass: programs send what their own server wanted. */
const REGISTER = z
  .object({
    username: NAME.optional().describe('The user’s name.'),
    name: NAME.optional().describe('The same.'),
    user: NAME.optional().describe('The same.'),
    login: NAME.optional().describe('The same.'),
    email: NAME.optional().describe('The same: here people have names, and no addresses.'),
    password: z.string().min(1).max(1024).describe('At least 8 characters.'),
    invitation: SECRET.optional().describe('What follows `#` in a link of an administrator.'),
  })
  .meta({ id: 'FamiliarRegistration' });

const REGISTERED = z
  .object({
    message: z.string(),
    username: z.string(),
    role: z.enum(ROLES),
    token: z.string().optional().describe('As of `POST /api/login`; missing while the account waits for approval.'),
    expiresAt: z.iso.datetime().optional().describe('The token’s: 24 hours from now.'),
  })
  .meta({ id: 'FamiliarRegistered' });

export const registerRoutes = [
  route({
    method: 'post',
    path: '/api/register',
    id: 'familiarRegister',
    tag: 'familiar',
    summary: 'An account for a name and a password, where the settings let strangers in',
    description: 'The same as `POST /api/v1/registration`, and a token besides.',
    access: 'anyone',
    body: REGISTER,
    takesForms: true,
    answers: {
      201: { description: 'Registered and signed in.', schema: REGISTERED },
      202: { description: 'The account waits for approval.', schema: REGISTERED },
    },
    errors: ['registration-closed', 'not-found', 'already-exists', 'bad-name', 'too-many-attempts', 'busy', 'refused'],
    handle: async (request, { core, registrations, sessions }) => {
      const { username, name, user: userField, login, email, password, invitation } = request.body;
      const given = username ?? name ?? userField ?? login ?? email;
      if (given === undefined) throw new DomainError('bad-request', 'body.username: the name of the user is missing');
      const address = request.clientAddress;
      const { role, isWaiting } = await registrations.register({ name: given, password, invitation, address });
      if (isWaiting) return json(202, { message: 'The account waits for approval.', username: given, role });
      const user = await core.store.findUser(given);
      if (!user) throw new DomainError('refused', 'the account is gone already');
      const { token, tokenExpiresAtMs } = await sessions.openToken(user, clientOf(request));
      const expiresAt = new Date(tokenExpiresAtMs).toISOString();
      const body = { message: 'Registered.', username: user.name, role, token, expiresAt };
      return json(201, body, { 'Cache-Control': 'no-store' });
    },
  }),
];
