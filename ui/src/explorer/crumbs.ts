/** A folder on the way to where one is; the name of the first one is empty. */
export interface Crumb {
  readonly path: string;
  readonly name: string;
}

export interface Crumbs {
  readonly first: readonly Crumb[];
  /** In the middle of a long way. */
  readonly hidden: readonly Crumb[];
  readonly shown: readonly Crumb[];
  /** Where one is. */
  readonly last: Crumb;
}

/** Shown beside the first one and the last. */
const SHOWN = 2;

export function crumbsOf(segments: readonly string[]): Crumbs {
  const all = ['', ...segments].map((name, depth) => ({ name, path: `/${segments.slice(0, depth).join('/')}` }));
  const last = all.at(-1) ?? { name: '', path: '/' };
  const above = all.slice(0, -1);
  const middle = above.slice(1);
  const isLong = middle.length > SHOWN + 1;
  return {
    first: above.slice(0, 1),
    hidden: isLong ? middle.slice(0, -SHOWN) : [],
    shown: isLong ? middle.slice(-SHOWN) : middle,
    last,
  };
}
