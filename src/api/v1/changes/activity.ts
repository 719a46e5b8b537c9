import * as z from 'zod';
import type { Actor } from '../../../core/actor.ts';
import { readActivity, type Activity } from '../../../core/changes/activity.ts';
import { TOLD_ACTIONS, type FeedPositions, type ToldChange } from '../../../core/changes/told-changes.ts';
import type { Core } from '../../../core/core.ts';
import type { Located } from '../../../core/located.ts';
import { userRoot } from '../../../core/spaces.ts';
import { locate } from '../../../core/tree.ts';
import { parsePlainPath } from '../../../lib/node-path.ts';
import { json } from '../../contract/answers.ts';
import { PAGE_QUERY, pageOf, readCursor, writeCursor } from '../../contract/paging.ts';
import { route } from '../../contract/route.ts';
import { plainPath } from '../files/entry.ts';
import { CHANGE, ChangeViews } from './change-view.ts';

const ACTIVITY = z
  .object({
    action: z.enum(TOLD_ACTIONS),
    by: z.string().optional().describe('Missing for the server itself, and for users who are gone.'),
    folderId: z.int().describe('The folder in which it happened.'),
    folder: z.string().optional().describe('Its path now; missing when it is not there any more.'),
    count: z
      .int()
      .describe(
        'How often it happened; what one person does alike in one folder, with pauses of ten minutes at most, is one.',
      ),
    firstAt: z.iso.datetime(),
    lastAt: z.iso.datetime(),
    changes: z.array(CHANGE).describe('The latest five.'),
  })
  .meta({ id: 'Activity' });

const CURSOR = z.array(z.tuple([z.int(), z.int(), z.int()])).max(64);

const QUERY = z.object({
  ...PAGE_QUERY,
  action: z.enum(TOLD_ACTIONS).optional(),
  user: z.string().max(255).optional().describe('Only what this user did.'),
  below: z.string().max(4096).optional().describe('Only what happened in this folder and below, or to this file.'),
  since: z.iso.datetime({ offset: true }).optional().describe('Nothing earlier.'),
});

export const activityRoutes = [
  route({
    method: 'get',
    path: '/api/v1/activity',
    id: 'listActivity',
    tag: 'changes',
    summary: 'Who did what to which files, and when',
    description:
      'Of all that the one who asks may see, the latest first. A page may hold fewer items than asked for, or none, and go on all the same: only without `nextCursor` it is the last. Kept are the last 100,000 changes of each home and each shared folder.',
    access: 'user',
    query: QUERY,
    answers: { 200: { description: 'A page.', schema: pageOf(ACTIVITY) } },
    errors: ['not-found', 'bad-name'],
    handle: async ({ query, caller }, { core }) => {
      const { actor } = caller;
      const spaces = await userRoot(core, actor);
      const spaceIds = [spaces.base, ...spaces.mounts].filter(({ kind }) => kind !== 'root').map(({ id }) => id);
      const views = new ChangeViews(core, actor);
      const top = query.below === undefined ? undefined : await locate(core, actor, parsePlainPath(query.below));
      const nodeId = top?.node.kind === 'file' ? top.node.id : undefined;
      const isWanted = await filterOf(core, actor, { query, top, views });
      const before = positionsIn(readCursor(query.cursor, CURSOR));
      const sinceMs = query.since === undefined ? undefined : Date.parse(query.since);
      const page = await readActivity(core, { spaceIds, before, limit: query.limit, sinceMs, nodeId, isWanted });
      const items = [];
      for (const activity of page.activities) items.push(await viewOf(activity, views));
      const next = page.next && [...page.next].map(([id, { rev, seq }]) => [id, rev, seq]);
      return json(200, { items, ...(next && { nextCursor: writeCursor(next) }) });
    },
  }),
];

function positionsIn(cursor: readonly (readonly [number, number, number])[] | undefined): FeedPositions | undefined {
  return cursor && new Map(cursor.map(([id, rev, seq]) => [id, { rev, seq }]));
}

type Wanted = (told: ToldChange) => Promise<boolean>;

/** `top` is the file or folder that is asked about. What the actor does not see is never wanted. */
async function filterOf(
  core: Core,
  actor: Actor,
  { query, top, views }: { query: z.output<typeof QUERY>; top: Located | undefined; views: ChangeViews },
): Promise<Wanted> {
  const user = query.user === undefined ? undefined : await core.store.findUser(query.user);
  const isNarrow = actor.narrowing?.rootId !== undefined;
  const known = new Map<number, boolean>();
  const topId = top?.node.kind === 'file' ? undefined : top?.node.id;
  const isBelow = async (nodeId: number): Promise<boolean> => {
    const found = known.get(nodeId) ?? (topId === undefined || (await isAtOrBelow(core, nodeId, topId)));
    known.set(nodeId, found);
    return found;
  };
  return async ({ action, change }) => {
    if (query.action !== undefined && action !== query.action) return false;
    if (query.user !== undefined && change.userId !== user?.id) return false;
    if (!isNarrow && !top) return true;
    const parent = await views.seen(change.parentId);
    return parent !== undefined && isBelow(parent.node.id);
  };
}

async function isAtOrBelow(core: Core, nodeId: number, topId: number): Promise<boolean> {
  return topId === 0 || (await core.store.ancestors(nodeId)).some(({ id }) => id === topId);
}

async function viewOf(activity: Activity, views: ChangeViews) {
  const folder = await views.seen(activity.parentId);
  const by = await views.nameOf(activity.userId);
  const changes = [];
  for (const told of activity.changes) {
    const view = await views.view(told, false);
    if (view) changes.push(view);
  }
  return {
    action: activity.action,
    ...(by !== undefined && { by }),
    folderId: activity.parentId,
    ...(folder && { folder: plainPath(folder.path) }),
    count: activity.count,
    firstAt: new Date(activity.firstAtMs).toISOString(),
    lastAt: new Date(activity.lastAtMs).toISOString(),
    changes,
  };
}
