import * as z from 'zod';
import { DomainError } from '../../lib/errors.ts';
import { json } from '../contract/answers.ts';
import { route, type ApiRequest } from '../contract/route.ts';
import type { ApiServices } from '../contract/services.ts';
import { CODE, clientOf, PASSWORD } from '../v1/session.ts';

const NAME = z.string().min(1).max(255);

/** Other members are let pass: programs send what their own server wanted. */
const LOGIN = z
  .object({
    username: NAME.optional().describe('The user’s name.'),
    name: NAME.optional().describe('The same.'),
    user: NAME.optional().describe('The same.'),
    login: NAME.optional().describe('The same.'),
    email: NAME.optional().describe('The same: here people have names, and no addresses.'),
    password: PASSWORD,
    code: CODE.optional(),
  })
  .meta({ id: 'Login' });

const TOKEN = z
  .object({
    token: z.string().describe('For `Authorization: Bearer` or `x-access-token`.'),
    expiresAt: z.iso.datetime().describe('24 hours from now.'),
  })
  .meta({ id: 'Token' });

type Asked = ApiRequest<unknown, unknown, z.output<typeof LOGIN>, 'anyone'>;

async function logIn(request: Asked, { accounts, sessions }: ApiServices) {
  const { username, name, user: userField, login, email, password, code } = request.body;
  const given = username ?? name ?? userField ?? login ?? email;
  if (given === undefined) throw new DomainError('bad-request', 'body.username: the name of the user is missing');
  const client = clientOf(request);
  const user = await accounts.logIn({ name: given, password, code }, client, 'token');
  const { token, tokenExpiresAtMs } = await sessions.openToken(user, client);
  const body: z.input<typeof TOKEN> = { token, expiresAt: new Date(tokenExpiresAtMs).toISOString() };
  return json(200, body, { 'Cache-Control': 'no-store' });
}

const COMMON = {
  method: 'post',
  tag: 'familiar',
  access: 'anyone',
  body: LOGIN,
  takesForms: true,
  answers: { 200: { description: 'Signed in.', schema: TOKEN } },
  errors: ['not-authenticated', 'account-waiting', 'second-factor-needed', 'too-many-attempts', 'refused'],
  handle: logIn,
} as const;

export const loginRoutes = [
  route({
    ...COMMON,
    path: '/api/login',
    id: 'login',
    summary: 'A token for a name and a password',
    description: 'Whoever has a second factor on sends its `code`, too. The token is no good for WebDAV.',
  }),
  route({ ...COMMON, path: '/auth/login', id: 'authLogin', summary: 'The same as `POST /api/login`' }),
];
