import { isDomainError } from '../../lib/errors.ts';
import type { Core } from '../core.ts';
import type { StoredPack } from '../ports/metadata-store.ts';
import type { Rest } from './pace.ts';

/** A pack is worth the work when at least half of it is dead, and that is more than a trifle. */
const LEAST_DEAD_PART = 0.5;
const LEAST_DEAD_BYTES = 64 * 1024;
/** What a pack has beside contents: its own head, and one for each of them. */
const PACK_HEAD_BYTES = 16;
const RECORD_HEAD_BYTES = 48;
/** Contents in packs have 64 KiB at most: so many are copied with one sync. */
const PIECES_AT_ONCE = 64;

export interface Compaction {
  readonly core: Core;
  readonly signal: AbortSignal;
  readonly rest: Rest;
  /** So many pieces were moved, of so many bytes. */
  readonly onMoved: (pieces: number, sizeBytes: number) => void;
}

/**
 * Moves what lives in mostly dead packs to the packs that their disks write now; packs that are empty then go the way of
 * all empty packs. Copies are synced before anything refers to them, and each is referred to only if its original still
 * is: a crash leaves both or one, never none, and nothing that counts. A piece whose bytes are not right stays where it
 * is, for `fsck` to name, and its pack with it.
 */
export async function compact(compaction: Compaction): Promise<void> {
  const { core, signal } = compaction;
  for (const disk of core.blobs.listDisks()) {
    if (disk.state === 'down') continue;
    for (const pack of await core.store.listPacks(disk.id)) {
      if (signal.aborted) return;
      if (!isMostlyDead(pack)) continue;
      const hasRoom = await emptyPack(compaction, pack);
      if (!hasRoom) break;
    }
  }
}

/** How much of a sealed pack nothing refers to. */
export function deadBytesOf({ lengthBytes, liveBytes, liveCount }: StoredPack): number {
  return Math.max(0, lengthBytes - PACK_HEAD_BYTES - liveBytes - liveCount * RECORD_HEAD_BYTES);
}

function isMostlyDead(pack: StoredPack): boolean {
  if (!pack.isSealed || pack.condemnedAtMs !== undefined || pack.liveCount === 0) return false;
  const deadBytes = deadBytesOf(pack);
  return deadBytes >= LEAST_DEAD_BYTES && deadBytes >= pack.lengthBytes * LEAST_DEAD_PART;
}

/** False when the disk has no room, or is away. */
async function emptyPack(compaction: Compaction, pack: StoredPack): Promise<boolean> {
  try {
    let after: number | undefined;
    do {
      compaction.signal.throwIfAborted();
      const startedAt = performance.now();
      after = await movePieces(compaction, pack, after);
      await compaction.rest(performance.now() - startedAt);
    } while (after !== undefined);
    return true;
  } catch (error) {
    if (isDomainError(error, 'no-space', 'unavailable')) return false;
    throw error;
  }
}

/** Moves the next pieces; answers where they end, undefined when there are no more. */
async function movePieces(
  { core, onMoved }: Compaction,
  { id, diskId }: StoredPack,
  after: number | undefined,
): Promise<number | undefined> {
  const page = { ...(after !== undefined && { after }), limit: PIECES_AT_ONCE };
  const pieces = await core.store.inspection.listPieces(id, page);
  const alive = pieces.filter(({ isDead }) => !isDead);
  const copies = await core.blobs.copyPieces(diskId, alive);
  const moves = alive.flatMap((from, index) => {
    const to = copies[index];
    return to === undefined ? [] : [{ from, to }];
  });
  if (moves.length > 0) {
    const { moved } = await core.store.run('relocateBlobs', { moves });
    onMoved(
      moved,
      moves.reduce((sum, { to }) => sum + to.sizeBytes, 0),
    );
  }
  return pieces.at(-1)?.offsetBytes;
}
