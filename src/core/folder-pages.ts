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
const KEPT_MEMBERS = 500_000;
/** A greater one is kept by itself up to this: sorted anew for each page it would take a second or more. */
const KEPT_ALONE = 1_000_000;

/** Where a page begins: behind a member, behind so many, or so that the node with an id stands in its middle. */
export type PageStart = { readonly after: Standing } | { readonly offset: number } | { readonly around: number };

interface KeptOrder {
  /** The folder's when it was read. */
  readonly etag: string;
  readonly members: readonly Member[];
}

export interface FolderPage {
  readonly located: readonly Located[];
  /** How many members come before it. */
  readonly offset: number;
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
  /** By folder and view; the one asked for last is the last. */
  readonly #kept = new Map<string, KeptOrder>();
  readonly #underWay = new Map<string, Promise<readonly Member[]>>();
  #keptMembers = 0;

  constructor(core: Core) {
    this.#core = core;
  }

  async page(
    actor: Actor,
    folder: Located,
    { view, limit, start }: { view: FolderView; limit: number; start: PageStart },
  ): Promise<FolderPage> {
    const mounts = await this.#mounts(actor, folder);
    const shownMounts = mounts
      .filter(({ node, path }) => isShown(view, node, path.segments.at(-1)))
      .map(({ node, path }) => memberOf(view, node, path.segments.at(-1)));
    const members = await this.#members(folder, view);
    const parts = { mounts: shownMounts, members };
    const totalCount = shownMounts.length + members.length;
    const rest =
      'after' in start
        ? behind(view, parts, start.after)
        : fromOffset(view, parts, offsetOf(view, parts, { start, limit }));
    const chosen = rest.take(limit);
    return {
      located: await this.#locate(folder, chosen, mounts),
      offset: totalCount - rest.count,
      totalCount,
      next: chosen.length >= rest.count ? undefined : placeOf(chosen.at(-1)),
    };
  }

  #mounts(actor: Actor, folder: Located): Promise<Located[]> {
    return folder.place === 'root' || isHomesFolder(folder) ? mountsIn(this.#core, actor, folder) : Promise.resolve([]);
  }

  async #members(folder: Located, view: FolderView): Promise<readonly Member[]> {
    if (folder.space.kind === 'root') return [];
    const key = JSON.stringify([folder.node.id, view]);
    const { etag } = folder.node;
    const kept = this.#kept.get(key);
    if (kept?.etag === etag) {
      // The one asked for last is given up last.
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept.members;
    }
    const reading = `${etag} ${key}`;
    const underWay = this.#underWay.get(reading) ?? this.#read(folder, { view, key });
    this.#underWay.set(reading, underWay);
    try {
      return await underWay;
    } finally {
      this.#underWay.delete(reading);
    }
  }

  async #read({ node }: Located, { view, key }: { view: FolderView; key: string }): Promise<readonly Member[]> {
    const members = await sortMembers(view, this.#runs(node.id, view));
    // What changed while it was read may be half in it.
    const { etag } = node;
    if ((await this.#core.store.getNode(node.id))?.etag === etag) this.#keep(key, { etag, members });
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

  #keep(key: string, order: KeptOrder): void {
    this.#giveUp(key);
    if (order.members.length > KEPT_ALONE) return;
    this.#kept.set(key, order);
    this.#keptMembers += order.members.length + 1;
    for (const oldKey of this.#kept.keys()) {
      if (this.#keptMembers <= KEPT_MEMBERS || oldKey === key) return;
      this.#giveUp(oldKey);
    }
  }

  #giveUp(key: string): void {
    const old = this.#kept.get(key);
    if (!old) return;
    this.#kept.delete(key);
    this.#keptMembers -= old.members.length + 1;
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

/** The members of a folder, sorted, and what is mounted among them. */
interface Parts {
  readonly mounts: readonly Member[];
  readonly members: readonly Member[];
}

/** What of a folder is still to come. */
interface Rest {
  readonly count: number;
  /** The first of it. */
  take(limit: number): Member[];
}

function behind(view: FolderView, { mounts, members }: Parts, place: Standing): Rest {
  const from = countUpTo(view, members, place);
  const later = mounts.filter((mount) => countUpTo(view, [mount], place) === 0);
  return {
    count: later.length + members.length - from,
    take: (limit) => merged(view, later, members.slice(from, from + limit)).slice(0, limit),
  };
}

/** A node that is not among them counts as the first. */
function offsetOf(
  view: FolderView,
  { mounts, members }: Parts,
  { start, limit }: { start: Exclude<PageStart, { after: Standing }>; limit: number },
): number {
  if ('offset' in start) return start.offset;
  const isMeant = ({ id }: Member): boolean => id === start.around;
  const place = mounts.find(isMeant) ?? members.find(isMeant);
  if (!place) return 0;
  const upToIt = countUpTo(view, members, place) + mounts.filter((mount) => countUpTo(view, [mount], place) > 0).length;
  return Math.max(0, upToIt - 1 - Math.floor(limit / 2));
}

/** Mounts can stand before any member, so that many more are merged than are skipped for sure. */
function fromOffset(view: FolderView, { mounts, members }: Parts, offset: number): Rest {
  const from = Math.max(0, offset - mounts.length);
  const skipped = offset - from;
  return {
    count: Math.max(0, mounts.length + members.length - offset),
    take: (limit) => merged(view, mounts, members.slice(from, offset + limit)).slice(skipped, skipped + limit),
  };
}

function merged(view: FolderView, mounts: readonly Member[], sorted: readonly Member[]): readonly Member[] {
  return mounts.length > 0 ? sortFew(view, [...mounts, ...sorted]) : sorted;
}

function placeOf(member: Member | undefined): Standing | undefined {
  return member && { isFolder: member.isFolder, value: member.value, name: member.name };
}
