import * as z from 'zod';
import type { Actor } from '../../core/actor.ts';
import { bareType } from '../../core/content-type/kinds.ts';
import type { Core } from '../../core/core.ts';
import { familyOf, MEDIA_FAMILIES, type MediaFamily } from '../../core/media-families.ts';
import type { Node } from '../../core/node.ts';
import { RANKS } from '../../core/search/matching.ts';
import { searchNodes, type SearchPage } from '../../core/search/search.ts';
import { userRoot } from '../../core/spaces.ts';
import { locate } from '../../core/tree.ts';
import { DomainError } from '../../lib/errors.ts';
import { foldedName, parsePlainPath } from '../../lib/node-path.ts';
import { json } from '../contract/answers.ts';
import { PAGE_QUERY, pageOf, readCursor, writeCursor } from '../contract/paging.ts';
import { route } from '../contract/route.ts';
import { BYTES, TIME } from '../contract/values.ts';
import { FILE_ENTRY, fileEntries } from './files/entry.ts';
import { JOB_BEGUN, jobBegun } from './jobs.ts';

/** What `space` says for the user's own. */
const HOME = 'home';

const SEARCH_QUERY = z.object({
  q: z
    .string()
    .max(255)
    .default('')
    .describe(
      'Words, all of which must be in the name, wherever and in any order; case, accents and other ways to write the ' +
        'same do not matter. Every character stands for itself. Without it the filters alone decide.',
    ),
  kind: z.enum(['file', 'folder']).optional(),
  type: z
    .string()
    .max(255)
    .optional()
    .describe(`Files of one kind (${MEDIA_FAMILIES.join(', ')}) or of one media type: \`image/png\`.`),
  minBytes: BYTES.optional().describe('Files only.'),
  maxBytes: BYTES.optional().describe('Files only.'),
  modifiedAfter: TIME.optional().describe('At this time or later.'),
  modifiedBefore: TIME.optional(),
  createdAfter: TIME.optional().describe('At this time or later.'),
  createdBefore: TIME.optional(),
  owner: z.string().max(255).optional().describe('The name of a user.'),
  space: z
    .string()
    .max(255)
    .optional()
    .describe(`\`${HOME}\`, or the name of a shared folder in the root: \`Public\`.`),
  below: z.string().max(4096).optional().describe('The path of a folder: what lies in it, at any depth.'),
  ...PAGE_QUERY,
});

type SearchQuery = z.output<typeof SEARCH_QUERY>;

const HIT = z
  .object({
    file: FILE_ENTRY,
    match: z
      .enum(RANKS)
      .describe(
        'How well the name fits, the best first: it is what was asked, with or without its extension; it begins with one ' +
          'of the words; words of it begin with them; they are inside of words.',
      ),
    highlights: z
      .array(z.tuple([z.int(), z.int()]))
      .describe('Where the words stand in `file.name`: begin and end (exclusive) in UTF-16 units, in order.'),
  })
  .meta({ id: 'SearchHit' });

const CURSOR = z.object({ q: z.string(), rank: z.enum(RANKS), nodeId: z.int() });

const INDEX_STATE = z.object({
  indexedCount: z.int().describe('Names in the index; some of them may be of files that are gone.'),
  segmentCount: z.int().describe('Parts of which the index is made.'),
  newCount: z.int().describe('At most so many came since; they are found, too.'),
  renamedCount: z.int().describe('So many were renamed or moved to another space since; they are found, too.'),
  progress: z
    .object({ doneCount: z.int(), totalCount: z.int().optional() })
    .optional()
    .describe('While something is being indexed.'),
});

export const searchRoutes = [
  route({
    method: 'get',
    path: '/api/v1/search',
    id: 'search',
    tag: 'search',
    summary: 'Finds files and folders by their names, in all that one sees',
    description:
      'The best matches come first, and of those that fit as well the newest in the store. A page may hold fewer than ' +
      'asked, even none, while `nextCursor` says that there is more to look through: a filter left few of many names. ' +
      'What is in trash, and what Finder keeps for itself, is not found; nor is what is written in files.',
    access: 'user',
    query: SEARCH_QUERY,
    answers: {
      200: {
        description: 'One page.',
        schema: pageOf(HIT).extend({
          isComplete: z
            .boolean()
            .describe('False while a very large store is indexed for the first time: something may be missing.'),
        }),
      },
    },
    errors: ['not-found', 'not-a-collection', 'bad-name'],
    handle: async ({ query, caller: { actor }, signal }, { core }) => {
      const place = readCursor(query.cursor, CURSOR);
      if (place && place.q !== query.q) {
        throw new DomainError('bad-request', 'this cursor is of another search; leave it out to begin again');
      }
      const page = await searchNodes(core, actor, {
        text: query.q,
        fits: await filterOf(core, query),
        spaceIds: await spaceIdsOf(core, actor, query),
        belowId: await belowIdOf(core, actor, query),
        limit: query.limit,
        after: place,
        signal,
      });
      return json(200, await pageView(core, actor, { query, page }));
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/search/index',
    id: 'getSearchIndex',
    tag: 'server',
    summary: 'The index of names, and how far it is',
    access: 'admin',
    answers: { 200: { description: 'As it is now.', schema: INDEX_STATE } },
    errors: [],
    handle: async (_request, { searchIndex }) => {
      const { progress, ...state } = await searchIndex.state();
      if (!progress) return json(200, state);
      const { doneCount, totalCount } = progress;
      return json(200, { ...state, progress: { doneCount, ...(totalCount !== undefined && { totalCount }) } });
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/search/rebuild',
    id: 'rebuildSearchIndex',
    tag: 'server',
    summary: 'Builds the index of names anew; the old one serves until then',
    description:
      'It is never needed for what is found; after very many files went for good it makes the index smaller.',
    access: 'admin',
    answers: { 202: JOB_BEGUN },
    errors: ['busy'],
    handle: async ({ caller: { actor } }, { jobs, searchIndex }) => {
      const job = { kind: 'rebuild-search', title: 'Indexing all names' } as const;
      return jobBegun(jobs.start(actor, job, (watcher) => searchIndex.rebuild(watcher)));
    },
  }),
];

async function pageView(
  core: Core,
  actor: Actor,
  { query, page }: { query: SearchQuery; page: SearchPage },
): Promise<unknown> {
  const { hits, next, isComplete } = page;
  const files = await fileEntries(
    core,
    actor,
    hits.map(({ located }) => located),
  );
  return {
    items: hits.map(({ rank, highlights }, index) => ({ file: files[index], match: rank, highlights })),
    ...(next && { nextCursor: writeCursor({ q: query.q, ...next }) }),
    isComplete,
  };
}

/** What is asked of a node besides its name. */
async function filterOf(core: Core, query: SearchQuery): Promise<(node: Node) => boolean> {
  const {
    kind,
    owner,
    modifiedAfter = 0,
    modifiedBefore = Infinity,
    createdAfter = 0,
    createdBefore = Infinity,
  } = query;
  // Whether there is such a user shows in nothing but what is theirs.
  const ownerId = owner === undefined ? undefined : ((await core.store.findUser(owner))?.id ?? 0);
  const wanted = kind === 'folder' ? 'collection' : kind;
  return (node) =>
    (wanted === undefined || node.kind === wanted) &&
    (ownerId === undefined || node.ownerId === ownerId) &&
    isBetween(node.modifiedAtMs, modifiedAfter, modifiedBefore) &&
    isBetween(node.createdAtMs, createdAfter, createdBefore) &&
    fitsAsFile(node, query);
}

function isBetween(time: number, from: number, to: number): boolean {
  return time >= from && time < to;
}

/** Sizes and types are of files: asked for, they leave folders out. */
function fitsAsFile(node: Node, { type, minBytes, maxBytes }: SearchQuery): boolean {
  if (type === undefined && minBytes === undefined && maxBytes === undefined) return true;
  if (node.kind !== 'file' || node.sizeBytes < (minBytes ?? 0) || node.sizeBytes > (maxBytes ?? Infinity)) return false;
  return type === undefined || isOfType(node.mediaType, type.toLowerCase());
}

function isOfType(mediaType: string, type: string): boolean {
  if (MEDIA_FAMILIES.includes(type as MediaFamily)) return familyOf(mediaType) === type;
  return bareType(mediaType) === type;
}

async function spaceIdsOf(core: Core, actor: Actor, { space }: SearchQuery): Promise<number[] | undefined> {
  if (space === undefined) return undefined;
  const { base, mounts } = await userRoot(core, actor);
  const wanted = foldedName(space);
  const found = wanted === HOME ? base : mounts.find(({ mountName }) => foldedName(mountName) === wanted);
  if (!found || found.kind === 'root') throw new DomainError('not-found', `you see no space "${space}"`);
  return [found.id];
}

async function belowIdOf(core: Core, actor: Actor, { below }: SearchQuery): Promise<number | undefined> {
  if (below === undefined) return undefined;
  const { node, place } = await locate(core, actor, parsePlainPath(below));
  if (node.kind !== 'collection') throw new DomainError('not-a-collection', `"${below}" is a file`);
  return place === 'root' ? undefined : node.id;
}
