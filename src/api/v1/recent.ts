import * as z from 'zod';
import { familyOf, MEDIA_FAMILIES } from '../../core/media-families.ts';
import { recentFiles } from '../../core/recent.ts';
import { json } from '../contract/answers.ts';
import { PAGE_QUERY, pageOf, readCursor, writeCursor } from '../contract/paging.ts';
import { route } from '../contract/route.ts';
import { FILE_ENTRY, fileEntries } from './files/entry.ts';

const PLACE = z.record(z.string().regex(/^\d{1,15}$/), z.number());

export const recentRoutes = [
  route({
    method: 'get',
    path: '/api/v1/recent',
    id: 'listRecent',
    tag: 'files',
    summary: 'Files that one may see, by their last change, the latest first',
    description:
      'As far back as changes are kept. What came inside a folder that was copied, moved or restored does not count as ' +
      'changed by that. A page may be shorter than asked for, or empty, and have a `nextCursor` all the same.',
    access: 'user',
    query: z.object({ ...PAGE_QUERY, type: z.enum(MEDIA_FAMILIES).optional().describe('Files of this kind only.') }),
    answers: {
      200: {
        description: 'One page.',
        schema: pageOf(
          FILE_ENTRY.extend({ changedAt: z.iso.datetime().describe('By the server’s clock.') }).meta({
            id: 'RecentFile',
          }),
        ),
      },
    },
    errors: [],
    handle: async ({ query: { limit, cursor, type }, caller: { actor } }, { core }) => {
      const { files, next } = await recentFiles(core, actor, {
        limit,
        after: readCursor(cursor, PLACE),
        isWanted: ({ node }) => type === undefined || familyOf(node.mediaType) === type,
      });
      const entries = await fileEntries(
        core,
        actor,
        files.map(({ located }) => located),
      );
      const items = entries.map((entry, index) => {
        return { ...entry, changedAt: new Date(files[index]?.changedAtMs ?? 0).toISOString() };
      });
      return json(200, { items, ...(next && { nextCursor: writeCursor(next) }) });
    },
  }),
];
