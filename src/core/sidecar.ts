/**
 * Names under which Finder puts beside a file, or into a folder, what has no place in the file itself: AppleDouble
 * files (`._x` beside `x`: resource fork, tags, where it was downloaded from) and how a folder was last looked at.
 */
export function isSidecarName(name: string): boolean {
  return name === '.DS_Store' || (name.startsWith('._') && name.length > 2);
}

/** The name of what belongs to `name` alone, if there is any. */
export function sidecarNameOf(name: string): string {
  return `._${name}`;
}
