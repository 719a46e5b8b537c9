/** What stands in one line: a row, or a heading over those that follow. */
export type Line<Item> =
  | { readonly key: string; readonly heading: string }
  | { readonly key: number; readonly item: Item; readonly index: number };

/** Puts a heading wherever another group begins. */
export function linesOf<Item extends { readonly id: number }>(
  items: readonly Item[],
  groupOf: ((item: Item) => string) | undefined,
): Line<Item>[] {
  const lines: Line<Item>[] = [];
  let group: string | undefined;
  for (const [index, item] of items.entries()) {
    const its = groupOf?.(item);
    // The index tells two groups of one name apart.
    if (its !== undefined && its !== group) lines.push({ key: `${index}:${its}`, heading: its });
    group = its;
    lines.push({ key: item.id, item, index });
  }
  return lines;
}

/** Where arrows and the like lead from a row; undefined for another key. */
export function stepOf(key: string, { index, count, page }: { index: number; count: number; page: number }) {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    PageDown: index + page,
    PageUp: index - page,
    Home: 0,
    End: count - 1,
  };
  const to = steps[key];
  return to === undefined ? undefined : Math.min(count - 1, Math.max(0, to));
}
