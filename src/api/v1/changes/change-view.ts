import * as z from 'zod';
import type { Actor } from '../../../core/actor.ts';
import { TOLD_ACTIONS, type FormerPlace, type ToldChange } from '../../../core/changes/told-changes.ts';
import type { Core } from '../../../core/core.ts';
import { isAllowed } from '../../../core/permissions.ts';
import { reachNode } from '../../../core/reach.ts';
import type { Located } from '../../../core/tree.ts';
import { FILE_ENTRY, fileEntries, plainPath } from '../files/entry.ts';

const PLACE = z.object({
  parentId: z.int().describe('The folder it was in.'),
  name: z.string(),
  path: z.string().optional().describe('Missing when the folder is not there any more.'),
});

export const CHANGE = z
  .object({
    action: z
      .enum(TOLD_ACTIONS)
      .describe(
        '`trashed` can be restored; `expired`: it went to trash by the rule of its folder; `removed`: for good, or moved where you cannot see it.',
      ),
    id: z
      .int()
      .describe('Of the file or folder. Of a tree that was moved, copied, trashed or restored only its top is told.'),
    kind: z.enum(['file', 'folder']),
    name: z.string(),
    parentId: z.int().describe('The folder that it is, or was, in.'),
    path: z.string().optional().describe('Where it was by then, with that folder where it is now.'),
    from: PLACE.optional().describe('Where it was before it was moved or renamed.'),
    at: z.iso.datetime(),
    by: z.string().optional().describe('Who did it; missing for the server itself, and for users who are gone.'),
    entry: FILE_ENTRY.optional().describe('What it is now, while it is still there.'),
  })
  .meta({ id: 'Change' });

export type ChangeView = z.output<typeof CHANGE>;

interface Seen extends Omit<ToldChange, 'from' | 'isPassing'> {
  readonly from?: FormerPlace | undefined;
  readonly place: FormerPlace;
  readonly parent: Located | undefined;
}

/** Shows changes to one person; what is asked for again and again is kept for as long as one batch lasts. */
export class ChangeViews {
  readonly #core: Core;
  readonly #actor: Actor;
  readonly #users = new Map<number, string | undefined>();
  readonly #nodes = new Map<number, Located | undefined>();

  constructor(core: Core, actor: Actor) {
    this.#core = core;
    this.#actor = actor;
  }

  /** Undefined for what the actor does not see. */
  async view(told: ToldChange, withEntry: boolean): Promise<ChangeView | undefined> {
    const seen = await this.#asSeen(told);
    if (!seen) return undefined;
    const { action, change, from, place, parent } = seen;
    const by = await this.nameOf(change.userId);
    const path = pathIn(parent, place.name);
    const entry = withEntry && action !== 'removed' ? await this.#entryOf(change.nodeId) : undefined;
    return {
      action,
      id: change.nodeId,
      kind: change.isCollection ? 'folder' : 'file',
      ...place,
      ...(path !== undefined && { path }),
      ...(from && { from: await this.#placeOf(from) }),
      at: new Date(change.atMs).toISOString(),
      ...(by !== undefined && { by }),
      ...(entry && { entry }),
    };
  }

  /**
   * To an app password for one folder a move out of that is an end and one into it a beginning. Where a folder is gone,
   * nobody can tell whether it was in that one, so nothing is told.
   */
  async #asSeen({ action, change, from }: ToldChange): Promise<Seen | undefined> {
    const { parentId, name } = change;
    const parent = await this.seen(parentId);
    const seen: Seen = { action, change, from, place: { parentId, name }, parent };
    if (this.#actor.narrowing?.rootId === undefined) return seen;
    const fromParent = from && (await this.seen(from.parentId));
    if (from && fromParent && !parent) return { action: 'removed', change, place: from, parent: fromParent };
    if (!parent) return undefined;
    return from && !fromParent ? { ...seen, action: 'created', from: undefined } : seen;
  }

  /** A node that the actor may see. */
  async seen(nodeId: number): Promise<Located | undefined> {
    if (!this.#nodes.has(nodeId)) {
      const located = await reachNode(this.#core, this.#actor, nodeId);
      const isSeen = located !== undefined && isAllowed(this.#actor, 'read', located.node, located.space);
      this.#nodes.set(nodeId, isSeen ? located : undefined);
    }
    return this.#nodes.get(nodeId);
  }

  async nameOf(userId: number): Promise<string | undefined> {
    if (userId !== 0 && !this.#users.has(userId)) {
      this.#users.set(userId, (await this.#core.store.getUser(userId))?.name);
    }
    return this.#users.get(userId);
  }

  async #placeOf({ parentId, name }: { parentId: number; name: string }) {
    const path = pathIn(await this.seen(parentId), name);
    return { parentId, name, ...(path !== undefined && { path }) };
  }

  /** As it is at this moment: it is never kept. */
  async #entryOf(nodeId: number) {
    const located = await reachNode(this.#core, this.#actor, nodeId);
    if (!located || located.node.isSidecar || !isAllowed(this.#actor, 'read', located.node, located.space))
      return undefined;
    const [entry] = await fileEntries(this.#core, this.#actor, [located]);
    return entry;
  }
}

function pathIn(parent: Located | undefined, name: string): string | undefined {
  if (!parent) return undefined;
  const folder = plainPath(parent.path);
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}
