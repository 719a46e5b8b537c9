import { contentAddress } from '../api/contents.ts';
import type { FileEntry } from '../api/files.ts';
import { formatNumber } from '../lib/format.ts';
import { isAtOrBelow, parentOf } from '../lib/paths.ts';
import type { Held } from '../state/clipboard.svelte.ts';
import { addressOf } from '../state/router.svelte.ts';
import { session } from '../state/session.svelte.ts';
import { isApple } from './actions/keys.ts';
import { readDragged, type Dragged } from './dragged.ts';
import type { Target } from './actions/target.ts';

/** Of what other windows of this page can take. */
const TYPE = 'application/x-nosocial-files';

/** What is dragged from this window; others only learn of it when it is dropped. */
let dragged: Target | undefined;

/** Of `dragstart` on one of the chosen. */
export function beginDrag(event: DragEvent, target: Target): void {
  const { dataTransfer } = event;
  if (!dataTransfer || target.count === 0) return;
  dragged = target;
  addEventListener('dragend', () => (dragged = undefined), { once: true, capture: true });
  dataTransfer.effectAllowed = 'copyMove';
  const { known, count } = target;
  // What is not loaded yet cannot be told to other windows in time.
  if (known.length === count) dataTransfer.setData(TYPE, JSON.stringify(messageOf(known)));
  dataTransfer.setData('text/plain', known.map(({ path }) => location.origin + addressOf(path)).join('\n'));
  const [only] = known;
  if (count === 1 && only?.kind === 'file') dataTransfer.setData('DownloadURL', downloadOf(only));
  showImage(dataTransfer, count === 1 ? (only?.name ?? '') : formatNumber(count));
}

/** Whether the event is about files of this page, or of another window of it. */
export function isOfFiles({ dataTransfer }: DragEvent): boolean {
  return dragged !== undefined || dataTransfer?.types.includes(TYPE) === true;
}

/** Files from the desktop, or wherever the browser has them from. */
export function isFromDesktop({ dataTransfer }: DragEvent): boolean {
  return dragged === undefined && dataTransfer?.types.includes('Files') === true;
}

/** As the key that is held has it. */
export function wayOf({ ctrlKey, altKey }: DragEvent): 'move' | 'copy' {
  return (isApple() ? altKey : ctrlKey) ? 'copy' : 'move';
}

/** Whether it may be dropped there, as far as this window can tell. */
export function mayDrop(event: DragEvent, folder: Pick<FileEntry, 'path' | 'rights'>): boolean {
  if (!folder.rights.add) return false;
  if (dragged === undefined) return true;
  return dragged.known.some((entry) => fits(entry, folder.path, wayOf(event)));
}

/** Whether what is dragged may be deleted. */
export function mayTrash(): boolean {
  return dragged === undefined || dragged.known.some(({ rights }) => rights.remove);
}

/** Of `drop`: what was dropped; undefined when it is from another server or of somebody else. */
export function dropped({ dataTransfer }: DragEvent): Promise<readonly Held[] | undefined> {
  // To be read now: after the event there is nothing to read any more.
  const text = dataTransfer?.getData(TYPE) ?? '';
  const target = dragged;
  dragged = undefined;
  if (target) return target.entries();
  return Promise.resolve(readDragged(text, { origin: location.origin, user: session.account?.name }));
}

/** Not into itself or below, nor where it is already. */
function fits({ path }: Held, folder: string, way: 'move' | 'copy'): boolean {
  return !isAtOrBelow(folder, path) && (way === 'copy' || parentOf(path) !== folder);
}

function messageOf(known: readonly FileEntry[]): Dragged {
  const entries = known.map(({ id, name, kind, path }) => ({ id, name, kind, path }));
  return { origin: location.origin, user: session.account?.name ?? '', entries };
}

/** Chromium lets a file be dragged out to the desktop by this. */
function downloadOf(file: FileEntry): string {
  const name = file.name.replaceAll(':', '_');
  const address = contentAddress(file, { isDownload: true });
  return `${file.mediaType ?? 'application/octet-stream'}:${name}:${location.origin}${address}`;
}

function showImage(dataTransfer: DataTransfer, text: string): void {
  const image = document.createElement('div');
  image.className = 'drag-image';
  image.textContent = text;
  document.body.append(image);
  dataTransfer.setDragImage(image, -12, -12);
  // The browser has taken its picture by then.
  setTimeout(() => image.remove());
}
