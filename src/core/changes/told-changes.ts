import type { Core } from '../core.ts';
import type { Change, ChangePosition } from '../ports/changes.ts';

/** What became of something, as people say it. */
export const TOLD_ACTIONS = [
  'created',
  'changed',
  'properties',
  'renamed',
  'moved',
  'copied',
  'trashed',
  'expired',
  'restored',
  'removed',
] as const;
export type ToldAction = (typeof TOLD_ACTIONS)[number];

/** Where something was before. */
export interface FormerPlace {
  readonly parentId: number;
  readonly name: string;
}

/** A change as somebody is told of it who sees certain spaces. */
export interface ToldChange {
  readonly action: ToldAction;
  readonly change: Change;
  /** Of what was moved or renamed. */
  readonly from?: FormerPlace;
  /** It passes with something that is told besides: a lock on nothing, a file that took the place of another. */
  readonly isPassing: boolean;
}

/**
 * What a row of the log means to one who sees the spaces `spaceIds`: a move from or to any other is something new or gone.
 * Undefined for what the other half of a move tells.
 */
export async function tell(core: Core, change: Change, spaceIds: readonly number[]): Promise<ToldChange | undefined> {
  const isPassing = change.cause === 'locked';
  if (change.cause !== 'moved') return { action: actionOf(change), change, isPassing };
  const together = await changesTogether(core, change, spaceIds);
  if (change.kind === 'removed') {
    if (together.some((other) => other.kind === 'added' && other.nodeId === change.nodeId)) return undefined;
    // A file that was moved onto another, which has its content now.
    const isMerged = together.some((other) => other.kind === 'content');
    return { action: 'removed', change, isPassing: isMerged };
  }
  const from = together.find((other) => other.kind === 'removed' && other.nodeId === change.nodeId);
  if (!from) return { action: change.kind === 'added' ? 'created' : 'changed', change, isPassing };
  const { parentId, name } = from;
  return { action: parentId === change.parentId ? 'renamed' : 'moved', change, from: { parentId, name }, isPassing };
}

/** Spaces that a move touched have its revision in common. */
async function changesTogether(
  core: Core,
  { spaceId, rev, atMs }: Change,
  spaceIds: readonly number[],
): Promise<Change[]> {
  const found: Change[] = [];
  for (const id of new Set([spaceId, ...spaceIds])) {
    const changes = await core.store.changes.changesAt(id, rev);
    // In another space something else can have had that revision: at another time.
    found.push(...changes.filter((each) => each.atMs === atMs && each.cause === 'moved'));
  }
  return found;
}

function actionOf({ kind, cause }: Change): ToldAction {
  if (kind === 'properties') return 'properties';
  if (kind === 'content') return cause === 'filled' ? 'created' : 'changed';
  if (kind === 'removed') return cause === 'trashed' || cause === 'expired' ? cause : 'removed';
  return cause === 'copied' || cause === 'restored' ? cause : 'created';
}

/** How far one has followed each of several spaces. */
export type FeedPositions = ReadonlyMap<number, ChangePosition>;

const POSITIONS = /^([0-9a-f]{1,64})((?:,\d{1,16}\.\d{1,16}\.\d{1,16}){0,64})$/;

/** As the id of an event. */
export function writePositions(epoch: string, positions: FeedPositions): string {
  return [epoch, ...[...positions].map(([id, { rev, seq }]) => `${id}.${rev}.${seq}`)].join();
}

/** Undefined for the positions of another store, and for what are none. */
export function readPositions(text: string, epoch: string): FeedPositions | undefined {
  const [, of, positions] = POSITIONS.exec(text) ?? [];
  if (of !== epoch || positions === undefined) return undefined;
  const parts = positions.split(',').filter((part) => part !== '');
  return new Map(
    parts.map((part) => {
      const [spaceId = 0, rev = 0, seq = 0] = part.split('.').map(Number);
      return [spaceId, { rev, seq }];
    }),
  );
}
