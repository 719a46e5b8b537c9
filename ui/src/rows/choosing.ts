/** Which rows of a list are chosen, by their ids. */
export interface Choosing {
  readonly ids: ReadonlySet<number>;
  /** From where Shift chooses. */
  readonly anchorId: number | undefined;
}

export interface Modifiers {
  /** Ctrl, ⌘ or a box to tick: the others stay chosen. */
  readonly isAdding?: boolean;
  /** Shift: all from the anchor to here. */
  readonly isRanging?: boolean;
}

interface Identified {
  readonly id: number;
}

export const NOTHING_CHOSEN: Choosing = { ids: new Set(), anchorId: undefined };

export function chooseAll({ anchorId }: Choosing, items: readonly Identified[]): Choosing {
  return { ids: new Set(items.map(({ id }) => id)), anchorId };
}

/** Those of `items` that are not among `known`. */
export function newcomers<Item extends Identified>(items: readonly Item[], known: readonly Identified[]): Item[] {
  const ids = new Set(known.map(({ id }) => id));
  return items.filter(({ id }) => !ids.has(id));
}

/** As file managers do it: alone, added or taken away with Ctrl, up to here with Shift. */
export function choose(
  { ids, anchorId }: Choosing,
  items: readonly Identified[],
  index: number,
  { isAdding = false, isRanging = false }: Modifiers = {},
): Choosing {
  const id = items[index]?.id;
  if (id === undefined) return { ids, anchorId };
  if (isRanging) {
    const anchor = Math.max(
      0,
      items.findIndex((item) => item.id === anchorId),
    );
    const range = items.slice(Math.min(anchor, index), Math.max(anchor, index) + 1).map((item) => item.id);
    return { ids: new Set(isAdding ? [...ids, ...range] : range), anchorId: items[anchor]?.id };
  }
  if (!isAdding) return { ids: new Set([id]), anchorId: id };
  const changed = new Set(ids);
  if (!changed.delete(id)) changed.add(id);
  return { ids: changed, anchorId: id };
}

export function withAll(ids: ReadonlySet<number>, more: readonly number[]): ReadonlySet<number> {
  return new Set([...ids, ...more]);
}

export function without(ids: ReadonlySet<number>, less: readonly number[]): ReadonlySet<number> {
  return new Set([...ids].filter((id) => !less.includes(id)));
}
