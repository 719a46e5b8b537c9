import { setImmediate } from 'node:timers/promises';
import type { Core } from '../core.ts';
import type { Watcher } from '../maintenance/progress.ts';
import type { NamedNode, RenamedNode, SearchSegment } from '../ports/search.ts';
import { buildSegment, SEGMENT_NODES } from './build-segment.ts';

const NAMES_AT_ONCE = 1000;
const DROPPED_AT_ONCE = 1000;
/** Whoever found a segment in use that was replaced meanwhile has read its postings by then. */
const REPLACED_KEPT_MS = 60_000;
/** Below this, what is new is looked through faster than an index of it is kept. */
const WORTH_INDEXING = 2000;
/** Segments of like size that are made one; and how much larger than the others the largest of them may be. */
const MERGED_AT_ONCE = 6;
const LIKE_SIZE = 8;

export interface IndexState {
  /** Indexed nodes, those that are gone by now among them. */
  readonly indexedCount: number;
  readonly segmentCount: number;
  /** Nodes that are not indexed yet, at most; they are looked through as they are. */
  readonly newCount: number;
  readonly renamedCount: number;
}

export async function indexState({ store: { search } }: Core): Promise<IndexState> {
  const segments = await search.listSegments();
  const newCount = (await search.lastNodeId()) - lastIndexed(segments);
  const { count: renamedCount } = await search.countRenamed();
  return { indexedCount: sumOf(segments), segmentCount: segments.length, newCount, renamedCount };
}

export function isWorthIndexing({ newCount, renamedCount }: IndexState): boolean {
  return newCount + renamedCount >= WORTH_INDEXING;
}

/** Nodes with ids up to this one are indexed. */
export function lastIndexed(segments: readonly SearchSegment[]): number {
  return segments.reduce((last, { upToNodeId }) => Math.max(last, upToNodeId), 0);
}

function sumOf(segments: readonly SearchSegment[]): number {
  return segments.reduce((sum, { nodeCount }) => sum + nodeCount, 0);
}

/**
 * Takes what is new or was renamed into the index as soon as there is enough of it, and makes few segments of many.
 * Nobody else may index at the same time. What it was at when it is cut off is dropped the next time.
 */
export async function followNames(core: Core, watcher: Watcher): Promise<void> {
  await dropLeftovers(core, watcher.signal);
  while (isWorthIndexing(await indexState(core))) await indexNew(core, watcher);
  await mergeSegments(core, watcher.signal);
}

async function indexNew(core: Core, { signal, onProgress }: Watcher): Promise<void> {
  const segments = await core.store.search.listSegments();
  const { lastSerial, lastId } = await settledNumbers(core, signal);
  const renamed = await namesRenamed(core, lastSerial, signal);
  const fresh = await namesBetween(core, { afterId: lastIndexed(segments), lastId }, signal);
  const upToNodeId = fresh.at(-1)?.id ?? lastIndexed(segments);
  const segment = await buildSegment(core, { nodes: [...renamed, ...fresh], upToNodeId }, signal);
  const renamedUpTo = renamed.length < SEGMENT_NODES ? lastSerial : (renamed.at(-1)?.serial ?? 0);
  await use(core, { segments: [segment], replaces: [], renamedUpTo });
  const doneCount = sumOf(segments) + segment.nodeCount;
  onProgress({ activity: 'indexing names', doneCount, doneBytes: 0 });
}

/**
 * Builds an index of all names and takes it into use in place of what there is, which serves until then. Nobody else may
 * index at the same time.
 */
export async function rebuildIndex(core: Core, { signal, onProgress }: Watcher): Promise<void> {
  await dropLeftovers(core, signal);
  const replaced = await core.store.search.listSegments();
  const { lastSerial, lastId } = await settledNumbers(core, signal);
  const segments: SearchSegment[] = [];
  let upToNodeId = 0;
  let doneCount = 0;
  for (let isDone = false; !isDone;) {
    const nodes = await namesBetween(core, { afterId: upToNodeId, lastId }, signal);
    isDone = nodes.length < SEGMENT_NODES;
    upToNodeId = nodes.at(-1)?.id ?? upToNodeId;
    if (nodes.length > 0) segments.push(await buildSegment(core, { nodes, upToNodeId }, signal));
    doneCount += nodes.length;
    // Ids have gaps: as many nodes as there are ids is the most that there can be.
    const totalCount = doneCount + Math.max(0, lastId - upToNodeId);
    onProgress({ activity: 'indexing names', doneCount, doneBytes: 0, totalCount });
  }
  await use(core, { segments, replaces: replaced.map(({ id }) => id), renamedUpTo: lastSerial });
}

/** Of segments of like size one is made; what is gone by now is left out of it. */
async function mergeSegments(core: Core, signal: AbortSignal): Promise<void> {
  for (;;) {
    const group = alike(await core.store.search.listSegments());
    if (group === undefined) return;
    const nodes: NamedNode[] = [];
    for (const { id } of group) nodes.push(...(await namesIn(core, id, signal)));
    const segment = await buildSegment(core, { nodes, upToNodeId: lastIndexed(group) }, signal);
    await use(core, { segments: [segment], replaces: group.map(({ id }) => id), renamedUpTo: 0 });
  }
}

/** The first such group that makes a segment of permitted size. */
function alike(segments: readonly SearchSegment[]): SearchSegment[] | undefined {
  const sizeClass = ({ nodeCount }: SearchSegment): number =>
    Math.floor(Math.log(Math.max(1, nodeCount)) / Math.log(LIKE_SIZE));
  for (const group of Map.groupBy(segments, sizeClass).values()) {
    let left = SEGMENT_NODES;
    const merged = group.filter(({ nodeCount }) => {
      const fits = nodeCount <= left;
      if (fits) left -= nodeCount;
      return fits;
    });
    if (merged.length >= MERGED_AT_ONCE) return merged;
  }
  return undefined;
}

/**
 * The highest numbers of a rename and of a node up to which nothing becomes visible any more: whoever had one of them
 * before is waited for.
 */
async function settledNumbers(core: Core, signal: AbortSignal): Promise<{ lastSerial: number; lastId: number }> {
  const { search } = core.store;
  const { lastSerial } = await search.countRenamed();
  const lastId = await search.lastNodeId();
  let afterSpaceId: number | undefined = 0;
  while (afterSpaceId !== undefined) {
    signal.throwIfAborted();
    ({ next: afterSpaceId } = await core.store.run('passWriters', { afterSpaceId }));
  }
  return { lastSerial, lastId };
}

/** As many as one segment takes; what is renamed again meanwhile has a higher number than `lastSerial`. */
async function namesRenamed(core: Core, lastSerial: number, signal: AbortSignal): Promise<RenamedNode[]> {
  return inPages(signal, async (last: RenamedNode | undefined, limit) => {
    const page = await core.store.search.listRenamed({ afterSerial: last?.serial ?? 0, limit });
    return page.filter(({ serial }) => serial <= lastSerial);
  });
}

async function namesBetween(
  core: Core,
  { afterId, lastId }: { afterId: number; lastId: number },
  signal: AbortSignal,
): Promise<NamedNode[]> {
  return inPages(signal, async (last: NamedNode | undefined, limit) => {
    const page = await core.store.search.listNames({ afterId: last?.id ?? afterId, limit });
    return page.filter(({ id }) => id <= lastId);
  });
}

async function inPages<N>(
  signal: AbortSignal,
  read: (last: N | undefined, limit: number) => Promise<N[]>,
): Promise<N[]> {
  const all: N[] = [];
  while (all.length < SEGMENT_NODES) {
    signal.throwIfAborted();
    const limit = Math.min(NAMES_AT_ONCE, SEGMENT_NODES - all.length);
    const page = await read(all.at(-1), limit);
    all.push(...page);
    if (page.length < limit) break;
    await setImmediate();
  }
  return all;
}

/** What the nodes of a segment are called now. */
async function namesIn(core: Core, segmentId: number, signal: AbortSignal): Promise<NamedNode[]> {
  const ids = await core.store.search.listIndexed(segmentId);
  const names: NamedNode[] = [];
  for (let at = 0; at < ids.length; at += NAMES_AT_ONCE) {
    signal.throwIfAborted();
    names.push(...(await core.store.search.getNodes(ids.slice(at, at + NAMES_AT_ONCE))));
    await setImmediate();
  }
  return names;
}

async function use(
  core: Core,
  change: { segments: readonly SearchSegment[]; replaces: readonly number[]; renamedUpTo: number },
): Promise<void> {
  await core.store.run('useSearchSegments', { ...change, nowMs: core.clock.nowMs() });
}

async function dropLeftovers(core: Core, signal: AbortSignal): Promise<void> {
  for (const segmentId of await core.store.search.listLeftovers(core.clock.nowMs() - REPLACED_KEPT_MS)) {
    for (let isDone = false; !isDone;) {
      signal.throwIfAborted();
      const { done } = await core.store.run('dropSearchSegment', { segmentId, limit: DROPPED_AT_ONCE });
      isDone = done;
    }
  }
}
