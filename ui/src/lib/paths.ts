export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

export function joined(folder: string, name: string): string {
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}

/** As the API takes a folder that something goes into under the name it has. */
export function into(folder: string): string {
  return folder === '/' ? '/' : `${folder}/`;
}

export function isAtOrBelow(path: string, top: string): boolean {
  return path === top || top === '/' || path.startsWith(`${top}/`);
}

/** Last part of a path; empty for the root. */
export function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
