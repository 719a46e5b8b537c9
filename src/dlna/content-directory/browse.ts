import type { MediaLibrary } from '../../core/media/media-library.ts';
import type { MediaEntry } from '../../core/ports/media-library.ts';
import type { DlnaContext } from '../context.ts';
import type { Shown, ShownContainer } from '../didl/shown.ts';
import type { ActionCall, Outcome } from '../soap/action.ts';
import { UpnpError } from '../soap/upnp-error.ts';
import { containersIn, countedView, rootContainer, rootContainers, sortContainers } from './containers.ts';
import { parseObjectId, type ObjectId } from './object-ids.ts';
import { cut, listed, windowOf, type Found, type Window } from './page.ts';
import { shownEntry, shownFolder } from './shown-objects.ts';
import type { View } from './views.ts';

/** ContentDirectory:1 §2.7.4. */
export async function browse(call: ActionCall): Promise<Outcome> {
  const { args, context } = call;
  const window = windowOf(call);
  const id = parseObjectId(args.text('ObjectID'));
  if (id === undefined) throw new UpnpError(701, `there is no object ${args.text('ObjectID')}`);
  const isMetadata = args.text('BrowseFlag') === 'BrowseMetadata';
  return listed(call, isMetadata ? await objectAt(id, context) : await childrenOf(id, window, context));
}

async function objectAt(id: ObjectId, context: DlnaContext): Promise<Found> {
  const updateId = await context.library.updateId();
  const one = (shown: Shown, own = updateId): Found => ({ objects: [shown], total: 1, updateId: own });
  switch (id.type) {
    case 'root':
      return one(await rootContainer(context));
    case 'view':
      return one(await countedOrNone(id.view, context));
    case 'folder': {
      const folder = await folderAt(id.nodeId, context);
      return one(shownFolder(folder), folder.updateId);
    }
    case 'item':
      return one(await itemAt(id.nodeId, id.view, context));
  }
}

/** What is made up of names that nobody has is not there; the containers that have names of their own always are. */
async function countedOrNone(view: View, context: DlnaContext): Promise<ShownContainer> {
  const counted = await countedView(view, context);
  if (counted.childCount === 0 && view.isMadeUp) throw new UpnpError(701, `there is nothing in ${view.id}`);
  return counted;
}

/** Throws 701 for what is no folder. */
async function folderAt(nodeId: number, { library }: DlnaContext): Promise<MediaEntry> {
  const entry = await library.entry(nodeId);
  if (entry.kind !== 'folder') throw new UpnpError(701, `${nodeId} is no folder`);
  return entry;
}

async function itemAt(nodeId: number, view: View | undefined, { library }: DlnaContext): Promise<Shown> {
  const entry = view ? await entryIn(nodeId, view, library) : await library.entry(nodeId);
  if (entry === undefined || entry.kind === 'folder') throw new UpnpError(701, `there is no item ${nodeId}`);
  return shownEntry(entry, view);
}

async function entryIn(nodeId: number, view: View, library: MediaLibrary): Promise<MediaEntry | undefined> {
  const criterion = { all: [{ nodeId }, ...(view.criterion ? [view.criterion] : [])] };
  const { entries } = await library.list({ scope: view.scope, criterion, order: [], offset: 0, limit: 1 });
  return entries[0];
}

async function childrenOf(id: ObjectId, window: Window, context: DlnaContext): Promise<Found> {
  switch (id.type) {
    case 'root':
      return containerPage(await rootContainers(context), window, context);
    case 'view':
      return viewPage(id.view, window, context);
    case 'folder':
      return folderPage(id.nodeId, window, context);
    case 'item':
      throw new UpnpError(710, `${id.nodeId} has nothing in it`);
  }
}

async function containerPage(
  containers: readonly ShownContainer[],
  window: Window,
  { library }: DlnaContext,
): Promise<Found> {
  const objects = cut(sortContainers(containers, window), window);
  return { objects, total: containers.length, updateId: await library.updateId() };
}

async function viewPage(view: View, window: Window, context: DlnaContext): Promise<Found> {
  const containers = await containersIn(view, context);
  if (containers) return containerPage(containers, window, context);
  const { scope, criterion, order: usual = [], most } = view;
  // Of the newest it would be other films in another order, and sets ask for everything by title.
  const order = window.order.length === 0 || most !== undefined ? usual : window.order;
  const limit = Math.min(window.limit, Math.max(0, (most ?? Infinity) - window.offset));
  const page = await context.library.list({ scope, criterion, order, offset: window.offset, limit });
  const objects = page.entries.map((entry) => shownEntry(entry, view));
  const total = Math.min(page.total, most ?? Infinity);
  if (total === 0 && view.isMadeUp) throw new UpnpError(701, `there is nothing in ${view.id}`);
  return { objects, total, updateId: await context.library.updateId() };
}

const FOLDERS_FIRST = [
  { by: 'kind', isDescending: false },
  { by: 'title', isDescending: false },
] as const;

async function folderPage(nodeId: number, { offset, limit, order }: Window, context: DlnaContext): Promise<Found> {
  const query = { scope: { in: nodeId }, order: order.length === 0 ? FOLDERS_FIRST : order, offset, limit };
  const [folder, page] = await Promise.all([folderAt(nodeId, context), context.library.list(query)]);
  const objects = page.entries.map((entry) => shownEntry(entry));
  return { objects, total: page.total, updateId: folder.updateId };
}
