import { setImmediate } from 'node:timers/promises';
import { nameKey } from '../lib/node-path.ts';
import { naturalKey } from '../lib/natural-order.ts';
import { familyOf, type MediaFamily } from './media-families.ts';
import type { Node, NodeKind } from './node.ts';
import { foldText } from './search/fold.ts';

export const SORTS = ['name', 'size', 'modified', 'type'] as const;

/** How the members of a folder are looked at: folders come first in any case, and among equals the name decides. */
export interface FolderView {
  readonly sort: (typeof SORTS)[number];
  readonly order: 'asc' | 'desc';
  readonly kind?: NodeKind | undefined;
  /** A part of the name, whatever its case and accents. */
  readonly contains?: string | undefined;
  readonly family?: MediaFamily | undefined;
  readonly minBytes?: number | undefined;
  readonly maxBytes?: number | undefined;
  /** Inclusive. */
  readonly modifiedFromMs?: number | undefined;
  /** Exclusive. */
  readonly modifiedToMs?: number | undefined;
}

/**
 * Where a member stands in an order. It depends on the member alone: whatever happens to others, the next page begins
 * behind it.
 */
export interface Standing {
  readonly isFolder: boolean;
  /** What is sorted by; '' for names. */
  readonly value: string | number;
  readonly name: string;
}

export interface Member extends Standing {
  readonly id: number;
}

/** As a standing is compared. */
interface Sortable<M extends Standing> {
  readonly member: M;
  readonly key: string;
  readonly nameKey: string;
}

/** Members taken together at a time: some milliseconds, in which nothing else is done. */
const AT_ONCE = 5000;

export function memberOf(view: FolderView, node: Node, name = node.name): Member {
  return { id: node.id, isFolder: node.kind === 'collection', value: valueOf(view, node), name };
}

function valueOf({ sort }: FolderView, node: Node): string | number {
  if (sort === 'size') return node.sizeBytes;
  if (sort === 'modified') return node.modifiedAtMs;
  return sort === 'type' ? node.mediaType.toLowerCase() : '';
}

/** Whether the view shows a node. Sizes and families are of files: asked for, they leave folders out. */
export function isShown(view: FolderView, node: Node, name = node.name): boolean {
  const { kind, contains, modifiedFromMs = 0, modifiedToMs = Infinity } = view;
  if (kind !== undefined && node.kind !== kind) return false;
  if (node.modifiedAtMs < modifiedFromMs || node.modifiedAtMs >= modifiedToMs) return false;
  return isShownAsFile(view, node) && (contains === undefined || foldText(name).includes(foldText(contains)));
}

function isShownAsFile({ family, minBytes, maxBytes }: FolderView, node: Node): boolean {
  if (family === undefined && minBytes === undefined && maxBytes === undefined) return true;
  if (node.kind !== 'file' || (family !== undefined && familyOf(node.mediaType) !== family)) return false;
  return node.sizeBytes >= (minBytes ?? 0) && node.sizeBytes <= (maxBytes ?? Infinity);
}

/** Sorts runs of members, each as it comes from the store, and merges them; of any length, without holding up others. */
export async function sortMembers(view: FolderView, runs: AsyncIterable<readonly Member[]>): Promise<Member[]> {
  let sorted: Sortable<Member>[][] = [];
  for await (const run of runs) {
    sorted.push(run.map(sortable).sort((a, b) => compare(view, a, b)));
    await setImmediate();
  }
  while (sorted.length > 1) {
    const merged: Sortable<Member>[][] = [];
    for (let at = 0; at < sorted.length; at += 2)
      merged.push(await merge(view, sorted[at] ?? [], sorted[at + 1] ?? []));
    sorted = merged;
  }
  return (sorted[0] ?? []).map(({ member }) => member);
}

/** A few, at once. */
export function sortFew<M extends Standing>(view: FolderView, members: readonly M[]): M[] {
  return members
    .map(sortable)
    .sort((a, b) => compare(view, a, b))
    .map(({ member }) => member);
}

/** How many of `members`, which are sorted, stand at or before `place`. */
export function countUpTo(view: FolderView, members: readonly Standing[], place: Standing): number {
  const goal = sortable(place);
  let low = 0;
  for (let high = members.length; low < high;) {
    const middle = (low + high) >> 1;
    const member = members[middle];
    if (member && compare(view, sortable(member), goal) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function merge<M extends Standing>(
  view: FolderView,
  left: readonly Sortable<M>[],
  right: readonly Sortable<M>[],
): Promise<Sortable<M>[]> {
  const merged: Sortable<M>[] = [];
  for (let l = 0, r = 0; l < left.length || r < right.length;) {
    const [one, other] = [left[l], right[r]];
    if (one && (!other || compare(view, one, other) <= 0)) {
      merged.push(one);
      l += 1;
    } else if (other) {
      merged.push(other);
      r += 1;
    }
    if (merged.length % AT_ONCE === 0) await setImmediate();
  }
  return merged;
}

function sortable<M extends Standing>(member: M): Sortable<M> {
  return { member, key: naturalKey(member.name), nameKey: nameKey(member.name) };
}

function compare({ sort, order }: FolderView, one: Sortable<Standing>, other: Sortable<Standing>): number {
  if (one.member.isFolder !== other.member.isFolder) return one.member.isFolder ? -1 : 1;
  const direction = order === 'asc' ? 1 : -1;
  const byName = ordered(one.key, other.key) || ordered(one.nameKey, other.nameKey);
  if (sort === 'name') return direction * byName;
  return direction * ordered(one.member.value, other.member.value) || byName;
}

function ordered<T extends string | number>(one: T, other: T): number {
  if (one < other) return -1;
  return one > other ? 1 : 0;
}
