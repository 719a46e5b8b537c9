import type { MediaCriterion, MediaQuery, MediaScope } from '../../core/ports/media-library.ts';
import { isDomainError } from '../../lib/errors.ts';
import type { DlnaContext } from '../context.ts';
import type { ActionCall, Outcome } from '../soap/action.ts';
import { UpnpError } from '../soap/upnp-error.ts';
import { countedView, sortContainers } from './containers.ts';
import { parseObjectId } from './object-ids.ts';
import { cut, listed, windowOf, type Found } from './page.ts';
import { criterionOf, type Wanted } from './search-criterion.ts';
import { parseSearch } from './search-expression.ts';
import { foundGroups } from './search-groups.ts';
import { shownEntry } from './shown-objects.ts';
import type { View } from './views.ts';

/** Where is searched, and as what things are found. */
interface Place {
  readonly scope: MediaScope;
  readonly criterion?: MediaCriterion | undefined;
  /** The view that refers to them; undefined when they are found where they are. */
  readonly view: View | undefined;
  /** Of the whole library, hence of all of a kind. */
  readonly isAll: boolean;
}

/** ContentDirectory:1 §2.7.5: all that is found at any depth below a container. */
export async function search(call: ActionCall): Promise<Outcome> {
  const { args, context } = call;
  const window = windowOf(call);
  const expression = parseSearch(args.text('SearchCriteria'));
  const place = await placeOf(args.text('ContainerID'), context);
  const wanted = criterionOf(expression, { viewId: place?.view?.id });
  const updateId = await context.library.updateId();
  if (wanted === false) {
    const groups = sortContainers(await foundGroups(expression, args.text('ContainerID'), context), window);
    return listed(call, { objects: cut(groups, window), total: groups.length, updateId });
  }
  if (place === undefined) return listed(call, { objects: [], total: 0, updateId });
  return listed(call, await found({ ...window, ...narrowed(place, wanted) }, { place, updateId, context }));
}

/** Undefined for the newest, which cannot be searched: it says so of itself. Throws 710. */
async function placeOf(containerId: string, context: DlnaContext): Promise<Place | undefined> {
  const { library } = context;
  const id = parseObjectId(containerId);
  const none = (): UpnpError => new UpnpError(710, `there is no container ${containerId}`);
  if (id === undefined || id.type === 'item') throw none();
  if (id.type === 'root') return { scope: { below: await library.rootId() }, view: undefined, isAll: true };
  if (id.type === 'view') {
    if (id.view.isMadeUp && (await countedView(id.view, context)).childCount === 0) throw none();
    return placeIn(id.view);
  }
  const folder = await library.entry(id.nodeId).catch((error: unknown) => {
    throw isDomainError(error, 'not-found') ? none() : error;
  });
  if (folder.kind !== 'folder') throw none();
  return { scope: { below: id.nodeId }, view: undefined, isAll: false };
}

function placeIn(view: View): Place | undefined {
  const { scope, criterion, order, most } = view;
  return most === undefined ? { scope, criterion, view: order && view, isAll: false } : undefined;
}

/** All of a kind is found by an index; below a folder each has to be looked at. */
function narrowed(
  { scope, criterion, isAll }: Place,
  wanted: Exclude<Wanted, false>,
): Pick<MediaQuery, 'scope' | 'criterion'> {
  if (wanted === true) return { scope, criterion };
  const kind = 'kinds' in wanted && wanted.kinds.length === 1 ? wanted.kinds[0] : undefined;
  if (isAll && kind !== undefined && kind !== 'folder') return { scope: { kind } };
  return { scope, criterion: criterion ? { all: [criterion, wanted] } : wanted };
}

async function found(
  query: MediaQuery,
  { place, updateId, context }: { place: Place; updateId: number; context: DlnaContext },
): Promise<Found> {
  const page = await context.library.list(query).catch((error: unknown) => {
    throw isDomainError(error, 'too-large') ? new UpnpError(708, error.message, { cause: error }) : error;
  });
  return { objects: page.entries.map((entry) => shownEntry(entry, place.view)), total: page.total, updateId };
}
