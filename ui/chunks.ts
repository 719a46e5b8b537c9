import { join } from 'node:path';

/** What rolldown tells of a module; its own type is not exported by name. */
interface ModuleInfo {
  readonly importedIds: readonly string[];
}
interface Graph {
  getModuleInfo(id: string): ModuleInfo | null;
}
interface Reached {
  readonly ahead: ReadonlySet<string>;
  readonly start: ReadonlySet<string>;
  readonly signIn: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
  readonly menus: ReadonlySet<string>;
}

const sourceOf = (path: string): string => join(import.meta.dirname, 'src', path);
/** What asks the server first; it imports no library. */
const AHEAD = [sourceOf('ask-ahead.ts')];
/** What every visit begins with, signing in, and the files. */
const START = [sourceOf('main.ts')];
const SIGN_IN = [sourceOf('sign-in/sign-in-page.svelte')];
const FILES = [sourceOf('shell/signed-in.svelte'), sourceOf('explorer/explorer-page.svelte')];

/** What menus and dialogs are drawn with: all of them come with the first. */
const MENUS = [sourceOf('parts/open-menu.svelte'), sourceOf('parts/menu-at.svelte'), sourceOf('parts/dialog.svelte')];

const isLibrary = (id: string): boolean => id.includes('node_modules');
const isCatalogue = (id: string): boolean => /[\\/]messages[\\/]en\.json/.test(id);

/**
 * Left alone, the bundler makes a file of everything that two parts of the page share: the first visit took 63 of them,
 * and browsers ask for six at a time over HTTP/1.1. What is needed first goes into a handful of files, of sizes that
 * are loaded side by side; all else stays on demand.
 */
export function firstChunks() {
  let known: Reached | undefined;
  const group = (name: string, priority: number, isIn: (id: string, reached: Reached) => boolean) => ({
    name: (id: string, graph: Graph) => (isIn(id, (known ??= reach(graph))) ? name : null),
    priority,
  });
  return [
    group('ask-ahead', 7, (id, { ahead }) => ahead.has(id)),
    group('messages', 6, (id, { start }) => start.has(id) && isCatalogue(id)),
    group('start-libraries', 5, (id, { start }) => start.has(id) && isLibrary(id)),
    group('start', 4, (id, { start }) => start.has(id)),
    group('sign-in', 3, (id, { signIn }) => signIn.has(id)),
    group('files-libraries', 2, (id, { files }) => files.has(id) && isLibrary(id)),
    group('files', 1, (id, { files }) => files.has(id)),
    group('menus', 0, (id, { menus }) => menus.has(id)),
  ];
}

/** What signing in and the files have in common belongs to the start: neither loads the other. */
function reach(graph: Graph): Reached {
  const signIn = reachedFrom(SIGN_IN, graph);
  const files = reachedFrom(FILES, graph);
  const shared = [...signIn].filter((id) => files.has(id));
  const ahead = reachedFrom(AHEAD, graph);
  return {
    ahead,
    start: new Set([...reachedFrom(START, graph), ...shared]),
    signIn,
    files,
    menus: reachedFrom(MENUS, graph),
  };
}

/** With what they import at once, and what that imports. */
function reachedFrom(ids: readonly string[], graph: Graph): Set<string> {
  const reached = new Set(ids);
  for (const id of reached) {
    for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) reached.add(imported);
  }
  return reached;
}
