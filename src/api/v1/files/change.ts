import * as z from 'zod';
import type { Actor } from '../../../core/actor.ts';
import { NO_CONDITIONS, type Conditions, type Core } from '../../../core/core.ts';
import type { Node } from '../../../core/node.ts';
import { ON_CONFLICT, relocate } from '../../../core/on-conflict.ts';
import { trash } from '../../../core/trash.ts';
import { createCollection, find, locate, type Whereabouts } from '../../../core/tree.ts';
import { DomainError, isDomainError, type ErrorCode } from '../../../lib/errors.ts';
import { assertName, joinPath, parsePlainPath, splitPath, type NodePath } from '../../../lib/node-path.ts';
import { json } from '../../contract/answers.ts';
import { route } from '../../contract/route.ts';
import type { ApiServices } from '../../contract/services.ts';
import { conditionsOf, IF_MATCH } from './conditions.ts';
import { FILE_ENTRY, fileEntry, plainPath, type FileEntry } from './entry.ts';
import { namingLocks } from './named-locks.ts';
import { DESTINATION, destinationOf, WHERE_BODY, WHERE_QUERY, whereOf } from './where.ts';

const CONFLICT = z
  .enum(ON_CONFLICT)
  .default('fail')
  .describe(
    'When something has the name already. `replace`: a file keeps what it was as a version, a folder goes to trash. ' +
      '`keep-both`: what comes is called `name (2)`.',
  );

const TRANSFER_BODY = z.strictObject({ ...WHERE_BODY, to: DESTINATION, onConflict: CONFLICT });

/** What a move or copy can fail with. */
export const TRANSFER_ERRORS = [
  'not-found',
  'bad-name',
  'forbidden',
  'already-exists',
  'parent-missing',
  'not-a-collection',
  'into-itself',
  'locked',
  'quota-exceeded',
  'no-space',
  'refused',
  'busy',
  'rule-violated',
  'precondition-failed',
] as const satisfies readonly ErrorCode[];

const CREATED = {
  201: { description: 'It is there now.', schema: FILE_ENTRY, headers: { Location: 'Where to ask for it.' } },
};

/** What became of a move or copy, and of a new folder. */
export async function entryAt(core: Core, actor: Actor, nodeId: number): Promise<FileEntry> {
  return fileEntry(core, actor, await locate(core, actor, { nodeId }));
}

function created(entry: FileEntry) {
  return json(201, entry, { Location: `/api/v1/files/stat?id=${entry.id}` });
}

/** What must hold of what is changed. */
type ConditionsOn = (node: Node) => Conditions;

interface Transfer {
  readonly how: 'move' | 'copy';
  readonly where: Whereabouts;
  readonly conditionsOn: ConditionsOn;
  readonly to: string;
  readonly onConflict: (typeof ON_CONFLICT)[number];
  readonly signal: AbortSignal;
}

export async function transfer(
  core: Core,
  actor: Actor,
  { how, where, conditionsOn, to, onConflict, signal }: Transfer,
): Promise<{ entry: FileEntry; created: boolean }> {
  const source = await locate(core, actor, where);
  const path = destinationOf(to, source.path.segments.at(-1) ?? '');
  const from = source.space.kind === 'root' ? where : { nodeId: source.node.id };
  const conditions = conditionsOn(source.node);
  const relocation = { how, from, to: path, onConflict, conditions, signal };
  const done = await namingLocks(core, actor, () => relocate(core, actor, relocation));
  return { entry: await entryAt(core, actor, done.nodeId), created: done.created };
}

interface Removal {
  readonly actor: Actor;
  readonly address: string;
  readonly where: Whereabouts;
  readonly conditionsOn: ConditionsOn;
}

/** Moves something to trash; for the audit log. */
export async function remove(
  services: Pick<ApiServices, 'core' | 'audit'>,
  { actor, address, where, conditionsOn }: Removal,
): Promise<{ trashId?: number }> {
  const { core } = services;
  const { path, node } = await locate(core, actor, where);
  const which = node.id === 0 ? path : { nodeId: node.id };
  const { trashId } = await namingLocks(core, actor, () => trash(core, actor, which, conditionsOn(node)));
  services.audit({ action: 'deleted', user: actor.name, address, target: plainPath(path) });
  return trashId === undefined ? {} : { trashId };
}

async function makeFolder(core: Core, actor: Actor, path: NodePath, withParents: boolean): Promise<FileEntry> {
  if (withParents) await makeParents(core, actor, path);
  const { nodeId } = await createCollection(core, actor, path, NO_CONDITIONS);
  return entryAt(core, actor, nodeId);
}

async function makeParents(core: Core, actor: Actor, path: NodePath): Promise<void> {
  const parent = splitPath(path)?.parent;
  if (!parent) return;
  const { found } = await find(core, actor, parent);
  if (found?.node.kind === 'file') throw new DomainError('not-a-collection', `${plainPath(parent)} is a file`);
  if (found) return;
  await makeParents(core, actor, parent);
  try {
    await createCollection(core, actor, parent, NO_CONDITIONS);
  } catch (error) {
    // Somebody else was faster.
    if (!isDomainError(error, 'already-exists')) throw error;
  }
}

function transferRoute(
  how: 'move' | 'copy',
  { id, summary, description }: Record<'id' | 'summary' | 'description', string>,
) {
  return route({
    method: 'post',
    path: `/api/v1/files/${how}`,
    id,
    tag: 'files',
    summary,
    description,
    headers: IF_MATCH,
    access: 'user',
    body: TRANSFER_BODY,
    answers: { ...CREATED, 200: { description: 'It took the place of what was there.', schema: FILE_ENTRY } },
    errors: TRANSFER_ERRORS,
    handle: async ({ headers, body, caller: { actor }, signal }, { core }) => {
      const { to, onConflict } = body;
      const conditionsOn = (node: Node): Conditions => conditionsOf(headers, node);
      const done = await transfer(core, actor, { how, where: whereOf(body), conditionsOn, to, onConflict, signal });
      return done.created ? created(done.entry) : json(200, done.entry);
    },
  });
}

export const changeRoutes = [
  route({
    method: 'post',
    path: '/api/v1/files/folders',
    id: 'createFolder',
    tag: 'files',
    summary: 'Makes a folder',
    access: 'user',
    body: z.strictObject({
      path: z.string().max(4096),
      parents: z.boolean().default(false).describe('Make those above it, too, where they are missing.'),
    }),
    answers: CREATED,
    errors: ['bad-name', 'forbidden', 'already-exists', 'parent-missing', 'not-a-collection', 'locked', 'busy'],
    handle: async ({ body, caller: { actor } }, { core }) => {
      const path = parsePlainPath(body.path);
      return created(await namingLocks(core, actor, () => makeFolder(core, actor, path, body.parents)));
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/files/rename',
    id: 'renameFile',
    tag: 'files',
    summary: 'Gives a file or folder another name, where it is',
    headers: IF_MATCH,
    access: 'user',
    body: z.strictObject({ ...WHERE_BODY, name: z.string().max(255), onConflict: CONFLICT }),
    answers: { 200: { description: 'It has the name now.', schema: FILE_ENTRY } },
    errors: TRANSFER_ERRORS,
    handle: async ({ headers, body, caller: { actor }, signal }, { core }) => {
      assertName(body.name);
      const { path, node } = await locate(core, actor, whereOf(body));
      const parent = splitPath(path)?.parent;
      if (!parent) throw new DomainError('forbidden', 'this folder always keeps its name');
      const where = { nodeId: node.id };
      const to = plainPath(joinPath(parent, body.name));
      const conditionsOn = (found: Node): Conditions => conditionsOf(headers, found);
      const { onConflict } = body;
      const renaming = { how: 'move', where, conditionsOn, to, onConflict, signal } as const;
      return json(200, (await transfer(core, actor, renaming)).entry);
    },
  }),
  transferRoute('move', {
    id: 'moveFile',
    summary: 'Moves a file or folder',
    description:
      'At once, whatever its size. It keeps its id, unless it is a file that takes the place of another: that keeps its own.',
  }),
  transferRoute('copy', {
    id: 'copyFile',
    summary: 'Copies a file or folder with all that is in it',
    description:
      'The bytes are shared; the copy belongs to the one who made it, counts in their quota, and appears whole or not at all.',
  }),
  route({
    method: 'delete',
    path: '/api/v1/files',
    id: 'deleteFile',
    tag: 'files',
    summary: 'Moves a file or folder to trash',
    headers: IF_MATCH,
    access: 'user',
    query: z.object(WHERE_QUERY),
    answers: {
      200: {
        description: 'It is in the trash.',
        schema: z.object({
          trashId: z
            .int()
            .optional()
            .describe('What it is restored by; missing for an empty file that only a lock had made.'),
        }),
      },
    },
    errors: ['not-found', 'bad-name', 'forbidden', 'locked', 'precondition-failed', 'refused', 'busy'],
    handle: async ({ headers, query, caller: { actor }, clientAddress: address }, services) => {
      const conditionsOn = (node: Node): Conditions => conditionsOf(headers, node);
      return json(200, await remove(services, { actor, address, where: whereOf(query), conditionsOn }));
    },
  }),
];
