import { naturalKey } from '../../lib/natural-order.ts';
import { isDomainError } from '../../lib/errors.ts';
import type { DlnaContext } from '../context.ts';
import type { ShownContainer } from '../didl/shown.ts';
import type { Window } from './page.ts';
import { shownFolder, shownView } from './shown-objects.ts';
import { fixedView, groupView, KIND_OF_ROOT_VIEW, ROOT_ID, yearView, type View } from './views.ts';

/** What the root has in it: the folders as they are, and the views of kinds of which there is something. */
export async function rootContainers(context: DlnaContext): Promise<ShownContainer[]> {
  const { media } = context.core.store;
  const [folder, counts, years] = await Promise.all([rootFolder(context), media.counts(), media.years('video')]);
  const inMusic = counts.audio === 0 ? [] : await musicContainers(context);
  const views = KIND_OF_ROOT_VIEW.flatMap(([id, kind]) => {
    const view = fixedView(id);
    if (counts[kind] === 0) return [];
    if (id === 'years') return shownView(view, years.length);
    if (id === 'music') return shownView(view, inMusic.length);
    return shownView(view, Math.min(counts[kind], view.most ?? Infinity));
  });
  return [...folder, ...views];
}

/** None before the library has been looked through for the first time: the root itself is there from the beginning. */
async function rootFolder({ library }: DlnaContext): Promise<ShownContainer[]> {
  try {
    return [shownFolder(await library.entry(await library.rootId()))];
  } catch (error) {
    if (isDomainError(error, 'not-found')) return [];
    throw error;
  }
}

/** The containers in a view; undefined when there are pieces in it. */
export async function containersIn(view: View, context: DlnaContext): Promise<ShownContainer[] | undefined> {
  const { media } = context.core.store;
  switch (view.id) {
    case 'years':
      return (await media.years('video')).map(({ year, count }) => shownView(yearView(year), count));
    case 'music':
      return musicContainers(context);
    case 'music/albums':
      return (await media.groups('album')).map(({ name, count }) => shownView(groupView('album', name), count));
    case 'music/artists':
      return (await media.groups('artist')).map(({ name, count }) => shownView(groupView('artist', name), count));
    default:
      return undefined;
  }
}

/** Music without tags has neither albums nor artists. */
async function musicContainers({ core }: DlnaContext): Promise<ShownContainer[]> {
  const { media } = core.store;
  const [{ audio }, albums, artists] = await Promise.all([
    media.counts(),
    media.groups('album'),
    media.groups('artist'),
  ]);
  const counts = { 'music/titles': audio, 'music/albums': albums.length, 'music/artists': artists.length };
  return (['music/titles', 'music/albums', 'music/artists'] as const)
    .filter((id) => counts[id] > 0)
    .map((id) => shownView(fixedView(id), counts[id]));
}

/** A view with what is in it counted. */
export async function countedView(view: View, context: DlnaContext): Promise<ShownContainer> {
  const containers = await containersIn(view, context);
  if (containers) return shownView(view, containers.length);
  const { scope, criterion, order = [], most = Infinity } = view;
  const { total } = await context.library.list({ scope, criterion, order, offset: 0, limit: 1 });
  return shownView(view, Math.min(total, most));
}

export async function rootContainer(context: DlnaContext): Promise<ShownContainer> {
  const { length: childCount } = await rootContainers(context);
  const { friendlyName: title } = context.device;
  const common = { type: 'container', id: ROOT_ID, parentId: '-1', objectClass: 'object.container' } as const;
  return { ...common, title, childCount, isSearchable: true, picturedId: undefined };
}

/** By title if that is asked for; else as they are. */
export function sortContainers(containers: readonly ShownContainer[], { order }: Window): readonly ShownContainer[] {
  const byTitle = order.find(({ by }) => by === 'title');
  if (!byTitle) return containers;
  const keyed = containers.map((container) => ({ container, key: naturalKey(container.title) }));
  const direction = byTitle.isDescending ? -1 : 1;
  keyed.sort((one, other) => (one.key < other.key ? -direction : Number(one.key > other.key) * direction));
  return keyed.map(({ container }) => container);
}
