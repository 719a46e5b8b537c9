import type { MediaKind } from '../../core/media/facts.ts';
import type { MediaCriterion, MediaOrder, MediaScope } from '../../core/ports/media-library.ts';

/** A container that is no folder: pieces of the library in another order, or more of such containers. */
export interface View {
  readonly id: string;
  readonly parentId: string;
  readonly title: string;
  readonly objectClass: string;
  /** What is in it, at any depth. */
  readonly scope: MediaScope;
  readonly criterion?: MediaCriterion;
  /** Undefined when there are containers in it. */
  readonly order: readonly MediaOrder[] | undefined;
  /** No more than so many, in this order and no other. */
  readonly most?: number;
  /** There for as long as something is in it. */
  readonly isMadeUp?: true;
}

/** What people read, in one place. */
const TITLES = {
  recent: 'Recently added',
  titles: 'All films',
  years: 'By year',
  noYear: 'Unknown year',
  music: 'Music',
  songs: 'All music',
  albums: 'Albums',
  artists: 'Artists',
  pictures: 'Pictures',
} as const;

const CONTAINER = 'object.container';
const MOST_RECENT = 100;

const upwards = (...keys: MediaOrder['by'][]): MediaOrder[] => keys.map((by) => ({ by, isDescending: false }));
const films: MediaScope = { kind: 'video' };
const music: MediaScope = { kind: 'audio' };

export const ROOT_ID = '0';

const inRoot = { parentId: ROOT_ID, objectClass: CONTAINER };
const inMusic = { parentId: 'music', objectClass: CONTAINER, scope: music };

/** Those that are always there, if only empty. */
const FIXED = {
  recent: {
    ...{ ...inRoot, title: TITLES.recent, scope: films, most: MOST_RECENT },
    order: [{ by: 'added', isDescending: true }],
  },
  titles: { ...inRoot, title: TITLES.titles, scope: films, order: upwards('title') },
  years: { ...inRoot, title: TITLES.years, scope: films, order: undefined },
  music: { ...inRoot, title: TITLES.music, scope: music, order: undefined },
  'music/titles': { ...inMusic, title: TITLES.songs, order: upwards('title') },
  'music/albums': { ...inMusic, title: TITLES.albums, order: undefined },
  'music/artists': { ...inMusic, title: TITLES.artists, order: undefined },
  pictures: { ...inRoot, title: TITLES.pictures, scope: { kind: 'image' }, order: upwards('title') },
} as const satisfies Record<string, Omit<View, 'id'>>;

export type FixedViewId = keyof typeof FIXED;

export function fixedView(id: FixedViewId): View {
  return { id, ...FIXED[id] };
}

function isFixed(id: string): id is FixedViewId {
  return Object.hasOwn(FIXED, id);
}

export const KIND_OF_ROOT_VIEW: readonly (readonly [FixedViewId, MediaKind])[] = [
  ['recent', 'video'],
  ['titles', 'video'],
  ['years', 'video'],
  ['music', 'audio'],
  ['pictures', 'image'],
];

/** Undefined when an id can be that of no view. */
export function viewOf(id: string): View | undefined {
  const year = /^years\/(\d{1,4}|unknown)$/.exec(id)?.[1];
  if (year !== undefined) return yearView(year === 'unknown' ? null : Number(year));
  const [, group, name = ''] = /^music\/(albums|artists)\/([\w-]+)$/.exec(id) ?? [];
  if (group !== undefined) return groupView(group === 'albums' ? 'album' : 'artist', nameOf(name));
  return isFixed(id) ? fixedView(id) : undefined;
}

export function yearView(year: number | null): View {
  return {
    id: `years/${year ?? 'unknown'}`,
    parentId: 'years',
    title: year === null ? TITLES.noYear : String(year),
    objectClass: CONTAINER,
    scope: { kind: 'video', year },
    isMadeUp: true,
    order: upwards('title'),
  };
}

/** All of an album, or of an artist. */
export function groupView(field: 'album' | 'artist', name: string): View {
  const isAlbum = field === 'album';
  const parentId = isAlbum ? 'music/albums' : 'music/artists';
  return {
    id: `${parentId}/${Buffer.from(name).toString('base64url')}`,
    parentId,
    title: name,
    objectClass: isAlbum ? 'object.container.album.musicAlbum' : 'object.container.person.musicArtist',
    scope: music,
    criterion: { field, how: 'is', value: name },
    isMadeUp: true,
    order: isAlbum ? upwards('track', 'title') : upwards('album', 'track', 'title'),
  };
}

function nameOf(encoded: string): string {
  return Buffer.from(encoded, 'base64url').toString();
}
