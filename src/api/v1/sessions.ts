import * as z from 'zod';
import { assertInPerson, type Caller } from '../../auth/caller.ts';
import type { Session } from '../../core/ports/session-operations.ts';
import { clearSession } from '../../http/session-cookies.ts';
import { DomainError } from '../../lib/errors.ts';
import { json, NO_CONTENT } from '../contract/answers.ts';
import { route } from '../contract/route.ts';
import { accountSchema, accountView } from './account-view.ts';
import { deviceOf } from './devices.ts';

const sessionSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['page', 'token']).describe('`page`: a browser; `token`: of `POST /api/login`.'),
    device: z.string().describe('In words, from what the client says of itself: `Firefox on Windows`.'),
    userAgent: z.string(),
    address: z.string().describe('From where it was used last.'),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().describe('To the minute.'),
    expiresAt: z.iso.datetime(),
    isCurrent: z.boolean().describe('It is the one that asks.'),
  })
  .meta({ id: 'Session' });

function sessionView(session: Session, caller: Caller): z.input<typeof sessionSchema> {
  const { id, kind, userAgent, address, createdAtMs, seenAtMs, expiresAtMs } = session;
  return {
    id,
    kind,
    device: deviceOf(userAgent),
    userAgent,
    address,
    createdAt: new Date(createdAtMs).toISOString(),
    lastUsedAt: new Date(seenAtMs).toISOString(),
    expiresAt: new Date(expiresAtMs).toISOString(),
    isCurrent: id === caller.sessionId,
  };
}

export const sessionListRoutes = [
  route({
    method: 'get',
    path: '/api/v1/session',
    id: 'getSession',
    tag: 'account',
    summary: 'The session or token that asks, and whose it is',
    access: 'user',
    answers: {
      200: {
        description: 'It is good.',
        schema: z.object({
          account: accountSchema,
          session: sessionSchema,
          isInsecure: z
            .boolean()
            .describe('The request came over plain HTTP: whoever listens on the way has the session.'),
        }),
      },
    },
    errors: ['forbidden'],
    handle: async ({ caller, isSecure }, { core }) => {
      assertInPerson(caller);
      const found = await core.store.sessions.find(caller.sessionId ?? '');
      if (found === undefined) throw new DomainError('not-authenticated', 'this session has ended meanwhile');
      const session = sessionView(found.session, caller);
      return json(200, { account: accountView(found.user, core), session, isInsecure: !isSecure });
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/sessions',
    id: 'listSessions',
    tag: 'account',
    summary: 'Where the account is signed in; the last used first',
    access: 'user',
    answers: { 200: { description: 'All of them.', schema: z.object({ items: z.array(sessionSchema) }) } },
    errors: ['forbidden'],
    handle: async ({ caller }, { sessions }) => {
      assertInPerson(caller);
      const items = await sessions.list(caller.actor.userId);
      return json(200, { items: items.map((session) => sessionView(session, caller)) });
    },
  }),
  route({
    method: 'delete',
    path: '/api/v1/sessions/{id}',
    id: 'endSession',
    tag: 'account',
    summary: 'Ends a session or token; from the next request on it is refused',
    access: 'user',
    params: z.object({ id: z.string().min(1).max(64) }),
    answers: { 204: { description: 'It has ended.' } },
    errors: ['not-found'],
    handle: async ({ caller, params, clientAddress }, { sessions, audit }) => {
      assertInPerson(caller);
      const { userId, name } = caller.actor;
      if (!(await sessions.end(userId, params.id))) throw new DomainError('not-found', 'there is no such session');
      audit({ action: 'session-ended', user: name, address: clientAddress, target: name, value: params.id });
      return NO_CONTENT;
    },
  }),
  route({
    method: 'delete',
    path: '/api/v1/sessions',
    id: 'endOtherSessions',
    tag: 'account',
    summary: 'Ends all sessions and tokens but the one that asks',
    access: 'user',
    answers: { 200: { description: 'They have ended.', schema: z.object({ ended: z.number().int() }) } },
    errors: [],
    handle: async ({ caller, clientAddress }, { core, audit }) => {
      assertInPerson(caller);
      const { userId, name } = caller.actor;
      const result = await core.store.run('endOtherSessions', { userId, keptSessionId: caller.sessionId ?? '' });
      audit({ action: 'session-ended', user: name, address: clientAddress, target: name, value: 'all others' });
      return json(200, { ended: result.ended });
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/account/log-out-everywhere',
    id: 'logOutEverywhere',
    tag: 'account',
    summary: 'Ends every session and token, this one as well',
    description:
      'From the next request on none of them is taken. Programs that use WebDAV with the password go on, since they ' +
      'send it each time: change it to shut them out. App passwords are ended one by one.',
    access: 'user',
    answers: { 204: { description: 'Signed out everywhere.', headers: { 'Set-Cookie': 'Empty ones.' } } },
    errors: [],
    handle: async ({ caller, clientAddress, isSecure }, { accounts, audit }) => {
      assertInPerson(caller);
      const { userId, name } = caller.actor;
      await accounts.logOutEverywhere(userId);
      audit({ action: 'logged-out-everywhere', user: name, address: clientAddress, target: name });
      return { status: 204, headers: caller.by === 'session' ? { 'Set-Cookie': clearSession(isSecure) } : {} };
    },
  }),
];
