import * as z from 'zod';
import type { Actor } from '../../../core/actor.ts';
import type { Core } from '../../../core/core.ts';
import type { Node } from '../../../core/node.ts';
import { isAllowed, type Action } from '../../../core/permissions.ts';
import type { Located } from '../../../core/tree.ts';
import type { NodePath } from '../../../lib/node-path.ts';

/** A file or folder, as every route that gives any shows it. */
export const FILE_ENTRY = z
  .object({
    id: z
      .int()
      .describe('Stays the same when it is renamed or moved; never used again. 0: the root of a user without a home.'),
    path: z.string().describe('As the one who asks sees it: `/Mere/letter.odt`; `/` is the root.'),
    name: z.string().describe('The last part of the path; empty for the root.'),
    kind: z.enum(['file', 'folder']),
    sizeBytes: z.number().describe('Of a folder: all files below it.'),
    nodeCount: z.int().optional().describe('Of a folder: files and folders below it, at any depth.'),
    mediaType: z.string().optional().describe('Of a file.'),
    etag: z
      .string()
      .describe(
        'Without quotes. Of a file: another one after each change of its content. Of a folder: after any change below it.',
      ),
    createdAt: z.iso.datetime(),
    modifiedAt: z.iso.datetime(),
    owner: z.string().optional().describe('Name of the user whose quota it counts in; missing where there is none.'),
    isOwn: z.boolean().describe('The one who asks is its owner.'),
    rights: z
      .object({
        read: z.boolean(),
        add: z.boolean().describe('Create something in this folder.'),
        write: z.boolean().describe('Change the content.'),
        remove: z.boolean().describe('Delete, rename or move it away.'),
      })
      .describe('What the one who asks may do to it.'),
  })
  .meta({ id: 'FileEntry' });

export type FileEntry = z.output<typeof FILE_ENTRY>;

export async function fileEntry(core: Core, actor: Actor, located: Located): Promise<FileEntry> {
  const names = await ownerNames(core, actor, [located.node]);
  return entryOf(actor, located, names);
}

/** Several; the names of owners are looked up once each. */
export async function fileEntries(core: Core, actor: Actor, located: readonly Located[]): Promise<FileEntry[]> {
  const names = await ownerNames(
    core,
    actor,
    located.map(({ node }) => node),
  );
  return located.map((one) => entryOf(actor, one, names));
}

/** `/Mere/a b.txt`, not encoded. */
export function plainPath({ segments }: NodePath): string {
  return `/${segments.join('/')}`;
}

type OwnerNames = ReadonlyMap<number, string | undefined>;

async function ownerNames(core: Core, actor: Actor, nodes: readonly Node[]): Promise<OwnerNames> {
  const names = new Map<number, string | undefined>([[actor.userId, actor.name]]);
  for (const { ownerId } of nodes) {
    if (!names.has(ownerId)) names.set(ownerId, (await core.store.getUser(ownerId))?.name);
  }
  return names;
}

function entryOf(actor: Actor, { path, node, space, place }: Located, names: OwnerNames): FileEntry {
  const isFolder = node.kind === 'collection';
  const may = (action: Action): boolean => isAllowed(actor, action, node, space);
  const owner = names.get(node.ownerId);
  return {
    id: node.id,
    path: plainPath(path),
    name: path.segments.at(-1) ?? '',
    kind: isFolder ? 'folder' : 'file',
    sizeBytes: node.sizeBytes,
    ...(isFolder ? { nodeCount: node.nodeCount } : { mediaType: node.mediaType }),
    etag: node.etag,
    createdAt: new Date(node.createdAtMs).toISOString(),
    modifiedAt: new Date(node.modifiedAtMs).toISOString(),
    ...(owner !== undefined && { owner }),
    isOwn: node.ownerId === actor.userId,
    rights: {
      read: may('read'),
      add: isFolder && may('add'),
      write: may('write'),
      // Root and mounts stay where they are, whoever asks.
      remove: place === 'inside' && may('remove'),
    },
  };
}
