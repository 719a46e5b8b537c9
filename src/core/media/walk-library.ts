import { setImmediate } from 'node:timers/promises';
import type { Core } from '../core.ts';
import type { Node, Space } from '../node.ts';
import type { MediaMember, MediaRow } from '../ports/media-library.ts';
import { Companions } from './companions.ts';
import { fileRows, folderRow, isShownFolder, type AddedAt } from './library-rows.ts';
import type { MediaLibrary } from './media-library.ts';

const NODES_AT_ONCE = 250;
/** Each page means a look at all of the folder's. */
const MEMBERS_AT_ONCE = 5000;

/** What it takes to bring the library up to date. */
export interface LibraryWork {
  readonly core: Core;
  readonly library: MediaLibrary;
  readonly space: Space;
  readonly signal: AbortSignal;
}

/** Rows on their way into the library: few commits, and none that holds others up for long. */
class Batch {
  readonly #library: MediaLibrary;
  #rows: MediaRow[] = [];

  constructor(library: MediaLibrary) {
    this.#library = library;
  }

  async put(rows: readonly MediaRow[]): Promise<void> {
    this.#rows.push(...rows);
    if (this.#rows.length >= NODES_AT_ONCE) await this.flush();
  }

  async flush(): Promise<void> {
    const put = this.#rows;
    this.#rows = [];
    if (put.length > 0) await this.#library.update({ put, removed: [] });
  }
}

/**
 * Makes the library what a folder is, and all below it if `isDeep`: puts rows in, page by page, and takes out what is not
 * there any more. Gives back which folders it has been in.
 */
export async function walkFolder(
  work: LibraryWork,
  top: Node,
  { isDeep, addedAtMs }: { isDeep: boolean; addedAtMs: AddedAt },
): Promise<number[]> {
  const batch = new Batch(work.library);
  const waiting = [top];
  const gone: number[] = [];
  const walked: number[] = [];
  for (let folder = waiting.pop(); folder; folder = waiting.pop()) {
    const members = await putFolder(work, folder, { batch, addedAtMs });
    for (const nodeId of members.gone) gone.push(nodeId);
    walked.push(folder.id);
    if (isDeep) for (const inner of members.folders.reverse()) waiting.push(inner);
  }
  await batch.flush();
  await removeTrees(work, gone);
  return walked;
}

async function putFolder(
  work: LibraryWork,
  folder: Node,
  { batch, addedAtMs }: { batch: Batch; addedAtMs: AddedAt },
): Promise<{ folders: Node[]; gone: number[] }> {
  const { core } = work;
  // Once for what lies beside films, and once for these: no large folder is held as a whole.
  const companions = new Companions();
  for await (const page of childPages(work, folder.id)) for (const node of page) companions.add(node);
  await batch.put([folderRow(folder, { space: work.space, folderCoverId: companions.folderCoverId, addedAtMs })]);

  const shown = new Set<number>();
  const folders: Node[] = [];
  for await (const page of childPages(work, folder.id)) {
    const rows = await fileRows(core, page, { companions, addedAtMs });
    for (const { nodeId } of rows) shown.add(nodeId);
    folders.push(...page.filter(isShownFolder));
    await batch.put(rows);
  }
  for (const { id } of folders) shown.add(id);
  const gone: number[] = [];
  for await (const { nodeId } of membersOf(work, folder.id)) if (!shown.has(nodeId)) gone.push(nodeId);
  return { folders, gone };
}

async function* childPages({ core, signal }: LibraryWork, parentId: number): AsyncGenerator<Node[]> {
  for (let after = ''; ;) {
    signal.throwIfAborted();
    // SQLite answers at once: others get their turn here.
    await setImmediate();
    const page = await core.store.listChildren(parentId, { after, limit: NODES_AT_ONCE });
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < NODES_AT_ONCE) return;
    after = last.name;
  }
}

/** What the library has in a folder. */
async function* membersOf({ core, signal }: LibraryWork, parentId: number): AsyncGenerator<MediaMember> {
  for (let after = 0; ;) {
    signal.throwIfAborted();
    await setImmediate();
    const page = await core.store.media.members(parentId, { after, limit: MEMBERS_AT_ONCE });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < MEMBERS_AT_ONCE) return;
    after = last.nodeId;
  }
}

/** Takes rows out, with all below them: the innermost first, so that nothing is left behind that nobody comes to. */
export async function removeTrees(work: LibraryWork, nodeIds: readonly number[]): Promise<void> {
  const { core, library, signal } = work;
  const all: number[] = [];
  const folders: number[] = [];
  const take = (nodeId: number, isFolder: boolean): void => {
    all.push(nodeId);
    if (isFolder) folders.push(nodeId);
  };
  for (let at = 0; at < nodeIds.length; at += NODES_AT_ONCE) {
    const entries = await core.store.media.entries(nodeIds.slice(at, at + NODES_AT_ONCE));
    for (const { nodeId, kind } of entries) take(nodeId, kind === 'folder');
  }
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const { nodeId, isFolder } of membersOf(work, folder)) take(nodeId, isFolder);
  }
  for (let end = all.length; end > 0; end -= NODES_AT_ONCE) {
    signal.throwIfAborted();
    await library.update({ put: [], removed: all.slice(Math.max(0, end - NODES_AT_ONCE), end) });
  }
}
