import * as z from 'zod';
import type { Caller } from '../../auth/caller.ts';
import { ROLES, type User } from '../../core/actor.ts';
import { USER_STATES } from '../../core/ports/account-operations.ts';
import { createUser, requireUser, standingOf, standingsOf, updateUser, type UserChanges } from '../../core/users.ts';
import { DomainError } from '../../lib/errors.ts';
import { foldedName } from '../../lib/node-path.ts';
import { json } from '../contract/answers.ts';
import { PAGE_QUERY, pageOf, readCursor, writeCursor } from '../contract/paging.ts';
import { route, type ApiRequest } from '../contract/route.ts';
import type { ApiServices } from '../contract/services.ts';
import type { UserAction } from '../contract/user-services.ts';
import { USER_NAME, userSchema, userView } from './user-view.ts';

const PASSWORD = z.string().min(1).max(1024).describe('At least 8 characters.');
const BYTES = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const PARAMS = z.object({ name: USER_NAME.describe('In any case.') });

const NEW_USER = z
  .strictObject({
    name: USER_NAME.describe('At most 64 characters, without a colon.'),
    password: PASSWORD,
    role: z.enum(ROLES).optional().describe('Without it `accounts.newRole`.'),
    quotaBytes: BYTES.optional().describe('Without it `files.defaultQuota`.'),
  })
  .meta({ id: 'NewUser' });

const CHANGES = z
  .strictObject({
    name: USER_NAME.optional().describe('Another name. Sessions and app passwords go on.'),
    password: PASSWORD.optional().describe('Ends all sessions.'),
    role: z.enum(ROLES).optional().describe('Ends all sessions. A first role with a home brings one.'),
    quotaBytes: BYTES.optional(),
    bandwidthBytesPerSecond: BYTES.optional().describe('0: no limit.'),
    isDisabled: z
      .boolean()
      .optional()
      .describe('`true` locks out. `false` lets in again: also one who waits, and one whose files are only kept.'),
  })
  .meta({ id: 'UserChanges' });

type AsAdministrator = Pick<ApiRequest & { caller: Caller }, 'caller' | 'clientAddress'>;

/** Writes into the audit log what an administrator did to an account. */
export function auditUser(
  services: ApiServices,
  { caller, clientAddress }: AsAdministrator,
  event: { action: UserAction; target: string; value?: string | number | undefined },
): void {
  services.audit({ user: caller.actor.name, address: clientAddress, ...event });
}

export const userRoutes = [
  route({
    method: 'get',
    path: '/api/v1/users',
    id: 'listUsers',
    tag: 'users',
    summary: 'The accounts, by name',
    access: 'admin',
    query: z.object({
      ...PAGE_QUERY,
      search: z.string().max(255).default('').describe('Part of the name, in any case.'),
      role: z.enum(ROLES).optional(),
      state: z.enum(USER_STATES).optional(),
    }),
    answers: { 200: { description: 'A page.', schema: pageOf(userSchema) } },
    errors: [],
    handle: async ({ query }, { core }) => {
      const { limit, cursor, search, role, state } = query;
      const users = await core.store.accounts.listUsers({
        afterKey: readCursor(cursor, z.string().max(1024)) ?? '',
        limit,
        part: foldedName(search),
        role,
        state,
      });
      const last = users.length < limit ? undefined : users.at(-1);
      const items = (await standingsOf(core, users)).map(userView);
      return json(200, { items, ...(last && { nextCursor: writeCursor(foldedName(last.name)) }) });
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/users',
    id: 'createUser',
    tag: 'users',
    summary: 'Makes an account',
    access: 'admin',
    body: NEW_USER,
    answers: {
      201: { description: 'It can be used.', schema: userSchema, headers: { Location: 'Where the account is.' } },
    },
    errors: ['already-exists', 'bad-name', 'busy'],
    handle: async (request, services) => {
      const { core, hasher } = services;
      const { name, password, role = core.settings.accounts.newRole, quotaBytes } = request.body;
      await createUser(core, { name, passwordHash: await hasher.hash(password), role, quotaBytes });
      auditUser(services, request, { action: 'user-added', target: name, value: role });
      return json(201, userView(await standingOf(core, await requireUser(core, name))), { Location: pathOf(name) });
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/users/{name}',
    id: 'getUser',
    tag: 'users',
    summary: 'One account',
    access: 'admin',
    params: PARAMS,
    answers: { 200: { description: 'The account.', schema: userSchema } },
    errors: ['not-found'],
    handle: async ({ params }, { core }) =>
      json(200, userView(await standingOf(core, await requireUser(core, params.name)))),
  }),
  route({
    method: 'patch',
    path: '/api/v1/users/{name}',
    id: 'changeUser',
    tag: 'users',
    summary: 'Changes an account',
    description:
      'What concerns rights holds from the next request on. The last administrator who can sign in stays one.',
    access: 'admin',
    params: PARAMS,
    body: CHANGES,
    answers: { 200: { description: 'The account as it is now.', schema: userSchema } },
    errors: ['not-found', 'already-exists', 'bad-name', 'refused', 'busy'],
    handle: async (request, services) => {
      const user = await requireUser(services.core, request.params.name);
      const changed = await changeUser(services, user, request.body);
      for (const [action, value] of eventsOf(user, request.body)) {
        auditUser(services, request, { action, target: user.name, value });
      }
      return json(200, userView(await standingOf(services.core, changed)));
    },
  }),
];

async function changeUser(
  { core, hasher }: ApiServices,
  user: User,
  { password, ...changes }: z.output<typeof CHANGES>,
): Promise<User> {
  const passwordHash = password === undefined ? undefined : await hasher.hash(password);
  const given = Object.fromEntries(
    Object.entries({ ...changes, passwordHash }).filter(([, value]) => value !== undefined),
  ) as UserChanges;
  await updateUser(core, user.name, { ...given, keepsAdministrator: true });
  const changed = await core.store.getUser(user.id);
  if (!changed) throw new DomainError('not-found', `there is no user "${user.name}"`);
  return changed;
}

/** What a change leaves in the audit log. */
function eventsOf(user: User, changes: z.output<typeof CHANGES>): [UserAction, string | number | undefined][] {
  const { name, password, role, quotaBytes, bandwidthBytesPerSecond, isDisabled } = changes;
  const enabled = user.isWaiting ? 'user-approved' : 'user-enabled';
  const events: [UserAction, unknown, string | number | undefined][] = [
    ['user-renamed', name, name],
    ['password-changed', password, undefined],
    ['role-changed', role, role],
    ['quota-changed', quotaBytes, quotaBytes],
    ['bandwidth-changed', bandwidthBytesPerSecond, bandwidthBytesPerSecond],
    [isDisabled === true ? 'user-disabled' : enabled, isDisabled, undefined],
  ];
  return events.flatMap(([action, given, value]) => (given === undefined ? [] : [[action, value]]));
}

function pathOf(name: string): string {
  return `/api/v1/users/${encodeURIComponent(name)}`;
}
