import { setImmediate } from 'node:timers/promises';
import { nameKey } from '../../lib/node-path.ts';
import type { Node } from '../node.ts';
import type { Change } from '../ports/changes.ts';
import type { MediaRow } from '../ports/media-library.ts';
import { Companions, isFolderCover, stemsBeside } from './companions.ts';
import { fileRows, folderRow, isShownFolder } from './library-rows.ts';
import { removeTrees, walkFolder, type LibraryWork } from './walk-library.ts';

const NODES_AT_ONCE = 250;

/** What became of a node; how it came to that does not matter, since it is looked at as it is now. */
interface Touched {
  readonly atMs: number;
  /** A tree came to be there: what is below it has no rows of its own in the log. */
  readonly isNewTree: boolean;
}

/**
 * Brings the library up to date with what changed. All of it is looked at as it is now: to apply a change twice, or late,
 * does no harm, and what has changed again since comes with a change of its own.
 */
export async function applyChanges(work: LibraryWork, changes: readonly Change[]): Promise<void> {
  const nodes = touchedNodes(changes);
  const names = Map.groupBy(changes, ({ parentId }) => parentId);
  const chains = await work.core.store.files.chainsOf([...new Set([...nodes.keys(), ...names.keys()])]);
  /** The node as it is, if it is there for everybody to see. */
  const shown = (nodeId: number): Node | undefined => {
    const chain = chains.get(nodeId) ?? [];
    return isReachable(work, chain) ? chain[0] : undefined;
  };
  const gone = [...nodes.keys()].filter((nodeId) => shown(nodeId) === undefined);
  await removeTrees(work, gone);

  const walked = new Set<number>();
  for (const [nodeId, touched] of nodes) {
    const node = shown(nodeId);
    if (node?.kind !== 'collection' || walked.has(nodeId)) continue;
    for (const id of await updateFolder(work, node, touched)) walked.add(id);
  }
  for (const [parentId, there] of names) {
    const folder = shown(parentId);
    if (folder && !walked.has(parentId)) await updateFiles(work, folder, there);
  }
}

function touchedNodes(changes: readonly Change[]): Map<number, Touched> {
  const left = new Set(changes.filter(({ kind }) => kind === 'removed').map(({ rev, nodeId }) => `${rev} ${nodeId}`));
  const nodes = new Map<number, Touched>();
  for (const { rev, nodeId, kind, isCollection, atMs } of changes) {
    const isNew = kind === 'added' && isCollection && !left.has(`${rev} ${nodeId}`);
    nodes.set(nodeId, { atMs, isNewTree: isNew || (nodes.get(nodeId)?.isNewTree ?? false) });
  }
  return nodes;
}

/** Whether a node is in the media space, and so are all above it for everybody to see. */
function isReachable({ space }: LibraryWork, chain: readonly Node[]): boolean {
  if (chain.at(-1)?.id !== space.rootId) return false;
  return chain
    .slice(0, -1)
    .every((node, at) => (at === 0 ? isShownFolder(node) || node.kind === 'file' : isShownFolder(node)));
}

/**
 * A folder that was moved or renamed takes along what is in it; one that is new to the library is gone through. Gives back
 * those that were.
 */
async function updateFolder(work: LibraryWork, node: Node, { atMs, isNewTree }: Touched): Promise<number[]> {
  const [known] = await work.core.store.media.entries([node.id]);
  if (known === undefined || isNewTree) return walkFolder(work, node, { isDeep: true, addedAtMs: atMs });
  const row = folderRow(node, { space: work.space, folderCoverId: known.folderCoverId, addedAtMs: atMs });
  await work.library.update({ put: [row], removed: [] });
  return [];
}

/** Files of these names are there now, or were, and so may be films that they belong to. */
async function updateFiles(work: LibraryWork, folder: Node, changes: readonly Change[]): Promise<void> {
  const atMs = Math.max(...changes.map((change) => change.atMs));
  const names = changes.filter(({ isCollection }) => !isCollection).map(({ name }) => name);
  // Of what stands for all that is in a folder nothing is known but by a look at all of it.
  if (names.some(isFolderCover)) await walkFolder(work, folder, { isDeep: false, addedAtMs: atMs });
  // What has to do with several of the names is found with each of them.
  const put = new Map<number, MediaRow>();
  const removed = new Set<number>();
  const flush = async (): Promise<void> => {
    if (put.size + removed.size > 0) await work.library.update({ put: [...put.values()], removed: [...removed] });
    put.clear();
    removed.clear();
  };
  for (const stem of new Set(names.flatMap(stemsBeside))) {
    const { rows, hidden } = await filesOf(work, { parentId: folder.id, stem, atMs });
    for (const row of rows) put.set(row.nodeId, row);
    for (const nodeId of hidden) removed.add(nodeId);
    if (put.size + removed.size >= NODES_AT_ONCE) await flush();
  }
  await flush();
}

/** What a folder has of the name `stem`, with and without an ending: those that are shown, and those that are not. */
async function filesOf(
  { core, signal }: LibraryWork,
  { parentId, stem, atMs }: { parentId: number; stem: string; atMs: number },
): Promise<{ rows: MediaRow[]; hidden: number[] }> {
  const companions = new Companions();
  const nodes: Node[] = [];
  const [, bare] = (await core.store.walk(parentId, [stem])) ?? [];
  if (bare?.kind === 'file') nodes.push(bare);
  const beginning = `${stem}.`;
  for (let after = beginning; ;) {
    signal.throwIfAborted();
    await setImmediate();
    const page = await core.store.listChildren(parentId, { after, limit: NODES_AT_ONCE });
    const ours = page.filter(({ name }) => nameKey(name).startsWith(beginning));
    nodes.push(...ours.filter(({ kind }) => kind === 'file'));
    const last = page.at(-1);
    if (last === undefined || ours.length < NODES_AT_ONCE) break;
    after = last.name;
  }
  for (const node of nodes) companions.add(node);
  const rows = await fileRows(core, nodes, { companions, addedAtMs: atMs });
  const shown = new Set(rows.map(({ nodeId }) => nodeId));
  return { rows, hidden: nodes.filter(({ id }) => !shown.has(id)).map(({ id }) => id) };
}
