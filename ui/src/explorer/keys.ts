import type { MessageKey } from '../lib/messages.svelte.ts';
import { letterKeys } from '../state/letter-keys.svelte.ts';
import { tellProblem } from '../state/toasts.ts';
import { explorer } from './explorer.svelte.ts';
import { stepBy } from './steps.ts';
import { TypeAhead } from './type-ahead.ts';
import type { Viewport } from './viewport.svelte.ts';

/** The keys of the list, for the key help; the actions on what is chosen have their own. */
export const EXPLORER_KEYS: readonly { readonly keys: readonly string[]; readonly label: MessageKey }[] = [
  { keys: ['ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown'], label: 'explorer.key-move' },
  { keys: ['Shift+ArrowDown'], label: 'explorer.key-extend' },
  { keys: ['Space'], label: 'explorer.key-toggle' },
  { keys: ['$mod+KeyA'], label: 'explorer.key-all' },
  { keys: ['Escape'], label: 'explorer.key-clear' },
  { keys: ['Enter'], label: 'explorer.key-open' },
  { keys: ['Alt+ArrowUp'], label: 'explorer.key-parent' },
  { keys: ['KeyG'], label: 'explorer.key-view' },
  { keys: ['A…Z'], label: 'explorer.key-jump' },
];

/** Held or pressed for the letter that follows. */
const MODIFIERS: ReadonlySet<string> = new Set(['Shift', 'AltGraph', 'CapsLock', 'Dead']);

const typeAhead = new TypeAhead();
let jumps = 0;

/** Letters that follow others at once are more of a name, whatever else they stand for. */
export function takeNextLetter(event: KeyboardEvent): void {
  if (!isForList(event)) return;
  if (!isLetter(event)) {
    if (!MODIFIERS.has(event.key)) typeAhead.end();
    return;
  }
  if (!typeAhead.isTyping()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  jump(event.key);
}

/** After the keys of the actions. */
export function takeKey(event: KeyboardEvent, viewport: Viewport): void {
  if (!isForList(event)) return;
  const isTaken = event.altKey ? takeAltKey(event) : takeStep(event, viewport) || takeOther(event);
  if (isTaken) event.preventDefault();
}

/** Pressed in the list, or while nothing has the keyboard; not in a field, a menu or a dialog. */
function isForList(event: KeyboardEvent): boolean {
  const { target, defaultPrevented, isComposing } = event;
  if (defaultPrevented || isComposing || !(target instanceof HTMLElement)) return false;
  if (target.closest('input, textarea, select, [contenteditable], [role="dialog"], [role="menu"]')) return false;
  if (target.closest('[data-entries]') !== null) return true;
  return (target === document.body || target.id === 'main') && (letterKeys.areOn || !isLetter(event));
}

function isLetter({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return !ctrlKey && !metaKey && !altKey && /^.$/u.test(key);
}

function takeAltKey({ key }: KeyboardEvent): boolean {
  if (key !== 'ArrowUp') return false;
  explorer.openParent();
  return true;
}

function takeStep(event: KeyboardEvent, { layout }: Viewport): boolean {
  const { focus, list, selection } = explorer;
  const { columns, rowsInView } = layout;
  const index = stepBy(event.key, focus, { count: list.count, columns, rowsInView });
  if (index === undefined) return false;
  const isKept = event.ctrlKey || event.metaKey;
  if (event.shiftKey) {
    if (selection.count === 0) selection.only(focus);
    selection.extendTo(index, { isAdding: isKept });
    explorer.goTo(index);
  } else if (isKept) {
    explorer.goTo(index);
  } else {
    explorer.chooseAt(index);
  }
  return true;
}

function takeOther(event: KeyboardEvent): boolean {
  const { key, ctrlKey, metaKey, shiftKey } = event;
  const hasModifier = ctrlKey || metaKey;
  if (key === ' ' && !shiftKey) {
    explorer.selection.toggle(explorer.focus);
    return true;
  }
  if (hasModifier) {
    if (key.toLowerCase() !== 'a') return false;
    explorer.selection.all();
    return true;
  }
  if (key === 'Enter') return openFocused();
  if (key === 'Escape') {
    explorer.clear();
    return true;
  }
  if (!isLetter(event)) return false;
  if (key === 'g') explorer.toggleView();
  else jump(key);
  return true;
}

function openFocused(): boolean {
  const entry = explorer.list.at(explorer.focus);
  if (entry) explorer.open(entry);
  return entry !== undefined;
}

function jump(letter: string): void {
  const { list } = explorer;
  jumps += 1;
  const count = jumps;
  void typeAhead.type(letter, list, explorer.focus).then((index) => {
    // Another letter may have come meanwhile.
    if (index !== undefined && explorer.list === list && count === jumps) explorer.chooseAt(index);
  }, tellProblem);
}
