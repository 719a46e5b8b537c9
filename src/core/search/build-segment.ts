import { setImmediate } from 'node:timers/promises';
import type { Core } from '../core.ts';
import type { NamedNode, Posting, SearchSegment } from '../ports/search.ts';
import { SegmentBuilder } from './segment-builder.ts';

/** As many nodes as one segment takes: some tens of megabytes while it is built. */
export const SEGMENT_NODES = 131_072;
/** Requests get their turn after this. */
const SLICE_MS = 5;
/** What one operation writes: a few milliseconds, in which no other has its turn. */
const POSTINGS_AT_ONCE = 500;
const CHARS_AT_ONCE = 256 * 1024;

/**
 * Writes a segment of these nodes, each of them once. It is of no use before `useSearchSegments`; cut off, it is left
 * over.
 */
export async function buildSegment(
  core: Core,
  { nodes, upToNodeId }: { nodes: readonly NamedNode[]; upToNodeId: number },
  signal: AbortSignal,
): Promise<SearchSegment> {
  const builder = new SegmentBuilder();
  const turns = new Turns(signal);
  let lastId = 0;
  for (const node of nodes.toSorted((a, b) => b.id - a.id)) {
    if (node.id === lastId) continue;
    lastId = node.id;
    builder.add(node);
    await turns.give();
  }
  const { segmentId } = await core.store.run('openSearchSegment', { nowMs: core.clock.nowMs() });
  let postings: Posting[] = [];
  let chars = 0;
  for await (const posting of builder.postings(() => turns.give())) {
    postings.push(posting);
    chars += posting.nodeIds.length;
    if (postings.length < POSTINGS_AT_ONCE && chars < CHARS_AT_ONCE) continue;
    await core.store.run('fillSearchSegment', { segmentId, postings });
    signal.throwIfAborted();
    postings = [];
    chars = 0;
  }
  await core.store.run('fillSearchSegment', { segmentId, postings });
  return { id: segmentId, upToNodeId, nodeCount: builder.nodeCount };
}

/** Lets others have their turn now and then. */
class Turns {
  readonly #signal: AbortSignal;
  #since = performance.now();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  async give(): Promise<void> {
    if (performance.now() - this.#since < SLICE_MS) return;
    this.#signal.throwIfAborted();
    await setImmediate();
    this.#since = performance.now();
  }
}
