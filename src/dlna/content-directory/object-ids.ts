import { ROOT_ID, viewOf, type View } from './views.ts';

/** What an object id stands for. The parts of a set's memory and of its bookmarks: they never change. */
export type ObjectId =
  | { readonly type: 'root' }
  | { readonly type: 'view'; readonly view: View }
  | { readonly type: 'folder'; readonly nodeId: number }
  /** `view`: as it is referred to there. */
  | { readonly type: 'item'; readonly nodeId: number; readonly view: View | undefined };

/** Undefined for what was never given out. */
export function parseObjectId(id: string): ObjectId | undefined {
  if (id === ROOT_ID) return { type: 'root' };
  const view = viewOf(id);
  if (view) return { type: 'view', view };
  const [, place, kind, digits] = /^(?:(.+)\/)?([fi])([1-9]\d{0,14})$/.exec(id) ?? [];
  if (digits === undefined) return undefined;
  const nodeId = Number(digits);
  if (place === undefined) return kind === 'f' ? { type: 'folder', nodeId } : { type: 'item', nodeId, view: undefined };
  const around = viewOf(place);
  return kind === 'i' && around?.order ? { type: 'item', nodeId, view: around } : undefined;
}

export function folderId(nodeId: number): string {
  return `f${nodeId}`;
}

export function itemId(nodeId: number): string {
  return `i${nodeId}`;
}
