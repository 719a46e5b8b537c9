import * as z from 'zod';
import type { Actor } from '../../core/actor.ts';
import type { Core } from '../../core/core.ts';
import { REMOVAL_KINDS } from '../../core/ports/account-operations.ts';
import { beginRemoval, callOffRemoval, carryOutRemoval, isStopping, type Disposal } from '../../core/removals.ts';
import { removeUser, requireUser, standingOf, updateUser } from '../../core/users.ts';
import { DomainError } from '../../lib/errors.ts';
import { json, NO_CONTENT } from '../contract/answers.ts';
import { route } from '../contract/route.ts';
import type { ApiServices } from '../contract/services.ts';
import { JOB_BEGUN, jobBegun } from './jobs.ts';
import { USER_NAME, userSchema, userView } from './user-view.ts';
import { auditUser } from './users.ts';

const DEFAULT_DAYS = 30;

const PARAMS = z.object({ name: USER_NAME.describe('In any case.') });

const QUERY = z.object({
  files: z
    .enum(REMOVAL_KINDS)
    .optional()
    .describe(
      '`keep`: the account is locked out, and goes with its files in some days. `hand-over`: `to` gets them: the home as ' +
        'a folder, and what is in common folders as it is; its trash is deleted. `delete`: all of it goes for good. ' +
        'Without it only who owns nothing is removed.',
    ),
  days: z.coerce.number().int().min(1).max(3650).default(DEFAULT_DAYS).describe('Of `keep`.'),
  to: USER_NAME.optional().describe('Of `hand-over`: the user who gets the files.'),
  force: z.stringbool().default(false).describe('Of `hand-over`: even when it is more than their quota.'),
});

export const userRemovalRoutes = [
  route({
    method: 'post',
    path: '/api/v1/users/{name}/approve',
    id: 'approveUser',
    tag: 'users',
    summary: 'Lets somebody in who waits',
    access: 'admin',
    params: PARAMS,
    answers: { 200: { description: 'The account, which can be used.', schema: userSchema } },
    errors: ['not-found', 'refused'],
    handle: async (request, services) => {
      const { core } = services;
      const { name } = await requireWaiting(core, request.params.name);
      await updateUser(core, name, { isDisabled: false });
      auditUser(services, request, { action: 'user-approved', target: name });
      return json(200, userView(await standingOf(core, await requireUser(core, name))));
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/users/{name}/decline',
    id: 'declineUser',
    tag: 'users',
    summary: 'Turns somebody away who waits',
    access: 'admin',
    params: PARAMS,
    answers: { 204: { description: 'The request is gone, and the name free.' } },
    errors: ['not-found', 'refused'],
    handle: async (request, services) => {
      const { name } = await requireWaiting(services.core, request.params.name);
      await removeUser(services.core, name);
      auditUser(services, request, { action: 'user-declined', target: name });
      return NO_CONTENT;
    },
  }),
  route({
    method: 'delete',
    path: '/api/v1/users/{name}',
    id: 'removeUser',
    tag: 'users',
    summary: 'Removes an account, and says what becomes of its files',
    description:
      'From the answer on nobody can sign in to it. What lasts is a job; called off, it leaves the account locked out ' +
      'with what is left, and can be asked for again. It goes on after a restart.',
    access: 'admin',
    params: PARAMS,
    query: QUERY,
    answers: {
      200: { description: 'Locked out; the files are kept for so many days.', schema: userSchema },
      202: JOB_BEGUN,
      204: { description: 'Gone.' },
    },
    errors: ['not-found', 'refused', 'quota-exceeded', 'busy'],
    handle: async (request, services) => {
      const { core } = services;
      const disposal = disposalOf(request.query);
      const user = await requireUser(core, request.params.name);
      if (!disposal) {
        await removeUser(core, user.name, { keepsAdministrator: true });
        auditUser(services, request, { action: 'user-removed', target: user.name });
        return NO_CONTENT;
      }
      await beginRemoval(core, user.name, { disposal, keepsAdministrator: true });
      auditUser(services, request, { action: 'user-leaving', target: user.name, value: disposal.files });
      if (disposal.files === 'keep')
        return json(200, userView(await standingOf(core, await requireUser(core, user.name))));
      const tell = (action: 'user-removed' | 'removal-called-off'): void => {
        auditUser(services, request, { action, target: user.name });
      };
      const by = request.caller.actor;
      return jobBegun(startRemoval(services, { by, userId: user.id, userName: user.name, tell }));
    },
  }),
];

async function requireWaiting(core: Core, name: string) {
  const user = await requireUser(core, name);
  if (user.isWaiting) return user;
  throw new DomainError('refused', `"${user.name}" does not wait for approval`);
}

function disposalOf({ files, days, to, force }: z.output<typeof QUERY>): Disposal | undefined {
  if (files === 'hand-over') {
    if (to === undefined) throw new DomainError('bad-request', 'query.to: say who gets the files');
    return { files, to, isForced: force };
  }
  // Whoever names somebody wants the files to be had by somebody.
  if (to !== undefined || force)
    throw new DomainError('bad-request', 'query.files: `to` and `force` are of `hand-over`');
  return files === 'keep' ? { files, days } : files && { files };
}

interface Leaving {
  readonly by: Actor;
  readonly userId: number;
  readonly userName: string;
  readonly tell: (action: 'user-removed' | 'removal-called-off') => void;
}

function startRemoval({ core, jobs }: ApiServices, { by, userId, userName, tell }: Leaving) {
  return jobs.start(by, { kind: 'remove-user', title: `Removing ${userName}` }, async (watcher) => {
    try {
      const isGone = await carryOutRemoval(core, userId, watcher);
      if (isGone) tell('user-removed');
      return { isGone };
    } catch (error) {
      // The end of the server calls nothing off: the next one goes on.
      if (watcher.signal.aborted && !isStopping(watcher.signal)) {
        await callOffRemoval(core, userId);
        tell('removal-called-off');
      }
      throw error;
    }
  });
}
