import * as z from 'zod';
import { SORTS, type FolderView } from '../../../core/folder-order.ts';
import type { PageStart } from '../../../core/folder-pages.ts';
import { MEDIA_FAMILIES } from '../../../core/media-families.ts';
import { locate } from '../../../core/tree.ts';
import { DomainError } from '../../../lib/errors.ts';
import { json } from '../../contract/answers.ts';
import { PAGE_QUERY, pageOf, readCursor, writeCursor } from '../../contract/paging.ts';
import { route } from '../../contract/route.ts';
import { BYTES, TIME } from '../../contract/values.ts';
import { FILE_ENTRY, fileEntries, fileEntry } from './entry.ts';
import { WHERE_QUERY, whereOf } from './where.ts';

const LIST_QUERY = z.object({
  ...WHERE_QUERY,
  ...PAGE_QUERY,
  offset: z.coerce
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .describe('In place of `cursor`: leaves out so many, for a list that is jumped about in.'),
  around: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe('In place of both: the entry with this id stands in the middle of the page; the first page without it.'),
  sort: z
    .enum(SORTS)
    .default('name')
    .describe('`name` counts as people do: `a2` before `a10`, without case and accents.'),
  order: z.enum(['asc', 'desc']).default('asc').describe('Folders come first either way.'),
  kind: z.enum(['file', 'folder']).optional().describe('One of them only.'),
  type: z.enum(MEDIA_FAMILIES).optional().describe('Files of this kind only, by their media types.'),
  contains: z.string().min(1).max(255).optional().describe('A part of the name, whatever its case and accents.'),
  minBytes: BYTES.optional().describe('Files only.'),
  maxBytes: BYTES.optional().describe('Files only.'),
  modifiedAfter: TIME.optional().describe('At this time or later.'),
  modifiedBefore: TIME.optional(),
});

const CURSOR = z.object({
  sort: z.enum(SORTS),
  order: z.enum(['asc', 'desc']),
  isFolder: z.boolean(),
  value: z.union([z.string(), z.number()]),
  name: z.string(),
});

function viewOf(query: z.output<typeof LIST_QUERY>): FolderView {
  const { sort, order, kind, type: family, contains, minBytes, maxBytes } = query;
  return {
    sort,
    order,
    kind: kind === 'folder' ? 'collection' : kind,
    family,
    contains,
    minBytes,
    maxBytes,
    modifiedFromMs: query.modifiedAfter,
    modifiedToMs: query.modifiedBefore,
  };
}

function startOf({ cursor, offset, around, sort, order }: z.output<typeof LIST_QUERY>): PageStart {
  const place = readCursor(cursor, CURSOR);
  if ([place, offset, around].filter((start) => start !== undefined).length > 1) {
    throw new DomainError(
      'bad-request',
      'a page begins at a cursor, at an offset or around an entry, not at two of them',
    );
  }
  if (around !== undefined) return { around };
  if (!place) return { offset: offset ?? 0 };
  if (place.sort !== sort || place.order !== order) {
    throw new DomainError('bad-request', 'this cursor is of a list in another order; leave it out to begin again');
  }
  return { after: place };
}

export const listRoutes = [
  route({
    method: 'get',
    path: '/api/v1/files',
    id: 'listFiles',
    tag: 'files',
    summary: 'What is in a folder, page by page',
    description:
      'By cursors, what is in it while the pages are read comes once, even when others come and go. With `offset` a page ' +
      'can begin anywhere: pages of the same `folder.etag` fit together. What Finder keeps for itself (`._name`, ' +
      '`.DS_Store`) is left out.',
    access: 'user',
    query: LIST_QUERY,
    answers: {
      200: {
        description: 'One page.',
        schema: pageOf(FILE_ENTRY).extend({
          folder: FILE_ENTRY.describe('The folder itself.'),
          offset: z.int().describe('How many come before the first one of the page.'),
          totalCount: z.int().describe('How many the filters let through in all.'),
        }),
      },
    },
    errors: ['not-found', 'not-a-collection', 'bad-name'],
    handle: async ({ query, caller: { actor } }, { core, folderPages }) => {
      const folder = await locate(core, actor, whereOf(query));
      if (folder.node.kind !== 'collection') throw new DomainError('not-a-collection', 'this is a file, not a folder');
      const view = viewOf(query);
      const page = await folderPages.page(actor, folder, { view, limit: query.limit, start: startOf(query) });
      const { sort, order } = query;
      return json(200, {
        folder: await fileEntry(core, actor, folder),
        offset: page.offset,
        totalCount: page.totalCount,
        items: await fileEntries(core, actor, page.located),
        ...(page.next && { nextCursor: writeCursor({ sort, order, ...page.next }) }),
      });
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/files/stat',
    id: 'getFile',
    tag: 'files',
    summary: 'One file or folder',
    access: 'user',
    query: z.object(WHERE_QUERY),
    answers: { 200: { description: 'What is there.', schema: FILE_ENTRY } },
    errors: ['not-found', 'bad-name'],
    handle: async ({ query, caller: { actor } }, { core }) =>
      json(200, await fileEntry(core, actor, await locate(core, actor, whereOf(query)))),
  }),
];
