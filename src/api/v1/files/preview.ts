import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import type { Actor } from '../../../core/actor.ts';
import type { Node } from '../../../core/node.ts';
import { PREVIEW_SIDES, type Previewer, type PreviewSide } from '../../../core/ports/previewer.ts';
import { locate } from '../../../core/tree.ts';
import { versionAsNode } from '../../../core/versions.ts';
import type { Answer } from '../../../http/answer.ts';
import { judgeConditions } from '../../../http/conditional.ts';
import { DomainError, type ErrorCode } from '../../../lib/errors.ts';
import { route, type AnswerShape } from '../../contract/route.ts';
import { WHERE_QUERY, whereOf } from './where.ts';

/** What the picture shows never changes: as long as browsers keep anything. */
const KEPT = 'private, max-age=31536000, immutable';
const ASKED_FOR_AGAIN = 'private, no-cache';

const SIZES = PREVIEW_SIDES.map(String);

const PREVIEW_QUERY = {
  ...WHERE_QUERY,
  size: z.enum(SIZES).default('256').describe('How long the longest side may be, in pixels.'),
  etag: z
    .string()
    .max(100)
    .optional()
    .describe('The entry’s `etag`: while it is that one, the answer may be kept without asking again.'),
};

const HEADERS = { 'If-None-Match': '304 in place of the picture with this `ETag`.' } as const;

const ANSWERS: Readonly<Record<number, AnswerShape>> = {
  200: {
    description: 'The picture: upright, in sRGB, without what the file says of place and camera.',
    mediaType: 'image/webp',
    headers: { ETag: 'Changes with the content.', 'Cache-Control': 'Kept for good if `etag` was given and is right.' },
  },
  304: { description: 'It is the one that the client has.' },
};

const ERRORS: readonly ErrorCode[] = [
  'not-found',
  'bad-name',
  'is-a-collection',
  'no-preview',
  'precondition-failed',
  'busy',
  'unavailable',
  'corrupt',
];

interface Asked {
  readonly query: { readonly size: string; readonly etag?: string | undefined };
  readonly headers: IncomingHttpHeaders;
  readonly signal: AbortSignal;
  readonly caller: { readonly actor: Actor };
}

async function previewOf(previewer: Previewer, node: Node, asked: Asked): Promise<Answer> {
  const { query, signal, caller } = asked;
  if (node.kind === 'collection') throw new DomainError('is-a-collection', 'this is a folder, not a file');
  const etag = `${node.etag}-${query.size}`;
  const headers = { ETag: `"${etag}"`, 'Cache-Control': query.etag === node.etag ? KEPT : ASKED_FOR_AGAIN };
  const verdict = judgeConditions(asked.headers, { etag, modifiedAtMs: node.modifiedAtMs }, { isReading: true });
  if (verdict === 'failed') throw new DomainError('precondition-failed', 'the file is not the one that was asked for');
  if (verdict === 'not-modified') return { status: 304, headers };

  const { blobId, mediaType } = node;
  const side = Number(query.size) as PreviewSide;
  const asker = { userId: caller.actor.userId, signal };
  const picture = blobId === undefined ? undefined : await previewer.preview({ blobId, mediaType, side }, asker);
  if (!picture) throw new DomainError('no-preview', 'no preview can be made of this file');
  return {
    status: 200,
    headers: {
      ...headers,
      'Content-Type': 'image/webp',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "sandbox; default-src 'none'",
      'Cross-Origin-Resource-Policy': 'same-origin',
    },
    body: picture,
  };
}

export const previewRoutes = [
  route({
    method: 'get',
    path: '/api/v1/files/preview',
    id: 'previewFile',
    tag: 'files',
    summary: 'A small picture of a file',
    description:
      'Of what the media types of `GET /api/v1/server` name; `no-preview` (404) for all else, and for what turns out to ' +
      'be damaged. Made in the order in which they are asked for, users by turns; one whose client goes away before its ' +
      'turn is not made. `busy` (503) when too many wait: ask again, for what is still to be seen, after `Retry-After`.',
    access: 'user',
    query: z.object(PREVIEW_QUERY),
    headers: HEADERS,
    answers: ANSWERS,
    errors: ERRORS,
    handle: async (request, { core, previewer }) => {
      const { node } = await locate(core, request.caller.actor, whereOf(request.query));
      return previewOf(previewer, node, request);
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/files/versions/{id}/preview',
    id: 'previewVersion',
    tag: 'trash',
    summary: 'A small picture of an old content',
    access: 'user',
    params: z.object({ id: z.coerce.number().int().min(1).describe('The version’s id.') }),
    query: z.object(PREVIEW_QUERY),
    headers: HEADERS,
    answers: ANSWERS,
    errors: ERRORS,
    handle: async (request, { core, previewer }) => {
      const { params, query, caller } = request;
      return previewOf(previewer, await versionAsNode(core, caller.actor, whereOf(query), params.id), request);
    },
  }),
];
