import * as z from 'zod';
import type { Actor } from '../../core/actor.ts';
import type { Conditions, Core } from '../../core/core.ts';
import type { Located } from '../../core/located.ts';
import type { Node, Space } from '../../core/node.ts';
import { userRoot } from '../../core/spaces.ts';
import { listChildren, locate } from '../../core/tree.ts';
import { mediaTypeFor } from '../../http/media-type.ts';
import { DomainError } from '../../lib/errors.ts';
import { assertName, joinPath, ROOT_PATH, type NodePath } from '../../lib/node-path.ts';
import { json } from '../contract/answers.ts';
import { route, type ApiRequest } from '../contract/route.ts';
import type { ApiServices } from '../contract/services.ts';
import { remove } from '../v1/files/change.ts';
import { conditionsOf, IF_MATCH } from '../v1/files/conditions.ts';
import { CONTENT_ANSWERS, CONTENT_HEADERS, namedContent } from '../v1/files/content.ts';
import { namingLocks } from '../v1/files/named-locks.ts';
import { STORE_ERRORS, storeFile } from '../v1/files/upload.ts';
import { readFormFiles, type FormFile } from './form-files.ts';

/** What programs call the field. */
const FIELDS = new Set(['file', 'files', 'file[]', 'files[]']);

const STORED = z.object({
  filename: z.string(),
  size: z.number().describe('Bytes.'),
  mimetype: z.string(),
  url: z.string().describe('Where it is downloaded, on this server.'),
});

const UPLOADED = STORED.extend({
  message: z.string(),
  files: z.array(STORED).describe('All of them, where there are several; the rest is of the first.'),
}).meta({ id: 'Uploaded' });

const LISTED = STORED.extend({ name: z.string().describe('As `filename`.'), modifiedAt: z.iso.datetime() }).meta({
  id: 'ListedFile',
});

type Stored = z.output<typeof STORED>;

const NAME_PARAMS = z.object({ name: z.string().describe('Of the file, with nothing of a path in it.') });

/** Where these routes keep files: the user's own root, or the folder of all for one who has no home. */
async function uploadFolder(core: Core, actor: Actor): Promise<NodePath> {
  const { base, mounts } = await userRoot(core, actor);
  if (base.kind !== 'root') return ROOT_PATH;
  const isShared = ({ kind }: Space): boolean => kind === 'shared';
  const shared = mounts.find(isShared);
  if (!shared) throw new DomainError('forbidden', 'there is no folder that you may add files to');
  return { segments: [shared.mountName], trailingSlash: true };
}

/** Throws `bad-name` for anything that could lead out of the folder, however it is written. */
function plainName(name: string): string {
  assertName(name);
  if (/%(?:2f|5c|00)/i.test(name)) throw new DomainError('bad-name', 'a name may not hold encoded separators');
  return name;
}

function storedFile(name: string, size: number, mimetype: string): Stored {
  return { filename: name, size, mimetype, url: `/api/download/${encodeURIComponent(name)}` };
}

type UploadRequest = ApiRequest<undefined, undefined, undefined, 'user'>;

async function upload(request: UploadRequest, { core }: ApiServices): Promise<Stored[]> {
  const { headers, content, caller } = request;
  const folder = await uploadFolder(core, caller.actor);
  const stored: Stored[] = [];
  await readFormFiles({ headers, source: content.source }, async (file) => {
    if (!FIELDS.has(file.field)) {
      throw new DomainError('bad-request', `files are to be sent in the field "file", and not in "${file.field}"`);
    }
    if (file.name === '') await assertNothing(file);
    else stored.push(await storeOne(core, request, folder, file));
  });
  if (stored.length === 0) throw new DomainError('bad-request', 'no file was sent in the field "file"');
  return stored;
}

/** Browsers send such a part when no file was chosen. */
async function assertNothing({ content }: FormFile): Promise<void> {
  for await (const piece of content) {
    if (piece.length > 0) throw new DomainError('bad-name', 'the file has no name');
  }
}

async function storeOne(core: Core, request: UploadRequest, folder: NodePath, file: FormFile): Promise<Stored> {
  const { actor } = request.caller;
  const name = plainName(file.name);
  const mediaType = mediaTypeFor(file.mediaType, name);
  let size = 0;
  async function* counted(): AsyncGenerator<Uint8Array, void> {
    for await (const piece of file.content) {
      size += piece.length;
      yield piece;
    }
  }
  const body = { source: counted(), sizeBytes: undefined, mediaType };
  const where = joinPath(folder, name);
  const { signal, content } = request;
  const storing = {
    where,
    body,
    onConflict: 'replace',
    isAwaitingContinue: content.isAwaitingContinue,
    signal,
  } as const;
  await namingLocks(core, actor, () => storeFile(core, actor, storing));
  return storedFile(name, size, mediaType);
}

/** As it is read, since there may be many. */
async function* listing(core: Core, actor: Actor, folder: Located): AsyncGenerator<string> {
  const pages = listChildren(core, actor, folder, {
    render: (page) => Promise.resolve({ rendered: page.flatMap(listedFile), taken: page.length }),
  });
  let before = '[';
  for await (const files of pages) {
    if (files.length === 0) continue;
    yield before + files.map((file) => JSON.stringify(file)).join(',');
    before = ',';
  }
  yield before === '[' ? '[]' : ']';
}

function listedFile({ node }: Located): z.output<typeof LISTED>[] {
  if (node.kind !== 'file') return [];
  const { name, sizeBytes, mediaType, modifiedAtMs } = node;
  return [{ ...storedFile(name, sizeBytes, mediaType), name, modifiedAt: new Date(modifiedAtMs).toISOString() }];
}

async function placeOf(core: Core, actor: Actor, name: string): Promise<Located> {
  const found = await locate(core, actor, joinPath(await uploadFolder(core, actor), plainName(name)));
  if (found.node.kind !== 'file') throw new DomainError('not-found', 'there is no file of this name');
  return found;
}

export const familiarFileRoutes = [
  route({
    method: 'post',
    path: '/api/upload',
    id: 'upload',
    tag: 'familiar',
    summary: 'Stores files that come in a form, in the field `file`',
    description:
      'They go to the top of one’s home, or to `Workspace` for who has none. A file of the same name is replaced, and ' +
      'kept as a version. When one of several fails, those before it are stored.',
    access: 'user',
    content: 'multipart/form-data',
    answers: { 200: { description: 'All are stored.', schema: UPLOADED } },
    errors: ['bad-request', 'not-found', ...STORE_ERRORS],
    handle: async (request: UploadRequest, services) => {
      const files = await upload(request, services);
      const [first] = files;
      const names = files.map(({ filename }) => filename).join(', ');
      return json(200, { message: `Uploaded the file successfully: ${names}`, ...first, files });
    },
  }),
  route({
    method: 'get',
    path: '/api/files',
    id: 'listUploaded',
    tag: 'familiar',
    summary: 'The files where uploads go',
    description: 'All of them, without folders; `/api/v1/files` has pages.',
    access: 'user',
    answers: { 200: { description: 'The files, by name.', schema: z.array(LISTED) } },
    errors: ['forbidden', 'not-found'],
    handle: async ({ caller: { actor } }, { core }) => {
      const folder = await locate(core, actor, await uploadFolder(core, actor));
      const headers = { 'Content-Type': 'application/json; charset=utf-8' };
      return { status: 200, headers, body: listing(core, actor, folder) };
    },
  }),
  route({
    method: 'get',
    path: '/api/download/{name}',
    id: 'download',
    tag: 'familiar',
    summary: 'One of them, to be saved',
    access: 'user',
    params: NAME_PARAMS,
    headers: CONTENT_HEADERS,
    answers: CONTENT_ANSWERS,
    errors: ['not-found', 'bad-name', 'forbidden', 'precondition-failed', 'corrupt'],
    handle: async ({ method, headers, params, caller: { actor } }, { core }) => {
      const { node } = await placeOf(core, actor, params.name);
      return namedContent(core, node, { method, headers, download: true });
    },
  }),
  route({
    method: 'delete',
    path: '/api/files/{name}',
    id: 'deleteUploaded',
    tag: 'familiar',
    summary: 'Moves one of them to trash',
    access: 'user',
    params: NAME_PARAMS,
    headers: IF_MATCH,
    answers: { 200: { description: 'It is in the trash.', schema: z.object({ message: z.string() }) } },
    errors: ['not-found', 'bad-name', 'forbidden', 'locked', 'precondition-failed', 'refused', 'busy'],
    handle: async ({ headers, params, caller: { actor }, clientAddress: address }, services) => {
      const { node } = await placeOf(services.core, actor, params.name);
      const conditionsOn = (found: Node): Conditions => conditionsOf(headers, found);
      await remove(services, { actor, address, where: { nodeId: node.id }, conditionsOn });
      return json(200, { message: `Deleted the file successfully: ${node.name}` });
    },
  }),
];
