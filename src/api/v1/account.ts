import * as z from 'zod';
import { assertInPerson, type Caller } from '../../auth/caller.ts';
import type { User } from '../../core/actor.ts';
import { DomainError } from '../../lib/errors.ts';
import { json } from '../contract/answers.ts';
import { route } from '../contract/route.ts';
import type { ApiServices } from '../contract/services.ts';
import { accountSchema, accountView } from './account-view.ts';
import { clientOf, cookiesOf, PASSWORD } from './session.ts';

/** The one who asks, as it is now. */
export async function ownUser({ actor }: Caller, { core }: ApiServices): Promise<User> {
  const user = await core.store.getUser(actor.userId);
  if (user === undefined) throw new DomainError('not-authenticated', 'this account is gone');
  return user;
}

const changedSchema = z.object({
  token: z.string().optional().describe('For a program: in place of the token that asked, which is no good any more.'),
  tokenExpiresAt: z.iso.datetime(),
});

/** The session that asks goes on, with a token of the new epoch. */
async function goOn(user: User, caller: Caller, { core, sessions }: ApiServices) {
  const found = await core.store.sessions.find(caller.sessionId ?? '');
  if (found === undefined) throw new DomainError('not-authenticated', 'this session has ended meanwhile; sign in');
  return caller.by === 'session'
    ? sessions.pageTokenOf(user, found.session)
    : sessions.tokenOf(user, found.session.id, found.session.expiresAtMs);
}

export const accountRoutes = [
  route({
    method: 'get',
    path: '/api/v1/account',
    id: 'getAccount',
    tag: 'account',
    summary: 'Who asks, and how much room there is',
    access: 'user',
    answers: { 200: { description: 'The account.', schema: accountSchema } },
    errors: [],
    handle: async ({ caller }, services) => json(200, accountView(await ownUser(caller, services), services.core)),
  }),
  route({
    method: 'post',
    path: '/api/v1/account/password',
    id: 'changePassword',
    tag: 'account',
    summary: 'Another password',
    description:
      'Every other session and token ends, and WebDAV takes the new one alone. App passwords stay as they are. The ' +
      'session that asks goes on: a page gets a new cookie, a program a new token.',
    access: 'user',
    body: z.strictObject({
      password: PASSWORD.describe('The present one.'),
      newPassword: PASSWORD.describe('At least 8 characters, at most 1,024 bytes.'),
    }),
    answers: {
      200: { description: 'Changed.', schema: changedSchema, headers: { 'Set-Cookie': 'For a page: its new token.' } },
    },
    errors: ['precondition-failed'],
    handle: async (request, services) => {
      const { caller, body, clientAddress } = request;
      assertInPerson(caller);
      const client = { ...clientOf(request), needsCode: false };
      const user = await services.accounts.confirm(await ownUser(caller, services), body, client);
      const changed = await services.accounts.changePassword(user, body.newPassword, caller.sessionId);
      services.audit({ action: 'password-changed', user: user.name, address: clientAddress, target: user.name });
      const opened = await goOn(changed, caller, services);
      const tokenExpiresAt = new Date(opened.tokenExpiresAtMs).toISOString();
      if (caller.by === 'token') return json(200, { token: opened.token, tokenExpiresAt });
      return json(200, { tokenExpiresAt }, { 'Set-Cookie': cookiesOf(opened, request, services.core.clock.nowMs()) });
    },
  }),
];
