import { DomainError } from '../lib/errors.ts';
import type { Actor } from './actor.ts';
import type { Core } from './core.ts';
import type { Located } from './located.ts';
import { isAllowed } from './permissions.ts';
import type { PlaybackPosition, PositionPlace } from './ports/playback-positions.ts';
import { locateByChain } from './reach.ts';
import { userRoot } from './spaces.ts';
import { locate, type Whereabouts } from './tree.ts';

/** Each user's; the oldest give way. */
const MAX_PER_USER = 5000;
/** Who stopped as early as this has only had a look. */
const BEGUN_MS = 10_000;
/** What is left when something is over: credits, applause, … */
const END_PART = 0.05;
/** … of something short at least so much, … */
const END_MS = 30_000;
/** … which of something very short is no more than this. */
const SHORT_END_PART = 0.1;

export interface Played {
  readonly positionMs: number;
  readonly durationMs: number | undefined;
  /** When it was played; undefined: at this moment. */
  readonly atMs: number | undefined;
}

/** Whether so little is left that nobody would go on there: the last 20th, or the last 30 seconds of something short. */
export function isSeenAt({ positionMs, durationMs }: Pick<Played, 'positionMs' | 'durationMs'>): boolean {
  if (durationMs === undefined || durationMs <= 0) return false;
  const endMs = Math.max(durationMs * END_PART, Math.min(END_MS, durationMs * SHORT_END_PART));
  return positionMs >= durationMs - endMs;
}

/** Where `actor` was in a file; undefined without any. Throws `not-found`, `is-a-collection`. */
export async function positionOf(core: Core, actor: Actor, where: Whereabouts): Promise<PlaybackPosition | undefined> {
  const { node } = await locateFile(core, actor, where);
  return core.store.positions.get(actor.userId, node.id);
}

/**
 * Keeps where `actor` is in a file that they may read, unless a later one is kept already; gives the one that is kept.
 * It stays with the file wherever that is moved to and whatever its content becomes. Throws `not-found`,
 * `is-a-collection`.
 */
export async function notePosition(
  core: Core,
  actor: Actor,
  where: Whereabouts,
  { positionMs, durationMs, atMs }: Played,
): Promise<PlaybackPosition> {
  const { node } = await locateFile(core, actor, where);
  const nowMs = core.clock.nowMs();
  const played = { positionMs: Math.min(positionMs, durationMs ?? Infinity), durationMs };
  return core.store.run('notePosition', {
    userId: actor.userId,
    nodeId: node.id,
    ...played,
    isSeen: isSeenAt(played),
    // A clock that is ahead would keep all that is played from now on from counting.
    updatedAtMs: Math.min(atMs ?? nowMs, nowMs),
    maxPerUser: MAX_PER_USER,
  });
}

/** As if it had never been played. Throws `not-found`, `is-a-collection`. */
export async function forgetPosition(core: Core, actor: Actor, where: Whereabouts): Promise<void> {
  const { node } = await locateFile(core, actor, where);
  await core.store.run('forgetPosition', { userId: actor.userId, nodeId: node.id });
}

export interface PlayedFile {
  readonly located: Located;
  readonly position: PlaybackPosition;
}

/** What `actor` played and still sees, the latest first. A page may be shorter than it could be. */
export async function playedFiles(
  core: Core,
  actor: Actor,
  { isSeen, limit, after }: { isSeen: boolean | undefined; limit: number; after: PositionPlace | undefined },
): Promise<{ files: PlayedFile[]; next: PositionPlace | undefined }> {
  const positions = await core.store.positions.listOf(actor.userId, { isSeen, fromMs: BEGUN_MS, after, limit });
  const root = await userRoot(core, actor);
  const chains = await core.store.files.chainsOf(positions.map(({ nodeId }) => nodeId));
  const files = positions.flatMap((position) => {
    const located = locateByChain(root, actor, chains.get(position.nodeId) ?? []);
    return located && isAllowed(actor, 'read', located.node, located.space) ? [{ located, position }] : [];
  });
  return { files, next: positions.length < limit ? undefined : positions.at(-1) };
}

async function locateFile(core: Core, actor: Actor, where: Whereabouts): Promise<Located> {
  const located = await locate(core, actor, where);
  if (located.node.kind === 'collection') throw new DomainError('is-a-collection', 'this is a folder, not a file');
  return located;
}
