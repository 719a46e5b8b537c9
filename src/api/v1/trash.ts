import * as z from 'zod';
import type { Actor } from '../../core/actor.ts';
import type { Core } from '../../core/core.ts';
import type { TrashEntry } from '../../core/node.ts';
import { ON_CONFLICT } from '../../core/on-conflict.ts';
import type { Job } from '../../core/ports/jobs.ts';
import { reachNode } from '../../core/reach.ts';
import { assertMayEmpty, purgeAllTrash, trashPage } from '../../core/trash.ts';
import { json, NO_CONTENT } from '../contract/answers.ts';
import { PAGE_QUERY, pageOf, readCursor, writeCursor } from '../contract/paging.ts';
import { route, type ApiRequest } from '../contract/route.ts';
import type { ApiServices } from '../contract/services.ts';
import { FILE_ENTRY, plainPath } from './files/entry.ts';
import { DESTINATION } from './files/where.ts';
import { JOB_BEGUN, jobBegun } from './jobs.ts';
import { purgeEntry, restoreEntry } from './trash-changes.ts';

const TRASH_ENTRY = z
  .object({
    id: z.int().describe('What it is restored by; the id that it had, and has again then.'),
    name: z
      .string()
      .optional()
      .describe('Missing, as type and path, of what lay in a home that the one who asks may not see.'),
    kind: z.enum(['file', 'folder']),
    sizeBytes: z.number(),
    nodeCount: z.int().optional().describe('Of a folder: what is below it.'),
    mediaType: z.string().optional(),
    path: z
      .string()
      .optional()
      .describe('Where it was; missing when that folder is gone, or not seen by the one who asks.'),
    owner: z.string().optional(),
    deletedBy: z.string().optional(),
    deletedAt: z.iso.datetime(),
    keptUntil: z.iso.datetime().describe('When it goes for good, or sooner when room is needed.'),
  })
  .meta({ id: 'TrashEntry' });

const PLACE = z.object({ deletedAtMs: z.number(), nodeId: z.number() });
const PARAMS = z.object({ id: z.coerce.number().int().min(1) });

type TrashPage = Awaited<ReturnType<typeof trashPage>>;

async function trashEntries(core: Core, actor: Actor, { entries, hidden }: TrashPage) {
  const names = new Map<number, string | undefined>([[actor.userId, actor.name]]);
  const folders = new Map<number, string | undefined>();
  for (const { node, deletedBy, parentId } of entries) {
    for (const id of [node.ownerId, deletedBy]) {
      if (!names.has(id)) names.set(id, (await core.store.getUser(id))?.name);
    }
    if (folders.has(parentId)) continue;
    const parent = await reachNode(core, actor, parentId);
    folders.set(parentId, parent && plainPath(parent.path).replace(/\/$/, ''));
  }
  return entries.map(({ node, parentId, deletedBy, deletedAtMs }) => {
    const folder = folders.get(parentId);
    const isFolder = node.kind === 'collection';
    const isHidden = hidden.has(node.id);
    return {
      id: node.id,
      ...(!isHidden && { name: node.name }),
      kind: isFolder ? 'folder' : 'file',
      sizeBytes: node.sizeBytes,
      ...(isFolder && { nodeCount: node.nodeCount }),
      ...(!isFolder && !isHidden && { mediaType: node.mediaType }),
      ...(folder !== undefined && !isHidden && { path: `${folder}/${node.name}` }),
      owner: names.get(node.ownerId),
      deletedBy: names.get(deletedBy),
      deletedAt: new Date(deletedAtMs).toISOString(),
      keptUntil: new Date(deletedAtMs + core.settings.trashKeptMs).toISOString(),
    };
  });
}

type EmptyRequest = ApiRequest<undefined, undefined, undefined, 'user'>;

/** As a job: there may be millions. */
function empty({ caller: { actor }, clientAddress: address }: EmptyRequest, services: ApiServices): Job {
  const { core, jobs } = services;
  return jobs.start(actor, { kind: 'empty-trash', title: 'Emptying the trash' }, async ({ signal, onProgress }) => {
    let [doneCount, doneBytes] = [0, 0];
    const onPurged = ({ node }: TrashEntry): void => {
      services.audit({ action: 'purged', user: actor.name, address, target: node.name });
      doneCount += 1;
      doneBytes += node.sizeBytes;
      onProgress({ activity: 'purging', doneCount, doneBytes });
      signal.throwIfAborted();
    };
    return { purgedCount: await purgeAllTrash(core, actor, onPurged) };
  });
}

export const trashRoutes = [
  route({
    method: 'get',
    path: '/api/v1/trash',
    id: 'listTrash',
    tag: 'trash',
    summary: 'What one owned or deleted, the latest first',
    access: 'user',
    query: z.object({
      ...PAGE_QUERY,
      all: z
        .stringbool()
        .default(false)
        .describe(
          'Everybody’s; for administrators, who see of what lay in the homes of others whose it is and how large.',
        ),
    }),
    answers: { 200: { description: 'One page.', schema: pageOf(TRASH_ENTRY) } },
    errors: ['forbidden'],
    handle: async ({ query, caller: { actor } }, { core }) => {
      const after = readCursor(query.cursor, PLACE);
      const page = await trashPage(core, actor, { after, limit: query.limit, everyones: query.all });
      return json(200, {
        items: await trashEntries(core, actor, page),
        ...(page.next && { nextCursor: writeCursor(page.next) }),
      });
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/trash/{id}/restore',
    id: 'restoreTrash',
    tag: 'trash',
    summary: 'Puts something back',
    description:
      'Without `to` where it was, or at the top of its space when that folder is gone; under the name ' +
      '`name (restored)` when its own is taken.',
    access: 'user',
    params: PARAMS,
    body: z
      .strictObject({
        to: DESTINATION.optional(),
        onConflict: z.enum(ON_CONFLICT).exclude(['replace']).default('fail').describe('When `to` is taken.'),
      })
      .default({ onConflict: 'fail' }),
    answers: { 200: { description: 'It is back.', schema: FILE_ENTRY } },
    errors: [
      'not-found',
      'bad-name',
      'forbidden',
      'already-exists',
      'parent-missing',
      'not-a-collection',
      'into-itself',
      'locked',
      'rule-violated',
      'refused',
      'busy',
    ],
    handle: async ({ params: { id }, body: { to, onConflict }, caller: { actor }, clientAddress: address }, services) =>
      json(200, await restoreEntry(services, { actor, address }, { id, to, onConflict })),
  }),
  route({
    method: 'delete',
    path: '/api/v1/trash/{id}',
    id: 'purgeTrash',
    tag: 'trash',
    summary: 'Removes something from the trash for good',
    access: 'user',
    params: PARAMS,
    answers: { 204: { description: 'It is gone.' } },
    errors: ['not-found', 'forbidden', 'busy'],
    handle: async ({ params: { id }, caller: { actor }, clientAddress: address }, services) => {
      await purgeEntry(services, { actor, address }, id);
      return NO_CONTENT;
    },
  }),
  route({
    method: 'delete',
    path: '/api/v1/trash',
    id: 'emptyTrash',
    tag: 'trash',
    summary: 'Removes for good all that one sees in the trash and may remove',
    description: 'As a job, whose result is `{purgedCount}`. What comes to the trash meanwhile may go, too.',
    access: 'user',
    answers: { 202: JOB_BEGUN },
    errors: ['forbidden', 'busy'],
    handle: async (request, services) => {
      assertMayEmpty(request.caller.actor);
      const job = empty(request, services);
      return jobBegun(job);
    },
  }),
];
