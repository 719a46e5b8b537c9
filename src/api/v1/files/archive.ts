import * as z from 'zod';
import type { Actor } from '../../../core/actor.ts';
import { chosenOf, type Chosen } from '../../../core/archive/selection.ts';
import type { Whereabouts } from '../../../core/tree.ts';
import type { Answer } from '../../../http/answer.ts';
import { archiveAnswer } from '../../../http/send-archive.ts';
import { DomainError } from '../../../lib/errors.ts';
import { json } from '../../contract/answers.ts';
import { route, type AnswerShape } from '../../contract/route.ts';
import type { ApiServices } from '../../contract/services.ts';
import { allWhere, MANY_QUERY } from './where.ts';

/** Well below what a query string is read to the end of. */
const MAX_IN_ADDRESS = 500;
const MAX_PREPARED = 5000;

const NAME = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .describe('Of the zip file, in place of one that fits what is in it.');

const ARCHIVE_ANSWER: Readonly<Record<number, AnswerShape>> = {
  200: {
    description: 'The zip file.',
    mediaType: 'application/zip',
    headers: {
      'Content-Disposition': 'Its name.',
      'Content-Length': 'Up to 2000 files and folders; with more it is not known beforehand.',
    },
  },
};

const ABOUT =
  'Made while it is sent, with names, times and empty folders, and stored as it is. A folder comes with all that is in ' +
  'it, what Finder keeps for itself left out. Nobody has more than four at once. When something fails on the way the connection breaks: a zip that ended ' +
  'properly is whole.';

interface Wish {
  readonly wanted: readonly Whereabouts[];
  readonly name: string | undefined;
}

async function archiveOf(
  { core, archivesUnderWay }: Pick<ApiServices, 'core' | 'archivesUnderWay'>,
  actor: Actor,
  { wanted, name }: Wish,
  { method, signal }: { readonly method: string; readonly signal: AbortSignal },
): Promise<Answer> {
  const leave = archivesUnderWay.enter(actor.userId);
  // Fires also for an answer of which nothing was sent, since nobody was there any more to take it.
  signal.addEventListener('abort', leave, { once: true });
  try {
    const chosen = await chosenOf(core, actor, wanted);
    const zipName = fileName(name ?? nameFor(chosen));
    const { body, ...head } = await archiveAnswer(core, actor, chosen, { method, name: zipName, signal });
    if (body) return { ...head, body: endingWith(body, leave) };
    leave();
    return head;
  } catch (error) {
    leave();
    throw error;
  }
}

async function* endingWith(body: AsyncIterable<Uint8Array>, onEnd: () => void): AsyncGenerator<Uint8Array, void> {
  try {
    yield* body;
  } finally {
    onEnd();
  }
}

/** That of the only one, or of the folder that all of them are in. */
function nameFor(chosen: readonly Chosen[]): string {
  const [first, ...others] = chosen.map(({ located }) => located.path.segments);
  if (!first) return '';
  if (others.length === 0) return first.at(-1) ?? '';
  const parent = first.slice(0, -1);
  const isCommon = others.every(
    (path) => path.length === first.length && parent.every((part, at) => part === path[at]),
  );
  return isCommon ? (parent.at(-1) ?? '') : '';
}

function fileName(name: string): string {
  if (name === '') return 'files.zip';
  return name.toLowerCase().endsWith('.zip') ? name : `${name}.zip`;
}

/** By its id, which takes a fraction of the memory of a path; the root and what is mounted there have places of their own. */
function shortly({ located: { node, path, place } }: Chosen): Whereabouts {
  return place === 'inside' ? { nodeId: node.id } : path;
}

function assertSome(wanted: readonly Whereabouts[], most: number): void {
  if (wanted.length === 0) throw new DomainError('bad-request', 'say which files and folders are meant');
  if (wanted.length > most) throw new DomainError('bad-request', `these are more than ${most} files and folders`);
}

export const archiveRoutes = [
  route({
    method: 'get',
    path: '/api/v1/files/archive',
    id: 'downloadArchive',
    tag: 'files',
    summary: 'Files and folders as a zip',
    description: ABOUT,
    access: 'user',
    query: z.object({ ...MANY_QUERY, name: NAME }),
    answers: ARCHIVE_ANSWER,
    errors: ['not-found', 'bad-name', 'too-large', 'refused', 'corrupt', 'busy'],
    handle: async ({ query, caller: { actor }, method, signal }, services) => {
      const wanted = allWhere(query);
      assertSome(wanted, MAX_IN_ADDRESS);
      return archiveOf(services, actor, { wanted, name: query.name }, { method, signal });
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/files/archives',
    id: 'prepareArchive',
    tag: 'files',
    summary: 'An address for a zip of more than fits in one',
    description: 'It is good for some minutes, for the one who asked for it, as long as the server runs.',
    access: 'user',
    body: z.strictObject({
      paths: z.array(z.string().max(4096)).max(MAX_PREPARED).default([]),
      ids: z.array(z.number().int().min(1)).max(MAX_PREPARED).default([]).describe('Quicker than paths.'),
      name: NAME,
    }),
    answers: {
      201: {
        description: 'What to download.',
        schema: z.object({ href: z.string(), expiresAt: z.iso.datetime() }),
        headers: { Location: 'The same address.' },
      },
    },
    errors: ['not-found', 'bad-name'],
    handle: async ({ body: { paths: path, ids: id, name }, caller: { actor } }, { core, preparedArchives }) => {
      const wanted = allWhere({ path, id });
      assertSome(wanted, MAX_PREPARED);
      // What is not there is told now, and not by a download that fails.
      const chosen = await chosenOf(core, actor, wanted);
      const { key, expiresAtMs } = preparedArchives.keep(actor, { wanted: chosen.map(shortly), name });
      const href = `/api/v1/files/archives/${key}`;
      return json(201, { href, expiresAt: new Date(expiresAtMs).toISOString() }, { Location: href });
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/files/archives/{key}',
    id: 'downloadPreparedArchive',
    tag: 'files',
    summary: 'The zip that was asked for',
    description: ABOUT,
    access: 'user',
    params: z.object({ key: z.string().max(64) }),
    answers: ARCHIVE_ANSWER,
    errors: ['not-found', 'bad-name', 'too-large', 'refused', 'corrupt', 'busy'],
    handle: async ({ params: { key }, caller: { actor }, method, signal }, services) =>
      archiveOf(services, actor, services.preparedArchives.get(actor, key), { method, signal }),
  }),
];
