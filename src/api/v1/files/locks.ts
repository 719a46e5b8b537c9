import * as z from 'zod';
import { breakLock, locksOn, type HeldLock } from '../../../core/held-locks.ts';
import { locate } from '../../../core/tree.ts';
import { DomainError } from '../../../lib/errors.ts';
import { json, NO_CONTENT } from '../../contract/answers.ts';
import { route } from '../../contract/route.ts';
import { plainPath } from './entry.ts';
import { WHERE_QUERY, whereOf } from './where.ts';

const LOCK = z
  .object({
    id: z.string().describe('What breaking it takes.'),
    path: z.string().describe('What is locked: the file itself, or a folder above it.'),
    user: z.string().describe('Who holds it.'),
    isOwn: z.boolean().describe('The one who asks holds it.'),
    program: z.string().optional().describe('That took it, as it calls itself.'),
    owner: z.string().optional().describe('What the program says of who holds it.'),
    scope: z.enum(['exclusive', 'shared']),
    depth: z.enum(['0', 'infinity']).describe('Of a folder: whether all that is in it is locked, too.'),
    takenAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().describe('Unless the program refreshes it before.'),
    canBreak: z.boolean().describe('The one who asks may end it.'),
  })
  .meta({ id: 'FileLock' });

function lockView(userId: number, { lock, id, userName, ownerText, segments = [], canBreak }: HeldLock) {
  return {
    id,
    path: plainPath({ segments, trailingSlash: false }),
    user: userName,
    isOwn: lock.userId === userId,
    ...(lock.clientAgent !== '' && { program: lock.clientAgent }),
    ...(ownerText !== '' && { owner: ownerText }),
    scope: lock.scope,
    depth: lock.depth,
    takenAt: new Date(lock.createdAtMs).toISOString(),
    expiresAt: new Date(lock.expiresAtMs).toISOString(),
    canBreak,
  };
}

export const lockRoutes = [
  route({
    method: 'get',
    path: '/api/v1/files/locks',
    id: 'listLocks',
    tag: 'files',
    summary: 'Who keeps others from changing a file or folder',
    description: 'The locks that programs took over WebDAV, on it and on the folders above, the oldest first.',
    access: 'user',
    query: z.object(WHERE_QUERY),
    answers: { 200: { description: 'The locks; mostly none.', schema: z.object({ items: z.array(LOCK) }) } },
    errors: ['not-found', 'bad-name'],
    handle: async ({ query, caller: { actor } }, { core }) => {
      const held = await locksOn(core, actor, await locate(core, actor, whereOf(query)));
      return json(200, { items: held.map((one) => lockView(actor.userId, one)) });
    },
  }),
  route({
    method: 'delete',
    path: '/api/v1/files/locks',
    id: 'breakLock',
    tag: 'files',
    summary: 'Ends a lock',
    description:
      'For who holds it, who owns what is locked, and administrators. The program that took it may fail to save then. An ' +
      'empty file that it made, and never wrote, goes with it.',
    access: 'user',
    query: z.object({ ...WHERE_QUERY, lock: z.string().max(64).describe('Its `id`.') }),
    answers: { 204: { description: 'It is no more.' } },
    errors: ['not-found', 'bad-name'],
    handle: async ({ query, caller: { actor }, clientAddress: address }, services) => {
      const located = await locate(services.core, actor, whereOf(query));
      const held = (await locksOn(services.core, actor, located)).find(({ id }) => id === query.lock);
      if (!held) throw new DomainError('not-found', 'there is no such lock, or it has ended by itself');
      await breakLock(services.core, held);
      const { path } = lockView(actor.userId, held);
      services.audit({ action: 'lock-broken', user: actor.name, address, target: held.userName, value: path });
      return NO_CONTENT;
    },
  }),
];
