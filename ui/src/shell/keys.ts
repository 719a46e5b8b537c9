import { tinykeys } from 'tinykeys';
import { palette } from '../search/palette-state.svelte.ts';
import { letterKeys } from '../state/letter-keys.svelte.ts';
import { keyHelp } from './key-help.svelte.ts';

/** For the key help, and to say them beside what they do. */
export const GLOBAL_KEYS = [
  { keys: ['/', '$mod+KeyK'], label: 'keys.search' },
  { keys: ['?'], label: 'keys.help' },
  { keys: ['$mod+KeyZ'], label: 'action.undo' },
] as const;

/** The keys that do the same on every page; returns how to end it. */
export function globalKeys(): () => void {
  const ends = [
    tinykeys(window, { '$mod+KeyK': taken(() => palette.open()) }, { ignore: isComposingOrAsked }),
    // Which of them need Shift depends on the keyboard.
    tinykeys(
      window,
      { '[Shift]+/': taken(() => palette.open()), '[Shift]+?': taken(() => keyHelp.open()) },
      { ignore: (event) => !letterKeys.areOn || isComposingOrAsked(event) || isWriting(event) },
    ),
  ];
  return () => ends.forEach((end) => end());
}

function taken(act: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    event.preventDefault();
    act();
  };
}

/** While a character is composed, or a menu or dialog is open. */
function isComposingOrAsked({ isComposing }: KeyboardEvent): boolean {
  return isComposing || document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null;
}

function isWriting({ target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest('input:not([type="checkbox"]), textarea, select') !== null;
}
