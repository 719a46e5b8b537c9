import { MAX_NAME_BYTES } from '../lib/node-path.ts';

/**
 * Names under which Finder puts beside a file, or into a folder, what has no place in the file itself: AppleDouble
 * files (`._x` beside `x`: resource fork, tags, where it was downloaded from) and how a folder was last looked at.
 */
export function isSidecarName(name: string): boolean {
  return name === '.DS_Store' || (name.startsWith('._') && name.length > 2);
}

/** The name of what belongs to `name` alone, if there is any; longer than a name may be when `name` nearly is. */
export function sidecarNameOf(name: string): string {
  return `._${name}`;
}

/** Whether a file that gets this name can have a sidecar. */
export function canHaveSidecar(name: string): boolean {
  return Buffer.byteLength(sidecarNameOf(name)) <= MAX_NAME_BYTES;
}
