import * as z from 'zod';
import { ON_CONFLICT } from '../../../core/on-conflict.ts';
import { NO_CONDITIONS } from '../../../core/core.ts';
import { finishResumable } from '../../../core/finish-resumable.ts';
import { locateNode } from '../../../core/reach.ts';
import { isOwn, ownResumable } from '../../../core/resumable-uploads.ts';
import type { ErrorCode } from '../../../lib/errors.ts';
import { parsePlainPath } from '../../../lib/node-path.ts';
import { json } from '../../contract/answers.ts';
import { pageOf, PAGE_QUERY, readCursor, writeCursor } from '../../contract/paging.ts';
import { route, type Route } from '../../contract/route.ts';
import { FILE_ENTRY, fileEntry } from '../files/entry.ts';
import { answerTus, CHECKSUM_MISMATCH_STATUS, describeTus, FILE_ID_HEADER, PIECE_TYPE, UPLOADS_PATH } from './tus.ts';
import { UPLOAD, uploadView } from './upload-view.ts';
import { wishesOf } from './wishes.ts';

const ABOUT = `The protocol is [tus 1.0](https://tus.io/protocols/resumable-upload), with creation, creation-with-upload,
creation-defer-length, termination, expiration and checksum (sha1, sha256, sha512, md5).

\`Upload-Metadata\` says what the file is to be: \`path\` (\`/Mere/film.mkv\`), or \`filename\` and \`folder\` (the root without it);
and if need be \`filetype\`, \`modifiedAt\` and \`createdAt\` (ISO 8601, or milliseconds since 1970), \`onConflict\` (\`fail\`, the
default, \`replace\` or \`keep-both\`) and \`ifMatch\` (the etag that the file must have that is replaced).

With the last byte the file is made, by the rights, locks and rules of that moment. If that is refused, the bytes stay, and
the offset is shown as one less than the length: sending that byte again tries again, and \`finish\` tries it with another path.`;

const params = z.strictObject({ id: z.string().max(64) });
const TUS_RESUMABLE = { 'Tus-Resumable': '`1.0.0`' };
const OFFSET = { 'Upload-Offset': 'How much is safely stored.' };
const EXPIRES = { 'Upload-Expires': 'When it ends by itself, unless something comes.' };
const FILE = { [FILE_ID_HEADER]: 'The id of the file that it became.', ETag: 'Of that file.' };

/** What the making of the file can be refused with. */
const FINISH_ERRORS = [
  'already-exists',
  'bad-name',
  'corrupt',
  'forbidden',
  'is-a-collection',
  'locked',
  'no-space',
  'not-a-collection',
  'not-found',
  'parent-missing',
  'precondition-failed',
  'quota-exceeded',
  'refused',
  'rule-violated',
] as const satisfies readonly ErrorCode[];
const TUS_ERRORS = [...FINISH_ERRORS, 'bad-request', 'body-not-supported'] as const satisfies readonly ErrorCode[];

const describeUploads = route({
  method: 'options',
  path: UPLOADS_PATH,
  id: 'describeUploads',
  tag: 'uploads',
  summary: 'What the server can do of tus',
  description: ABOUT,
  access: 'anyone',
  answers: {
    204: {
      description: 'In the headers.',
      headers: {
        ...TUS_RESUMABLE,
        'Tus-Version': '`1.0.0`',
        'Tus-Extension': 'Those that it has.',
        'Tus-Checksum-Algorithm': 'What `Upload-Checksum` takes.',
      },
    },
  },
  errors: [],
  handle: async () => describeTus(),
});

const createUpload = route({
  method: 'post',
  path: UPLOADS_PATH,
  id: 'createUpload',
  tag: 'uploads',
  summary: 'Begin an upload',
  description: `Send \`Tus-Resumable: 1.0.0\`, \`Upload-Length\` (or \`Upload-Defer-Length: 1\`) and \`Upload-Metadata\`; with
\`Content-Type: ${PIECE_TYPE}\` the first bytes as well. Room for all of it is promised from now on.

${ABOUT}`,
  access: 'user',
  content: PIECE_TYPE,
  answers: {
    201: {
      description: 'It can be gone on with at `Location`.',
      headers: { Location: 'Relative to the host.', ...TUS_RESUMABLE, ...OFFSET, ...EXPIRES, ...FILE },
    },
    [CHECKSUM_MISMATCH_STATUS]: { description: 'The bytes do not have the announced checksum; nothing was begun.' },
  },
  errors: [...TUS_ERRORS, 'checksum-mismatch'],
  handle: answerTus,
});

const listUploads = route({
  method: 'get',
  path: UPLOADS_PATH,
  id: 'listUploads',
  tag: 'uploads',
  summary: 'The unfinished uploads of the one who asks',
  access: 'user',
  query: z.strictObject(PAGE_QUERY),
  answers: { 200: { description: 'In no particular order.', schema: pageOf(UPLOAD) } },
  errors: [],
  handle: async ({ query: { limit, cursor }, caller: { actor } }, services) => {
    const { core } = services;
    const after = readCursor(cursor, z.string());
    const page = await core.store.resumableUploads.listOf(actor.userId, {
      ...(after !== undefined && { after }),
      limit,
    });
    const last = page.length < limit ? undefined : page.at(-1);
    const items: z.output<typeof UPLOAD>[] = [];
    for (const upload of page) {
      if (await isOwn(core, actor, upload)) items.push(await uploadView(upload, actor, services));
    }
    return json(200, { items, ...(last && { nextCursor: writeCursor(last.uploadId) }) });
  },
});

const probeUpload = route({
  method: 'head',
  path: `${UPLOADS_PATH}/{id}`,
  id: 'probeUpload',
  tag: 'uploads',
  summary: 'How far an upload has come',
  description: 'A request that still sends to the same upload has to give way.',
  access: 'user',
  params,
  answers: {
    200: {
      description: 'In the headers.',
      headers: {
        ...TUS_RESUMABLE,
        ...OFFSET,
        'Upload-Length': 'The whole of it.',
        'Upload-Defer-Length': '`1` while the client has not said.',
        'Upload-Metadata': 'As sent.',
        ...EXPIRES,
        ...FILE,
      },
    },
  },
  errors: ['not-found', 'precondition-failed', 'locked'],
  handle: answerTus,
});

const getUpload = route({
  method: 'get',
  path: `${UPLOADS_PATH}/{id}`,
  id: 'getUpload',
  tag: 'uploads',
  summary: 'An upload, or what became of it',
  description: 'One that is finished is known for a day.',
  access: 'user',
  params,
  answers: { 200: { description: 'The upload.', schema: UPLOAD } },
  errors: ['not-found'],
  handle: async ({ params: { id }, caller: { actor } }, services) =>
    json(200, await uploadView(await ownResumable(services.core, actor, id), actor, services)),
});

const appendToUpload = route({
  method: 'patch',
  path: `${UPLOADS_PATH}/{id}`,
  id: 'appendToUpload',
  tag: 'uploads',
  summary: 'Send a piece',
  description: `Send \`Tus-Resumable: 1.0.0\`, \`Upload-Offset\` and if need be \`Upload-Checksum\` and \`Upload-Length\`. What came of
a piece that was cut off counts, unless it has a checksum. With the last byte the file is made.`,
  access: 'user',
  params,
  content: PIECE_TYPE,
  answers: {
    204: { description: 'It is safely stored.', headers: { ...TUS_RESUMABLE, ...OFFSET, ...EXPIRES, ...FILE } },
    [CHECKSUM_MISMATCH_STATUS]: {
      description: 'The piece does not have the announced checksum; nothing of it counts.',
    },
  },
  errors: [...TUS_ERRORS, 'checksum-mismatch'],
  handle: answerTus,
});

const terminateUpload = route({
  method: 'delete',
  path: `${UPLOADS_PATH}/{id}`,
  id: 'terminateUpload',
  tag: 'uploads',
  summary: 'Give up an upload',
  description: 'Its bytes go at once. A file that it became stays.',
  access: 'user',
  params,
  answers: { 204: { description: 'It is gone.', headers: TUS_RESUMABLE } },
  errors: ['not-found', 'precondition-failed', 'locked'],
  handle: answerTus,
});

const finishUpload = route({
  method: 'post',
  path: `${UPLOADS_PATH}/{id}/finish`,
  id: 'finishUpload',
  tag: 'uploads',
  summary: 'Make the file of an upload whose bytes are all there',
  description:
    'For one that could not be finished where it was meant to be; what is not said is as its metadata say. Done again, it answers the same.',
  access: 'user',
  params,
  body: z.strictObject({
    path: z.string().optional().describe('Where the file is to be.'),
    onConflict: z.enum(ON_CONFLICT).optional(),
    ifMatch: z.string().optional().describe('The etag that the file must have that is replaced.'),
  }),
  answers: { 200: { description: 'The file.', schema: FILE_ENTRY } },
  errors: [...FINISH_ERRORS, 'bad-request'],
  handle: async ({ params: { id }, body, caller: { actor } }, { core, uploadLocks }) => {
    await ownResumable(core, actor, id);
    const end = await uploadLocks.take(id, () => undefined);
    try {
      const upload = await ownResumable(core, actor, id);
      const path = body.path === undefined ? undefined : parsePlainPath(body.path);
      const { nodeId } = await finishResumable(core, actor, upload, {
        ...wishesOf(upload.metadata),
        path,
        ...(body.onConflict !== undefined && { onConflict: body.onConflict }),
        ...(body.ifMatch !== undefined && { ifMatch: body.ifMatch }),
        conditions: NO_CONDITIONS,
      });
      return json(200, await fileEntry(core, actor, await locateNode(core, actor, nodeId)));
    } finally {
      end();
    }
  },
});

export const uploadRoutes: readonly Route[] = [
  describeUploads,
  createUpload,
  listUploads,
  probeUpload,
  getUpload,
  appendToUpload,
  terminateUpload,
  finishUpload,
];
