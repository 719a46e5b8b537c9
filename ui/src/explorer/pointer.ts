import { beginDrag } from './drag.ts';
import { explorer } from './explorer.svelte.ts';
import type { RubberBand } from './rubber-band.svelte.ts';

/** How long a finger rests until it chooses. */
const LONG_PRESS_MS = 500;
/** How far it may move meanwhile. */
const LONG_PRESS_SLACK = 10;

/** What mouse and finger do in the list, whatever it looks like: entries are what has `data-index`. */
export function pointerInput(box: HTMLElement, band: RubberBand): () => void {
  const ends = new AbortController();
  const { signal } = ends;
  let pressType = 'mouse';
  let wasLongPress = false;

  box.addEventListener(
    'pointerdown',
    (event) => {
      pressType = event.pointerType;
      wasLongPress = false;
      band.wasDrawn = false;
      if (pressType === 'touch') {
        waitForLongPress(box, event, () => {
          wasLongPress = true;
        });
      } else if (event.button === 0 && isFree(box, event)) {
        band.begin(box, event);
      }
    },
    { signal },
  );
  box.addEventListener(
    'click',
    (event) => {
      if (isForItself(event.target)) return;
      // Links are for the middle button and other tabs.
      event.preventDefault();
      if (wasLongPress || band.wasDrawn) return;
      const index = indexAt(event.target);
      if (index === undefined) explorer.clear();
      else if (pressType === 'touch') tap(index);
      else click(index, event);
    },
    { signal },
  );
  box.addEventListener(
    'dblclick',
    (event) => {
      const index = indexAt(event.target);
      const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
      if (index === undefined || isForItself(event.target) || pressType === 'touch' || !isPlain) return;
      const entry = explorer.list.at(index);
      if (entry) explorer.open(entry);
    },
    { signal },
  );
  menusAndDrags(box, () => pressType, signal);
  return () => ends.abort();
}

function menusAndDrags(box: HTMLElement, pressType: () => string, signal: AbortSignal): void {
  box.addEventListener(
    'contextmenu',
    (event) => {
      if (isForItself(event.target)) return;
      if (pressType() === 'touch') event.preventDefault();
      else chooseForMenu(indexAt(event.target));
    },
    // Before the menu asks what it is for.
    { signal, capture: true },
  );
  box.addEventListener(
    'dragstart',
    (event) => {
      const index = indexAt(event.target);
      if (index === undefined) return;
      chooseForMenu(index);
      beginDrag(event, explorer.target);
    },
    { signal },
  );
}

/** Where nothing can be dragged: beside the entries, and in rows beside the names. */
function isFree(box: HTMLElement, { target, offsetX }: PointerEvent): boolean {
  if (target === box && offsetX >= box.clientWidth) return false;
  return target instanceof Element && !isForItself(target) && target.closest('[draggable="true"]') === null;
}

/** Fields and buttons in a row. */
function isForItself(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, button') !== null;
}

function indexAt(target: EventTarget | null): number | undefined {
  const element = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
  return element ? Number(element.dataset['index']) : undefined;
}

function click(index: number, { shiftKey, ctrlKey, metaKey }: MouseEvent): void {
  const isAdding = ctrlKey || metaKey;
  if (shiftKey) explorer.selection.extendTo(index, { isAdding });
  else if (isAdding) explorer.selection.toggle(index);
  else explorer.selection.only(index);
  explorer.goTo(index);
}

function tap(index: number): void {
  const entry = explorer.list.at(index);
  if (!entry) return;
  if (!explorer.isChoosing) {
    explorer.open(entry);
    return;
  }
  explorer.selection.toggle(index);
  if (explorer.selection.count === 0) explorer.clear();
}

/** The menu is about what is chosen; pressed elsewhere, about what it was pressed on. */
function chooseForMenu(index: number | undefined): void {
  const entry = index === undefined ? undefined : explorer.list.at(index);
  if (index === undefined || !entry) explorer.clear();
  else if (!explorer.selection.has(entry.id)) explorer.selection.only(index);
  if (index !== undefined) explorer.goTo(index);
}

function waitForLongPress(box: HTMLElement, press: PointerEvent, onlong: () => void): void {
  const index = indexAt(press.target);
  if (index === undefined) return;
  const ends = new AbortController();
  const timer = setTimeout(() => {
    ends.abort();
    onlong();
    explorer.isChoosing = true;
    explorer.selection.toggle(index);
  }, LONG_PRESS_MS);
  ends.signal.addEventListener('abort', () => clearTimeout(timer));
  const { signal } = ends;
  const stop = (): void => ends.abort();
  box.addEventListener(
    'pointermove',
    ({ clientX, clientY }) => {
      if (Math.hypot(clientX - press.clientX, clientY - press.clientY) > LONG_PRESS_SLACK) stop();
    },
    { signal },
  );
  for (const end of ['pointerup', 'pointercancel', 'scroll'] as const) box.addEventListener(end, stop, { signal });
}
