import * as z from 'zod';
import { assertInPerson } from '../../auth/caller.ts';
import type { OpenedPage, OpenedSession } from '../../auth/sessions.ts';
import type { User } from '../../core/actor.ts';
import type { Answer } from '../../http/answer.ts';
import { clearSession, sessionRenewal, setSession } from '../../http/session-cookies.ts';
import { DomainError } from '../../lib/errors.ts';
import { json } from '../contract/answers.ts';
import { route, type ApiRequest } from '../contract/route.ts';
import type { ApiServices } from '../contract/services.ts';
import { accountSchema, accountView } from './account-view.ts';

/** Generous, since the account's own rules are for the login to apply: to all alike. */
export const PASSWORD = z.string().min(1).max(4096);
export const CODE = z
  .string()
  .min(1)
  .max(64)
  .describe('Of the second factor: six digits of the app, or a recovery code. Each is good once.');

const pageSchema = z
  .object({
    account: accountSchema,
    sessionId: z.string(),
    tokenExpiresAt: z.iso.datetime().describe('Renew before; until then nothing is asked of the page.'),
    tokenSeconds: z.number().int().describe('How long that is from now on, for clients whose clock is wrong.'),
    sessionExpiresAt: z.iso.datetime().describe('From then on nothing but signing in helps.'),
    isInsecure: z
      .boolean()
      .describe('The page came over plain HTTP: whoever listens on the way has the session. Warn people.'),
  })
  .meta({ id: 'PageSession' });

const COOKIES = {
  'Set-Cookie':
    'Over TLS `__Host-nosocial`, the token of 15 minutes, and `__Secure-nosocial-renewal`, sent to `/api/v1/session` ' +
    'alone; over plain HTTP `nosocial` and `nosocial-renewal`. HttpOnly, SameSite=Strict.',
};

type Asked = Pick<ApiRequest, 'clientAddress' | 'userAgent' | 'headers' | 'isSecure'>;

export function clientOf({ clientAddress, userAgent }: Pick<ApiRequest, 'clientAddress' | 'userAgent'>) {
  return { address: clientAddress, userAgent };
}

/** The cookies of a page whose token is new; of its renewal, too, if that is. */
export function cookiesOf(
  opened: OpenedSession & Partial<OpenedPage>,
  { isSecure }: Pick<Asked, 'isSecure'>,
  nowMs: number,
): string[] {
  const secondsUntil = (timeMs: number): number => (timeMs - nowMs) / 1000;
  return setSession(
    {
      token: opened.token,
      tokenSeconds: secondsUntil(opened.tokenExpiresAtMs),
      renewal: opened.renewal,
      renewalSeconds: secondsUntil(opened.sessionExpiresAtMs),
    },
    isSecure,
  );
}

function pageAnswer(opened: OpenedPage, request: Asked, { core }: ApiServices): Answer {
  const nowMs = core.clock.nowMs();
  const body: z.input<typeof pageSchema> = {
    account: accountView(opened.user, core),
    sessionId: opened.sessionId,
    tokenExpiresAt: new Date(opened.tokenExpiresAtMs).toISOString(),
    tokenSeconds: Math.floor((opened.tokenExpiresAtMs - nowMs) / 1000),
    sessionExpiresAt: new Date(opened.sessionExpiresAtMs).toISOString(),
    isInsecure: !request.isSecure,
  };
  return json(200, body, { 'Set-Cookie': cookiesOf(opened, request, nowMs), 'Cache-Control': 'no-store' });
}

/** A new session in every case; one that the browser had is over. */
async function openPage(user: User, request: Asked, services: ApiServices): Promise<Answer> {
  const { sessions } = services;
  const client = clientOf(request);
  const opened = await sessions.openPage(user, client);
  const earlier = sessionRenewal(request.headers, request.isSecure);
  if (earlier !== undefined) await sessions.endByRenewal(earlier, client);
  return pageAnswer(opened, request, services);
}

export const sessionRoutes = [
  route({
    method: 'post',
    path: '/api/v1/session',
    id: 'signIn',
    tag: 'account',
    summary: 'Signs a browser in',
    description:
      'The session lives in cookies that scripts cannot read. With a second factor and without a code the problem ' +
      '`second-factor-needed` holds a `loginToken` of five minutes for `POST /api/v1/session/second-factor`.',
    access: 'anyone',
    body: z.strictObject({ name: z.string().min(1).max(255), password: PASSWORD, code: CODE.optional() }),
    answers: { 200: { description: 'Signed in.', schema: pageSchema, headers: COOKIES } },
    errors: ['not-authenticated', 'account-waiting', 'second-factor-needed', 'too-many-attempts', 'refused'],
    handle: async (request, services) => {
      const user = await services.accounts.logIn(request.body, clientOf(request), 'page');
      return openPage(user, request, services);
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/session/second-factor',
    id: 'signInWithCode',
    tag: 'account',
    summary: 'Signs a browser in whose password was right, with the code that was missing',
    access: 'anyone',
    body: z.strictObject({ loginToken: z.string().min(1).max(4096), code: CODE }),
    answers: { 200: { description: 'Signed in.', schema: pageSchema, headers: COOKIES } },
    errors: ['not-authenticated', 'too-many-attempts', 'refused'],
    handle: async (request, services) => {
      const { loginToken, code } = request.body;
      const user = await services.accounts.finish(loginToken, code, clientOf(request));
      return openPage(user, request, services);
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/session/renew',
    id: 'renewSession',
    tag: 'account',
    summary: 'Takes the renewal cookie for new cookies',
    description:
      'Each renewal is good once (and for a minute more, for tabs that ask at the same time and answers that get ' +
      'lost). One that comes later than that is somebody’s copy: the session ends.',
    access: 'anyone',
    answers: { 200: { description: 'Renewed.', schema: pageSchema, headers: COOKIES } },
    errors: ['not-authenticated'],
    handle: async (request, services) => {
      const renewal = sessionRenewal(request.headers, request.isSecure);
      if (renewal === undefined) throw new DomainError('not-authenticated', 'there is no session to renew; sign in');
      return pageAnswer(await services.sessions.renew(renewal, clientOf(request)), request, services);
    },
  }),
  route({
    method: 'delete',
    path: '/api/v1/session',
    id: 'signOut',
    tag: 'account',
    summary: 'Ends the session or token that asks',
    access: 'user',
    answers: {
      204: { description: 'Signed out.', headers: { 'Set-Cookie': 'Empty ones in place of the session’s.' } },
    },
    errors: [],
    handle: async ({ caller, isSecure }, { sessions }) => {
      assertInPerson(caller);
      await sessions.end(caller.actor.userId, caller.sessionId ?? '');
      return { status: 204, headers: caller.by === 'session' ? { 'Set-Cookie': clearSession(isSecure) } : {} };
    },
  }),
];
