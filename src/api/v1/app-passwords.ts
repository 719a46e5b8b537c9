import * as z from 'zod';
import { newAppPassword } from '../../auth/app-password-form.ts';
import { assertInPerson, type Caller } from '../../auth/caller.ts';
import { createAppPassword, deleteAppPassword, MAX_APP_PASSWORDS } from '../../core/app-passwords.ts';
import { NARROW_ACCESSES } from '../../core/actor.ts';
import type { AppPassword } from '../../core/ports/app-password-operations.ts';
import { requireUser } from '../../core/users.ts';
import { isoTime } from '../../lib/clock.ts';
import { parsePlainPath } from '../../lib/node-path.ts';
import { pathOfNode } from '../../core/locks.ts';
import { json, NO_CONTENT } from '../contract/answers.ts';
import { route } from '../contract/route.ts';
import type { ApiServices } from '../contract/services.ts';
import { plainPath } from './files/entry.ts';

const ID = z.object({ id: z.coerce.number().int().positive() });
const OF_USER = z.object({ name: z.string().describe('Of the user.') });
const ACCESS_MEANS =
  '`full`: all that its user may; `read-only`; `upload-only`: read what is there, add files and folders and write new ' +
  'versions, but delete, move and replace nothing.';

const APP_PASSWORD = z
  .object({
    id: z.int(),
    name: z.string().describe('What its user calls it.'),
    access: z.enum(NARROW_ACCESSES).describe(ACCESS_MEANS),
    folder: z
      .object({
        id: z.int(),
        path: z.string().optional().describe('Missing when it is gone, and for administrators who do not see it.'),
      })
      .optional()
      .describe('The one folder that it is for, wherever that is moved; without it, all that its user sees.'),
    isDavOnly: z.boolean().describe('Good for WebDAV, not for this API.'),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().optional().describe('To about five minutes.'),
    lastUsedAddress: z.string().optional(),
    expiresAt: z.iso.datetime().optional(),
    isExpired: z.boolean(),
  })
  .meta({ id: 'AppPassword' });

const LIST = z.object({ items: z.array(APP_PASSWORD) });

const NEW = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^\P{C}*$/u, 'may hold no control characters')
    .describe('To know it by: the program or device that it is for.'),
  access: z.enum(NARROW_ACCESSES).default('full').describe(ACCESS_MEANS),
  folder: z
    .string()
    .min(1)
    .optional()
    .describe('Path of the one folder that it is for: that is all it can reach, and the root of what it sees.'),
  isDavOnly: z.boolean().default(false).describe('Whether this API refuses it.'),
  expiresAt: z.iso.datetime({ offset: true }).optional().describe('From then on it is no good. Never, without it.'),
});

/** An app password as its user sees it. */
async function view({ core }: ApiServices, caller: Caller | undefined, appPassword: AppPassword) {
  const { id, name, access, rootId, isDavOnly, usedAtMs, usedAddress, expiresAtMs } = appPassword;
  const path = rootId === undefined || !caller ? undefined : await pathOfNode(core, caller.actor, rootId);
  return {
    id,
    name,
    access,
    ...(rootId !== undefined && { folder: { id: rootId, ...(path && { path: plainPath(path) }) } }),
    isDavOnly,
    createdAt: isoTime(appPassword.createdAtMs),
    ...(usedAtMs !== undefined && { lastUsedAt: isoTime(usedAtMs), lastUsedAddress: usedAddress }),
    ...(expiresAtMs !== undefined && { expiresAt: isoTime(expiresAtMs) }),
    isExpired: expiresAtMs !== undefined && expiresAtMs <= core.clock.nowMs(),
  };
}

async function listOf(services: ApiServices, userId: number, caller?: Caller) {
  const appPasswords = await services.core.store.appPasswords.list(userId);
  const items = [];
  for (const appPassword of appPasswords) items.push(await view(services, caller, appPassword));
  return json(200, { items }, { 'Cache-Control': 'no-store' });
}

export const appPasswordRoutes = [
  route({
    method: 'get',
    path: '/api/v1/app-passwords',
    id: 'listAppPasswords',
    tag: 'account',
    summary: 'Your app passwords, the oldest first',
    access: 'user',
    answers: { 200: { description: 'All of them, without the passwords themselves.', schema: LIST } },
    errors: ['forbidden'],
    handle: async ({ caller }, services) => {
      assertInPerson(caller);
      return listOf(services, caller.actor.userId, caller);
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/app-passwords',
    id: 'createAppPassword',
    tag: 'account',
    summary: 'Makes an app password',
    description:
      'For WebDAV, with your user name, or as `Authorization: Bearer`. It is shown now and never again. It can manage no ' +
      `account and is never an administrator. You may have ${MAX_APP_PASSWORDS}.`,
    access: 'user',
    body: NEW,
    answers: {
      201: {
        description: 'It is good from now on.',
        schema: APP_PASSWORD.extend({
          password: z.string().describe('Upper case, spaces and missing dashes do not matter when it is typed.'),
          userName: z.string().describe('To be sent with it in WebDAV.'),
        }),
        headers: { Location: 'Where it can be deleted.' },
      },
    },
    errors: ['forbidden', 'not-found', 'bad-name', 'not-a-collection', 'refused'],
    handle: async ({ caller, body, clientAddress }, services) => {
      assertInPerson(caller);
      const { actor } = caller;
      const { password, secretHash } = newAppPassword();
      const made = await createAppPassword(services.core, actor, {
        ...body,
        secretHash,
        folder: body.folder === undefined ? undefined : parsePlainPath(body.folder),
        expiresAtMs: body.expiresAt === undefined ? undefined : Date.parse(body.expiresAt),
      });
      const audited = { user: actor.name, address: clientAddress, target: actor.name, value: made.name };
      services.audit({ action: 'app-password-added', ...audited });
      const shown = { ...(await view(services, caller, made)), password, userName: actor.name };
      return json(201, shown, { Location: `/api/v1/app-passwords/${made.id}`, 'Cache-Control': 'no-store' });
    },
  }),
  route({
    method: 'delete',
    path: '/api/v1/app-passwords/{id}',
    id: 'deleteAppPassword',
    tag: 'account',
    summary: 'Revokes an app password, from the next request on',
    access: 'user',
    params: ID,
    answers: { 204: { description: 'It is no good any more.' } },
    errors: ['forbidden', 'not-found'],
    handle: async ({ caller, params, clientAddress }, services) => {
      assertInPerson(caller);
      const { userId, name: user } = caller.actor;
      const { name } = await deleteAppPassword(services.core, userId, params.id);
      services.audit({ action: 'app-password-removed', user, address: clientAddress, target: user, value: name });
      return NO_CONTENT;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/users/{name}/app-passwords',
    id: 'listAppPasswordsOfUser',
    tag: 'users',
    summary: 'The app passwords of a user',
    access: 'admin',
    params: OF_USER,
    answers: { 200: { description: 'All of them, without the passwords themselves.', schema: LIST } },
    errors: ['not-found'],
    handle: async ({ params }, services) => listOf(services, (await requireUser(services.core, params.name)).id),
  }),
  route({
    method: 'delete',
    path: '/api/v1/users/{name}/app-passwords/{id}',
    id: 'deleteAppPasswordOfUser',
    tag: 'users',
    summary: 'Revokes an app password of a user, from the next request on',
    access: 'admin',
    params: OF_USER.extend(ID.shape),
    answers: { 204: { description: 'It is no good any more.' } },
    errors: ['not-found'],
    handle: async ({ caller, params, clientAddress }, services) => {
      const user = await requireUser(services.core, params.name);
      const { name } = await deleteAppPassword(services.core, user.id, params.id);
      const audited = { user: caller.actor.name, address: clientAddress, target: user.name, value: name };
      services.audit({ action: 'app-password-removed', ...audited });
      return NO_CONTENT;
    },
  }),
];
