import * as z from 'zod';
import type { StoredVersion } from '../../core/node.ts';
import { dropVersion, listVersions, restoreVersion, versionAsNode } from '../../core/versions.ts';
import { json, NO_CONTENT } from '../contract/answers.ts';
import { route } from '../contract/route.ts';
import { entryAt } from './files/change.ts';
import { CONTENT_ANSWERS, CONTENT_HEADERS, DOWNLOAD_QUERY, namedContent } from './files/content.ts';
import { FILE_ENTRY, plainPath } from './files/entry.ts';
import { namingLocks } from './files/named-locks.ts';
import { WHERE_QUERY, whereOf } from './files/where.ts';

const VERSION = z
  .object({
    id: z.int(),
    sizeBytes: z.number(),
    mediaType: z.string(),
    etag: z.string().describe('Without quotes; the one that the file had then.'),
    modifiedAt: z.iso.datetime(),
    replacedAt: z.iso.datetime().describe('When it became an old version.'),
  })
  .meta({ id: 'FileVersion' });

const PARAMS = z.object({ id: z.coerce.number().int().min(1).describe('The version’s id.') });
const WHERE = z.object(WHERE_QUERY);

function versionView({ id, sizeBytes, mediaType, etag, modifiedAtMs, replacedAtMs }: StoredVersion) {
  const [modifiedAt, replacedAt] = [new Date(modifiedAtMs).toISOString(), new Date(replacedAtMs).toISOString()];
  return { id, sizeBytes, mediaType, etag, modifiedAt, replacedAt };
}

export const versionRoutes = [
  route({
    method: 'get',
    path: '/api/v1/files/versions',
    id: 'listVersions',
    tag: 'trash',
    summary: 'Old contents of a file, the latest first',
    description: 'All in one answer: there are never more than its policy keeps, ten without one.',
    access: 'user',
    query: WHERE,
    answers: { 200: { description: 'The versions.', schema: z.object({ items: z.array(VERSION) }) } },
    errors: ['not-found', 'bad-name', 'is-a-collection'],
    handle: async ({ query, caller: { actor } }, { core }) =>
      json(200, { items: (await listVersions(core, actor, whereOf(query))).map(versionView) }),
  }),
  route({
    method: 'get',
    path: '/api/v1/files/versions/{id}/content',
    id: 'downloadVersion',
    tag: 'trash',
    summary: 'The bytes of an old content, whole or in ranges',
    access: 'user',
    params: PARAMS,
    query: z.object({ ...WHERE_QUERY, ...DOWNLOAD_QUERY }),
    headers: CONTENT_HEADERS,
    answers: CONTENT_ANSWERS,
    errors: ['not-found', 'bad-name', 'is-a-collection', 'precondition-failed', 'corrupt'],
    handle: async ({ method, headers, params, query, caller: { actor } }, { core }) => {
      const node = await versionAsNode(core, actor, whereOf(query), params.id);
      return namedContent(core, node, { method, headers, download: query.download });
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/files/versions/{id}/restore',
    id: 'restoreVersion',
    tag: 'trash',
    summary: 'Makes an old content the content again',
    description: 'What it replaces becomes a version in its place.',
    access: 'user',
    params: PARAMS,
    query: WHERE,
    answers: { 200: { description: 'The file.', schema: FILE_ENTRY } },
    errors: [
      'not-found',
      'bad-name',
      'is-a-collection',
      'forbidden',
      'locked',
      'rule-violated',
      'quota-exceeded',
      'busy',
    ],
    handle: async ({ params, query, caller: { actor } }, { core }) => {
      const where = whereOf(query);
      const { nodeId } = await namingLocks(core, actor, () => restoreVersion(core, actor, where, params.id));
      return json(200, await entryAt(core, actor, nodeId));
    },
  }),
  route({
    method: 'delete',
    path: '/api/v1/files/versions/{id}',
    id: 'deleteVersion',
    tag: 'trash',
    summary: 'Removes an old content for good',
    access: 'user',
    params: PARAMS,
    query: WHERE,
    answers: { 204: { description: 'It is gone.' } },
    errors: ['not-found', 'bad-name', 'is-a-collection', 'forbidden', 'busy'],
    handle: async ({ params, query, caller: { actor }, clientAddress: address }, services) => {
      const { path } = await dropVersion(services.core, actor, whereOf(query), params.id);
      services.audit({ action: 'purged', user: actor.name, address, target: plainPath(path), value: 'old version' });
      return NO_CONTENT;
    },
  }),
];
