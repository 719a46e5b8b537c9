/** What of the layout the arrow keys need. */
interface Grid {
  readonly count: number;
  readonly columns: number;
  readonly rowsInView: number;
}

/** Where a key leads from a position; undefined for a key that leads nowhere. */
export function stepBy(key: string, from: number, { count, columns, rowsInView }: Grid): number | undefined {
  const last = count - 1;
  const down = (by: number): number => {
    const target = from + by * columns;
    if (target > last) return Math.floor(last / columns) > Math.floor(from / columns) ? last : from;
    if (target >= 0) return target;
    return by === -1 ? from : from % columns;
  };
  if (count === 0) return undefined;
  switch (key) {
    case 'ArrowDown':
      return down(1);
    case 'ArrowUp':
      return down(-1);
    case 'ArrowRight':
      return columns > 1 ? Math.min(last, from + 1) : undefined;
    case 'ArrowLeft':
      return columns > 1 ? Math.max(0, from - 1) : undefined;
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'PageDown':
      return down(rowsInView);
    case 'PageUp':
      return down(-rowsInView);
    default:
      return undefined;
  }
}
