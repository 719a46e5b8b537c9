import type { MessageKey } from '../../lib/messages.svelte.ts';

const MAX_NAME_BYTES = 255;

/** What is wrong with a name, as the server sees it; undefined for a good one. */
export function nameProblem(name: string): MessageKey | undefined {
  if (name === '') return 'name.empty';
  if (name === '.' || name === '..') return 'name.dots';
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f/\\]/.test(name)) return 'name.characters';
  if (!name.isWellFormed()) return 'name.characters';
  if (new TextEncoder().encode(name).length > MAX_NAME_BYTES) return 'name.too-long';
  return undefined;
}

/** Without the blanks around it, which nobody sees and nobody means; a name that has some already keeps them. */
export function tidyName(name: string, was = ''): string {
  return name === was ? name : name.trim();
}

/** As the server tells names apart: composed and decomposed accents are the same. */
export function sameName(a: string, b: string): boolean {
  return a.normalize('NFC') === b.normalize('NFC');
}

/** How much of a name is selected for changing it: all of a folder's, a file's without its extension. */
export function stemLength(name: string, kind: 'file' | 'folder'): number {
  const dot = name.lastIndexOf('.');
  if (kind === 'folder' || dot <= 0) return name.length;
  const isDouble = /\.tar\.\w{1,4}$/i.exec(name);
  return isDouble ? isDouble.index : dot;
}
