import type { Target } from './target.ts';

export function isAny({ count }: Target): boolean {
  return count > 0;
}

export function isNothing({ count }: Target): boolean {
  return count === 0;
}

export function isOne({ count }: Target): boolean {
  return count === 1;
}

/**
 * Some of the chosen may be moved, renamed and deleted. Of the others the server says why not, each by its name: that tells
 * more than an action that is missing.
 */
export function mayRemove({ known }: Target): boolean {
  return known.some(({ rights }) => rights.remove);
}

/** Something may be put into the open folder. */
export function mayAdd({ folder }: Target): boolean {
  return folder?.rights.add === true;
}
