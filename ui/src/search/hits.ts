import type { SearchHit } from '../api/found.ts';

/** Other places than the home, by their names in the root; nothing else can be called so there. */
const MOUNTS: ReadonlySet<string> = new Set(['Workspace', 'Movies', 'Public', 'Shared', 'Homes']);

/** Those that everybody has. */
export const PLACES = ['home', 'Workspace', 'Movies', 'Public'] as const;

/** `home`, or the name of the shared folder in the root that a path is in, or is. */
export function placeOf(path: string): string {
  const [, first = ''] = path.split('/');
  return MOUNTS.has(first) ? first : 'home';
}

export interface HitGroup {
  readonly place: string;
  readonly hits: readonly SearchHit[];
}

/** By place, the place of the best one first; within each in their order. */
export function grouped(hits: readonly SearchHit[]): HitGroup[] {
  return [...Map.groupBy(hits, ({ file }) => placeOf(file.path))].map(([place, its]) => ({ place, hits: its }));
}

export interface NamePart {
  readonly text: string;
  readonly isMatch: boolean;
}

/** A name cut where what was found in it begins and ends. */
export function markedParts(name: string, highlights: SearchHit['highlights']): NamePart[] {
  const parts: NamePart[] = [];
  let at = 0;
  for (const [begin = 0, end = 0] of highlights) {
    parts.push({ text: name.slice(at, begin), isMatch: false }, { text: name.slice(begin, end), isMatch: true });
    at = end;
  }
  parts.push({ text: name.slice(at), isMatch: false });
  return parts.filter(({ text }) => text !== '');
}
