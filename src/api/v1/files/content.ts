import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import type { Conditions, Core } from '../../../core/core.ts';
import type { Node } from '../../../core/node.ts';
import { ON_CONFLICT } from '../../../core/on-conflict.ts';
import { find, locate, type Target, type Whereabouts } from '../../../core/tree.ts';
import type { Answer } from '../../../http/answer.ts';
import { contentDisposition } from '../../../http/content-disposition.ts';
import { parseDigests } from '../../../http/content-digest.ts';
import { mediaTypeFor } from '../../../http/media-type.ts';
import { fileAnswer } from '../../../http/send-file.ts';
import { DomainError } from '../../../lib/errors.ts';
import { json } from '../../contract/answers.ts';
import { route, type AnswerShape } from '../../contract/route.ts';
import { TIME } from '../../contract/values.ts';
import { entryAt } from './change.ts';
import { conditionsOf } from './conditions.ts';
import { FILE_ENTRY } from './entry.ts';
import { namingLocks } from './named-locks.ts';
import { STORE_ERRORS, storeFile } from './upload.ts';
import { WHERE_QUERY, whereOf } from './where.ts';

export const DOWNLOAD_QUERY = {
  download: z.stringbool().default(false).describe('To be saved, and not shown, by a browser.'),
};

/** What a route that gives a file's bytes heeds, … */
export const CONTENT_HEADERS = {
  Range: '`bytes=0-499`, for a part; several for several parts.',
  'If-Range': 'The part only of this `ETag`, the whole of any other.',
  'If-None-Match': '304 in place of the content with this `ETag`.',
  'If-Match': 'Only the content with this `ETag`.',
} as const;

/** … and answers. */
export const CONTENT_ANSWERS: Readonly<Record<number, AnswerShape>> = {
  200: {
    description: 'The content, of the type that the file has.',
    mediaType: '*/*',
    headers: { ETag: 'The entry’s `etag`, in quotes.', 'Content-Disposition': 'Its name, and whether it is shown.' },
  },
  206: { description: 'The ranges that `Range` asks for.', mediaType: '*/*' },
  304: { description: 'It is the one that the client has, by `If-None-Match` or `If-Modified-Since`.' },
  416: { description: 'There is no such range.' },
};

/** The answer to GET and HEAD of a file's bytes, whole or in part, with its name. */
export async function namedContent(
  core: Core,
  node: Node,
  request: { readonly method: string; readonly headers: IncomingHttpHeaders; readonly download: boolean },
): Promise<Answer> {
  if (node.kind === 'collection') throw new DomainError('is-a-collection', 'this is a folder, not a file');
  const answer = await fileAnswer(core, node, request);
  if (answer.status !== 200 && answer.status !== 206) return answer;
  const isSaved = request.download || answer.headers?.['Content-Disposition'] !== undefined;
  const disposition = contentDisposition(isSaved ? 'attachment' : 'inline', node.name);
  return { ...answer, headers: { ...answer.headers, 'Content-Disposition': disposition } };
}

function assertWhole(headers: IncomingHttpHeaders): void {
  if (headers['content-range'] !== undefined) {
    // RFC 9110 §14.5: taking a part for the whole would destroy the file.
    throw new DomainError(
      'bad-request',
      'PUT of a part of a file is not supported; /api/v1/uploads takes files in parts',
    );
  }
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new DomainError('body-not-supported', 'the content may not be sent compressed');
  }
}

/** By which a media type can be guessed: the name that is asked for, or that of the file with this id. */
async function nameOf(where: Whereabouts, look: () => Promise<Target>): Promise<string> {
  return ('segments' in where ? where.segments : (await look()).path.segments).at(-1) ?? '';
}

export const contentRoutes = [
  route({
    method: 'get',
    path: '/api/v1/files/content',
    id: 'downloadFile',
    tag: 'files',
    summary: 'The bytes of a file, whole or in ranges',
    description: 'Conditions and ranges are those of RFC 9110; `HEAD` gives the headers alone.',
    access: 'user',
    query: z.object({ ...WHERE_QUERY, ...DOWNLOAD_QUERY }),
    headers: CONTENT_HEADERS,
    answers: CONTENT_ANSWERS,
    errors: ['not-found', 'bad-name', 'is-a-collection', 'precondition-failed', 'corrupt'],
    handle: async ({ method, headers, query, caller: { actor } }, { core }) => {
      const { node } = await locate(core, actor, whereOf(query));
      return namedContent(core, node, { method, headers, download: query.download });
    },
  }),
  route({
    method: 'put',
    path: '/api/v1/files/content',
    id: 'uploadFile',
    tag: 'files',
    summary: 'Stores a file; the body is its content',
    description:
      'Until the answer, and after any failure, the old content is what everybody sees. `If-Match` and `If-None-Match` ' +
      'keep from overwriting what somebody else wrote; `Content-Digest` (RFC 9530) is verified. Large files survive a ' +
      'break with `/api/v1/uploads`.',
    access: 'user',
    query: z.object({
      ...WHERE_QUERY,
      onConflict: z
        .enum(ON_CONFLICT)
        .default('replace')
        .describe(
          'When there is a file already. `replace` keeps what it was as a version; `keep-both` takes `name (2)`.',
        ),
      modifiedAt: TIME.optional().describe('The file’s own time, in place of now.'),
      createdAt: TIME.optional().describe('The same for when it was made; of a new file only.'),
    }),
    headers: {
      'If-Match': 'Only over the content with this `ETag`.',
      'If-None-Match': '`*`: only where nothing is yet.',
      'Content-Digest': 'What the content hashes to (RFC 9530).',
    },
    content: '*/*',
    answers: {
      200: { description: 'It has the new content.', schema: FILE_ENTRY },
      201: { description: 'It is a new file.', schema: FILE_ENTRY, headers: { Location: 'Where to ask for it.' } },
    },
    errors: ['not-found', ...STORE_ERRORS],
    handle: async ({ headers, query, content, caller: { actor }, signal }, { core }) => {
      assertWhole(headers);
      const where = whereOf(query);
      const { onConflict, modifiedAt: modifiedAtMs, createdAt: createdAtMs } = query;
      const name = await nameOf(where, () => find(core, actor, where));
      const body = {
        source: content.source,
        sizeBytes: content.sizeBytes,
        mediaType: mediaTypeFor(headers['content-type'], name),
        modifiedAtMs,
        createdAtMs,
        digests: parseDigests(headers),
      };
      const judge = ({ found }: Target): Conditions => conditionsOf(headers, found?.node);
      const { isAwaitingContinue } = content;
      const storing = { where, body, onConflict, judge, isAwaitingContinue, signal };
      const { nodeId, created } = await namingLocks(core, actor, () => storeFile(core, actor, storing));
      const entry = await entryAt(core, actor, nodeId);
      const validator = { ETag: `"${entry.etag}"` };
      if (!created) return json(200, entry, validator);
      return json(201, entry, { ...validator, Location: `/api/v1/files/stat?id=${nodeId}` });
    },
  }),
];
