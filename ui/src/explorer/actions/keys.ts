import { createKeybindingsHandler, tinykeys, type KeybindingsMap } from 'tinykeys';
import { addressOf } from '../../state/router.svelte.ts';
import { letterKeys } from '../../state/letter-keys.svelte.ts';
import { tellProblem, undoLatest } from '../../state/toasts.ts';
import type { Action } from './action.ts';
import { readable } from './key-names.ts';
import { paste } from './move-copy.ts';
import { mayAdd } from './rights.ts';
import { ACTIONS } from './table.ts';
import type { Target } from './target.ts';

const LETTER_ALONE = /^Key[A-Z]$/;

/** How people call the key of an action: `Ctrl+X`. */
export function keysText({ keys }: Action): string | undefined {
  return keys?.[0] === undefined ? undefined : readable(keys[0], isApple());
}

/** Runs it, and tells what went wrong. */
export function runAction(action: Action, target: Target): void {
  Promise.resolve()
    .then(() => action.run(target))
    .catch(tellProblem);
}

/** Listens to the keys of the actions while a list of files is shown; returns how to end it. */
export function actionKeys(target: () => Target): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  document.addEventListener('copy', (event) => putText(event, target()), { signal });
  document.addEventListener('cut', (event) => putText(event, target()), { signal });
  document.addEventListener('paste', (event) => pasteInto(event, target()), { signal });
  const end = tinykeys(window, bindingsOf(target), { ignore: isForOthers });
  return () => {
    end();
    abort.abort();
  };
}

/** For keys that come to somebody else alone, as to the viewer. */
export function keyHandler(target: () => Target | undefined): (event: KeyboardEvent) => void {
  return createKeybindingsHandler(bindingsOf(target));
}

function bindingsOf(target: () => Target | undefined): KeybindingsMap {
  const undo = (event: KeyboardEvent): void => {
    event.preventDefault();
    void undoLatest();
  };
  const bindings: KeybindingsMap = { '$mod+KeyZ': undo };
  for (const action of ACTIONS) {
    if (action.hasOwnKeys) continue;
    for (const keys of action.keys ?? []) {
      bindings[keys] = (event) => {
        if (letterKeys.areOn || !LETTER_ALONE.test(keys)) press(action, event, target());
      };
    }
  }
  return bindings;
}

function press(action: Action, event: KeyboardEvent, target: Target | undefined): void {
  // Held down, it would be done again and again.
  if (!target || event.repeat || !action.isOffered(target)) return;
  if (isClipboardKey(action) && hasSelectedText()) return;
  // Of cutting and copying the browser shall tell, too: then the other programs get a text.
  if (!isClipboardKey(action)) event.preventDefault();
  runAction(action, target);
}

function isClipboardKey({ id }: Action): boolean {
  return id === 'cut' || id === 'copy';
}

/** What other programs get is the addresses. It also replaces the picture that a paste would upload again. */
function putText(event: ClipboardEvent, { known }: Target): void {
  if (known.length === 0 || isForOthers(event) || hasSelectedText()) return;
  event.clipboardData?.setData('text/plain', known.map(({ path }) => location.origin + addressOf(path)).join('\n'));
  event.preventDefault();
}

/** Files from other programs are uploads, and not this one's. */
function pasteInto(event: ClipboardEvent, target: Target): void {
  if (event.defaultPrevented || isForOthers(event) || (event.clipboardData?.files.length ?? 0) > 0) return;
  if (target.folder && mayAdd(target)) paste(target.folder.path).catch(tellProblem);
}

/** While somebody writes, or composes a character, or a menu or dialog is open. */
export function isForOthers(event: Event): boolean {
  if (event instanceof KeyboardEvent && event.isComposing) return true;
  const { target } = event;
  if (document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]')) return true;
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest('input:not([type="checkbox"]), textarea, select') !== null;
}

function hasSelectedText(): boolean {
  return getSelection()?.isCollapsed === false;
}

export function isApple(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}
