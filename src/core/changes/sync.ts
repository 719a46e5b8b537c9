import { DomainError } from '../../lib/errors.ts';
import type { Actor } from '../actor.ts';
import type { Core } from '../core.ts';
import type { Space } from '../node.ts';
import { userRoot } from '../spaces.ts';
import type { Located } from '../tree.ts';
import { keyOf } from './former-places.ts';
import { storeEpoch } from './store-epoch.ts';
import { assertKnown, beginningOf, SyncScope, type ScopeTop, type SyncItem } from './sync-scope.ts';
import {
  END_OF_REV,
  invalidToken,
  readSyncToken,
  writeSyncToken,
  type SyncLevel,
  type SyncPosition,
} from './sync-token.ts';

/** How often it begins again when folders are moved about meanwhile. */
const MAX_TRIES = 5;

export interface SyncRequest {
  readonly collection: Located;
  readonly level: SyncLevel;
  /** What the client got last; undefined when it knows nothing. Nothing is gone then, and everything is new. */
  readonly token: string | undefined;
  /** Items at most. */
  readonly limit: number;
}

export interface SyncAnswer {
  readonly items: readonly SyncItem[];
  /** Where the client is with these. */
  readonly token: string;
  /** Nothing is left to be told by now. */
  readonly isComplete: boolean;
}

/**
 * What happened in a collection, RFC 6578. Throws `position-unknown` for a token that is not of this collection and
 * store, or too old, and `busy` when the tree does not come to rest.
 */
export async function syncCollection(core: Core, actor: Actor, request: SyncRequest): Promise<SyncAnswer> {
  const epoch = await storeEpoch(core);
  const scopes = await scopesOf(core, actor, request);
  const known = request.token === undefined ? undefined : positionsIn(request.token, { epoch, request });
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const answer = await gather(core, { scopes, request, known, epoch });
    if (answer) return answer;
  }
  throw new DomainError('busy', 'folders are being moved about', { retryAfterSeconds: 1 });
}

/** A token for who has seen all of a collection after the revisions of the spaces were read. */
export function tokenAt(
  { collection, mounts, epoch }: { collection: Located; mounts: readonly Space[]; epoch: string },
  revs: ReadonlyMap<number, number>,
): string {
  const spaces = [collection.space, ...(collection.place === 'root' ? mounts : [])];
  const positions = spaces
    .filter(({ kind }) => kind !== 'root')
    .map(({ id }) => ({ spaceId: id, rev: revs.get(id) ?? 0, seq: END_OF_REV }));
  return writeSyncToken({ epoch, collectionId: collection.node.id, level: 'any', positions });
}

/** The parts of what is followed, each in a space of its own: from the root on also what is mounted there. */
type Scope = ScopeTop & { readonly isMember: boolean; readonly isFollowed: boolean };

async function scopesOf(core: Core, actor: Actor, { collection, level }: SyncRequest): Promise<Scope[]> {
  const own =
    collection.space.kind === 'root' ? [] : [{ located: collection, level, isMember: false, isFollowed: true }];
  if (collection.place !== 'root') return own;
  const mounts: Scope[] = [];
  for (const space of (await userRoot(core, actor)).mounts) {
    const node = await core.store.getNode(space.rootId);
    const path = { segments: [...collection.path.segments, space.mountName], trailingSlash: true };
    if (!node) continue;
    const located: Located = { path, node, space, place: 'mount' };
    mounts.push({ located, level, isMember: true, isFollowed: level === 'infinite' });
  }
  return [...own, ...mounts];
}

function positionsIn(
  token: string,
  { epoch, request }: { epoch: string; request: SyncRequest },
): ReadonlyMap<number, SyncPosition> {
  const { collection, level } = request;
  const state = readSyncToken(token);
  const isOfLevel = state.level === 'any' || state.level === level;
  if (state.epoch !== epoch || state.collectionId !== collection.node.id || !isOfLevel) throw invalidToken();
  const positions = new Map(state.positions.map((position) => [position.spaceId, position]));
  // It was in another space by then.
  if (collection.space.kind !== 'root' && !positions.has(collection.space.id)) throw invalidToken();
  return positions;
}

interface Gathering {
  readonly scopes: readonly Scope[];
  readonly request: SyncRequest;
  readonly known: ReadonlyMap<number, SyncPosition> | undefined;
  readonly epoch: string;
}

/** Undefined when collections were moved meanwhile: places may have been missed. */
async function gather(core: Core, { scopes, request, known, epoch }: Gathering): Promise<SyncAnswer | undefined> {
  const { collection, level, limit } = request;
  const items = new Map<string, SyncItem>();
  const positions: SyncPosition[] = [];
  let isComplete = true;
  for (const scope of scopes) {
    const from = known?.get(scope.located.space.id);
    if (isComplete) {
      const step = await gatherScope(core, scope, { from, items, limit });
      if (!step) return undefined;
      if (step.position) positions.push(step.position);
      ({ isComplete } = step);
    } else if (from) {
      positions.push(from);
    }
  }
  const token = writeSyncToken({ epoch, collectionId: collection.node.id, level, positions });
  return { items: [...items.values()], token, isComplete };
}

interface ScopeStep {
  /** Undefined when it has not begun. */
  readonly position?: SyncPosition;
  readonly isComplete: boolean;
}

async function gatherScope(
  core: Core,
  scope: Scope,
  { from, items, limit }: { from: SyncPosition | undefined; items: Map<string, SyncItem>; limit: number },
): Promise<ScopeStep | undefined> {
  const { located, isMember, isFollowed } = scope;
  const { space, path, node } = located;
  if (!from && isMember) {
    if (items.size >= limit) return { isComplete: false };
    items.set(keyOf(path.segments), { path, located });
  }
  const position = from ?? (await beginningOf(core, space, node.id));
  if (!isFollowed) return { position: { spaceId: space.id, rev: position.rev, seq: END_OF_REV }, isComplete: true };
  const before = (await core.store.changes.positions([space.id])).get(space.id);
  assertKnown(position, before);
  const step = await SyncScope.gather(core, scope, { position, items, limit, isNew: !from });
  if (!from) return step;
  const moved = await core.store.changes.departures(space.id, { sinceRev: (before?.rev ?? 0) + 1, limit: 1 });
  return moved.length > 0 ? undefined : step;
}
