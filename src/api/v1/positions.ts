import * as z from 'zod';
import { forgetPosition, notePosition, playedFiles, positionOf } from '../../core/playback-positions.ts';
import type { PlaybackPosition } from '../../core/ports/playback-positions.ts';
import { json, NO_CONTENT } from '../contract/answers.ts';
import { PAGE_QUERY, pageOf, readCursor, writeCursor } from '../contract/paging.ts';
import { route } from '../contract/route.ts';
import { TIME } from '../contract/values.ts';
import { FILE_ENTRY, fileEntries } from './files/entry.ts';
import { WHERE_QUERY, whereOf } from './files/where.ts';

/** More than a month. */
const MAX_MS = 3_000_000_000;
const MS = z.number().int().min(0).max(MAX_MS);

const POSITION = z
  .object({
    positionMs: z.int().describe('0 when it was never played.'),
    durationMs: z.int().optional().describe('As the player said.'),
    isSeen: z
      .boolean()
      .describe('It is in the last 20th, or the last 30 seconds of something short: to be begun anew.'),
    updatedAt: z.iso.datetime().optional().describe('When it was played; missing when it never was.'),
  })
  .meta({ id: 'PlaybackPosition' });

const SHOWN = { unfinished: false, seen: true, all: undefined };
const PLACE = z.object({ updatedAtMs: z.int(), nodeId: z.int() });

function positionView(position: PlaybackPosition | undefined) {
  if (!position) return { positionMs: 0, isSeen: false };
  const { positionMs, durationMs, isSeen, updatedAtMs } = position;
  const updatedAt = new Date(updatedAtMs).toISOString();
  return { positionMs, ...(durationMs !== undefined && { durationMs }), isSeen, updatedAt };
}

const ERRORS = ['not-found', 'bad-name', 'is-a-collection'] as const;
const ANSWER = { 200: { description: 'What is kept now.', schema: POSITION } };

export const positionRoutes = [
  route({
    method: 'get',
    path: '/api/v1/files/position',
    id: 'getPosition',
    tag: 'files',
    summary: 'Where one was in a film or a piece of music',
    access: 'user',
    query: z.object(WHERE_QUERY),
    answers: ANSWER,
    errors: ERRORS,
    handle: async ({ query, caller: { actor } }, { core }) =>
      json(200, positionView(await positionOf(core, actor, whereOf(query)))),
  }),
  route({
    method: 'put',
    path: '/api/v1/files/position',
    id: 'keepPosition',
    tag: 'files',
    summary: 'Keeps where one is in it',
    description:
      'For oneself alone, and cheap enough for every ten seconds. It stays with the file wherever that is moved to and ' +
      'when its content is replaced, and goes with it. What was played later wins, whatever comes in last.',
    access: 'user',
    query: z.object(WHERE_QUERY),
    body: z.strictObject({
      positionMs: MS,
      durationMs: MS.optional(),
      updatedAt: TIME.optional().describe('When it was played, in place of now: for what is sent late.'),
    }),
    answers: ANSWER,
    errors: ERRORS,
    handle: async ({ query, body, caller: { actor } }, { core }) => {
      const { positionMs, durationMs, updatedAt: atMs } = body;
      return json(200, positionView(await notePosition(core, actor, whereOf(query), { positionMs, durationMs, atMs })));
    },
  }),
  route({
    method: 'delete',
    path: '/api/v1/files/position',
    id: 'forgetPosition',
    tag: 'files',
    summary: 'Forgets where one was in it',
    access: 'user',
    query: z.object(WHERE_QUERY),
    answers: { 204: { description: 'As if it had never been played.' } },
    errors: ERRORS,
    handle: async ({ query, caller: { actor } }, { core }) => {
      await forgetPosition(core, actor, whereOf(query));
      return NO_CONTENT;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/positions',
    id: 'listPositions',
    tag: 'files',
    summary: 'What one has been watching and hearing, the latest first',
    description:
      'Without what is in trash, and what was left in its first ten seconds. A page may be shorter than asked for, or ' +
      'empty, and have a `nextCursor` all the same.',
    access: 'user',
    query: z.object({
      ...PAGE_QUERY,
      show: z.enum(['unfinished', 'seen', 'all']).default('unfinished').describe('`unfinished`: what to go on with.'),
    }),
    answers: {
      200: {
        description: 'One page.',
        schema: pageOf(FILE_ENTRY.extend({ position: POSITION }).meta({ id: 'PlayedFile' })),
      },
    },
    errors: [],
    handle: async ({ query: { limit, cursor, show }, caller: { actor } }, { core }) => {
      const after = readCursor(cursor, PLACE);
      const { files, next } = await playedFiles(core, actor, { isSeen: SHOWN[show], limit, after });
      const located = files.map((file) => file.located);
      const items = (await fileEntries(core, actor, located)).map((entry, index) => {
        return { ...entry, position: positionView(files[index]?.position) };
      });
      const place = next && writeCursor({ updatedAtMs: next.updatedAtMs, nodeId: next.nodeId });
      return json(200, { items, ...(place !== undefined && { nextCursor: place }) });
    },
  }),
];
