import { joinPath, nameKey } from '../lib/node-path.ts';
import type { Actor } from './actor.ts';
import type { Core } from './core.ts';
import {
  countUpTo,
  isShown,
  memberOf,
  sortFew,
  sortMembers,
  type FolderView,
  type Member,
  type Standing,
} from './folder-order.ts';
import type { Located } from './located.ts';
import { isHomesFolder } from './homes.ts';
import { mountsIn } from './tree.ts';

/** Nodes read from the store at a time. */
const SLICE = 2000;
/** Orders kept, in members of all of them: some 100 bytes each. */
const KEPT_MEMBERS = 200_000;

export interface FolderPage {
  readonly located: readonly Located[];
  /** How many members the view shows in all. */
  readonly totalCount: number;
  /** The `after` of the next page; undefined on the last. */
  readonly next: Standing | undefined;
}

/**
 * Pages of a folder in an order that no database has at hand. The folder is read and sorted once; the order is kept as
 * long as its etag, which every change below it alters, is the same. A page begins behind where the one before ended:
 * what did not change in between comes once, whatever happened to everything else.
 */
export class FolderPages {
  readonly #core: Core;
  readonly #kept = new Map<string, readonly Member[]>();
  readonly #underWay = new Map<string, Promise<readonly Member[]>>();
  #keptMembers = 0;

  constructor(core: Core) {
    this.#core = core;
  }

  async page(
    actor: Actor,
    folder: Located,
    { view, limit, after }: { view: FolderView; limit: number; after: Standing | undefined },
  ): Promise<FolderPage> {
    const mounts = await this.#mounts(actor, folder);
    const shownMounts = mounts
      .filter(({ node, path }) => isShown(view, node, path.segments.at(-1)))
      .map(({ node, path }) => memberOf(view, node, path.segments.at(-1)));
    const members = await this.#members(folder, view);
    const from = after ? countUpTo(view, members, after) : 0;
    const laterMounts = after ? behind(view, shownMounts, after) : shownMounts;
    const rest = [...laterMounts, ...members.slice(from, from + limit)];
    const chosen = (laterMounts.length > 0 ? sortFew(view, rest) : rest).slice(0, limit);
    const isLast = chosen.length >= laterMounts.length + members.length - from;
    return {
      located: await this.#locate(folder, chosen, mounts),
      totalCount: shownMounts.length + members.length,
      next: isLast ? undefined : placeOf(chosen.at(-1)),
    };
  }

  #mounts(actor: Actor, folder: Located): Promise<Located[]> {
    return folder.place === 'root' || isHomesFolder(folder) ? mountsIn(this.#core, actor, folder) : Promise.resolve([]);
  }

  async #members(folder: Located, view: FolderView): Promise<readonly Member[]> {
    if (folder.space.kind === 'root') return [];
    const key = JSON.stringify([folder.node.id, folder.node.etag, view]);
    const kept = this.#kept.get(key);
    if (kept) {
      // The one asked for last is given up last.
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept;
    }
    const underWay = this.#underWay.get(key) ?? this.#read(folder, { view, key });
    this.#underWay.set(key, underWay);
    try {
      return await underWay;
    } finally {
      this.#underWay.delete(key);
    }
  }

  async #read({ node }: Located, { view, key }: { view: FolderView; key: string }): Promise<readonly Member[]> {
    const members = await sortMembers(view, this.#runs(node.id, view));
    // What changed while it was read may be half in it.
    if ((await this.#core.store.getNode(node.id))?.etag === node.etag) this.#keep(key, members);
    return members;
  }

  async *#runs(folderId: number, view: FolderView): AsyncGenerator<Member[]> {
    let after: string | undefined;
    for (;;) {
      const page = await this.#core.store.listChildren(folderId, {
        ...(after !== undefined && { after }),
        limit: SLICE,
      });
      yield page.filter((node) => isShown(view, node)).map((node) => memberOf(view, node));
      const last = page.at(-1);
      if (!last || page.length < SLICE) return;
      after = nameKey(last.name);
    }
  }

  #keep(key: string, members: readonly Member[]): void {
    if (members.length > KEPT_MEMBERS || this.#kept.has(key)) return;
    this.#kept.set(key, members);
    this.#keptMembers += members.length + 1;
    for (const [oldKey, old] of this.#kept) {
      if (this.#keptMembers <= KEPT_MEMBERS || oldKey === key) return;
      this.#kept.delete(oldKey);
      this.#keptMembers -= old.length + 1;
    }
  }

  /** As they are now; those that went meanwhile are left out. */
  async #locate(folder: Located, members: readonly Member[], mounts: readonly Located[]): Promise<Located[]> {
    const located = new Map(mounts.map((mount) => [mount.node.id, mount]));
    const ids = members.map(({ id }) => id).filter((id) => !located.has(id));
    for (const node of ids.length > 0 ? await this.#core.store.files.nodesById(ids) : []) {
      if (node.parentId !== folder.node.id) continue;
      const path = joinPath(folder.path, node.name);
      located.set(node.id, { path, node, space: folder.space, place: 'inside' });
    }
    return members.flatMap(({ id }) => located.get(id) ?? []);
  }
}

function behind(view: FolderView, members: readonly Member[], place: Standing): Member[] {
  return members.filter((member) => countUpTo(view, [member], place) === 0);
}

function placeOf(member: Member | undefined): Standing | undefined {
  return member && { isFolder: member.isFolder, value: member.value, name: member.name };
}
