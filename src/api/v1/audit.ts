import * as z from 'zod';
import { assertInPerson } from '../../auth/caller.ts';
import { DomainError } from '../../lib/errors.ts';
import { foldedName } from '../../lib/node-path.ts';
import { json } from '../contract/answers.ts';
import type { AuditTrail, TrailEntry } from '../contract/audit-trail.ts';
import { PAGE_QUERY, pageOf, readCursor, writeCursor } from '../contract/paging.ts';
import { route } from '../contract/route.ts';
import { ownUser } from './account.ts';

const ENTRY = z
  .object({
    at: z.iso.datetime(),
    action: z.string().describe('`login`, `login-failed`, `deleted`, `role-changed`, …'),
    user: z
      .string()
      .optional()
      .describe('Who did it; missing for the machine’s own administrator. Of `login-failed`: the name that was given.'),
    address: z.string().optional(),
    target: z.string().optional().describe('What it was done to: a user, a disk, a path.'),
    value: z.union([z.string(), z.number()]).optional().describe('What it became: a role, a quota, …'),
  })
  .meta({ id: 'AuditEntry' });

const CURSOR = z.object({ file: z.int(), offset: z.int() });

/** What of the audit log is about the one whose account it is. */
const OF_ACCOUNT =
  /^(login|login-failed|password-changed|session-|logged-out|second-factor|recovery-codes|app-password)/;

const QUERY = {
  ...PAGE_QUERY,
  action: z.string().max(64).optional().describe('Only this.'),
  since: z.iso.datetime({ offset: true }).optional().describe('Nothing earlier.'),
  until: z.iso.datetime({ offset: true }).optional().describe('Nothing later.'),
};

const DESCRIPTION =
  'The latest first. A page may hold fewer items than asked for, or none, and go on all the same: only without `nextCursor` it is the last.';

export const auditRoutes = [
  route({
    method: 'get',
    path: '/api/v1/audit',
    id: 'listAudit',
    tag: 'server',
    summary: 'The audit log',
    description: DESCRIPTION,
    access: 'admin',
    query: z.object({
      ...QUERY,
      user: z.string().max(255).optional().describe('Only what this user did, or what was done to this user.'),
    }),
    answers: { 200: { description: 'A page.', schema: pageOf(ENTRY) } },
    errors: ['position-unknown'],
    handle: async ({ query }, { auditTrail }) => {
      const isOf = (entry: TrailEntry) =>
        query.user === undefined || entry.user === query.user || entry.target === query.user;
      return json(200, await pageFrom(auditTrail, query, isOf));
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/account/events',
    id: 'listAccountEvents',
    tag: 'account',
    summary: 'What happened to one’s account: logins, passwords, sessions',
    description: `${DESCRIPTION} Nothing of an earlier account of the same name is told.`,
    access: 'user',
    query: z.object(QUERY),
    answers: { 200: { description: 'A page.', schema: pageOf(ENTRY) } },
    errors: ['forbidden', 'position-unknown'],
    handle: async ({ query, caller }, services) => {
      assertInPerson(caller);
      const { name, createdAtMs } = await ownUser(caller, services);
      const key = foldedName(name);
      const isName = (text: string | undefined) => text !== undefined && foldedName(text) === key;
      const isOf = ({ action, user, target, time }: TrailEntry) =>
        OF_ACCOUNT.test(action) && (isName(user) || isName(target)) && Date.parse(time) >= createdAtMs;
      return json(200, await pageFrom(services.auditTrail, query, isOf));
    },
  }),
];

interface Asked {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly action?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

async function pageFrom(trail: AuditTrail, asked: Asked, isOf: (entry: TrailEntry) => boolean) {
  const untilMs = asked.until === undefined ? Infinity : Date.parse(asked.until);
  const isWanted = (entry: TrailEntry): boolean =>
    isOf(entry) && (asked.action === undefined || entry.action === asked.action) && Date.parse(entry.time) <= untilMs;
  const sinceMs = asked.since === undefined ? undefined : Date.parse(asked.since);
  const before = readCursor(asked.cursor, CURSOR);
  const page = await trail.read({ before, limit: asked.limit, sinceMs, isWanted }).catch((error: unknown) => {
    if (!(error instanceof RangeError)) throw error;
    throw new DomainError('position-unknown', 'this part of the audit log is not kept any more', { cause: error });
  });
  const items = page.entries.map(({ time, action, user, address, target, value }) => ({
    ...{ at: time, action, user, address, target, value },
  }));
  return { items, ...(page.next && { nextCursor: writeCursor(page.next) }) };
}
