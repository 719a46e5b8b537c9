import { DomainError } from '../../lib/errors.ts';
import type { ChangePosition } from '../ports/changes.ts';

/** How deep a client follows a collection, RFC 6578 §3.3. */
export type SyncLevel = '1' | 'infinite';

/** How far a walk through a tree has come. */
export interface WalkPlace {
  /** The collection at its top. */
  readonly topId: number;
  /** Name keys of the collections on the way down, and at the end of what was told last. */
  readonly keys: readonly string[];
}

/** How far a client has followed one space. */
export interface SyncPosition extends ChangePosition {
  readonly spaceId: number;
  /** A tree that comes before the changes that follow. */
  readonly walk?: WalkPlace | undefined;
  /** What is left of the next change: the places that are gone and come after this one. */
  readonly goneAfter?: string | undefined;
}

/** What a sync token says. */
export interface SyncState {
  /** Of the store, as `storeEpoch` says. */
  readonly epoch: string;
  readonly collectionId: number;
  /** `any`: everything in the collection is known at any depth, as from a listing. */
  readonly level: SyncLevel | 'any';
  /** In the order in which they are followed; one that is missing has not begun. */
  readonly positions: readonly SyncPosition[];
}

/** After all changes of a revision. */
export const END_OF_REV = 0x7fffffff;

const PREFIX = 'urn:nosocial:sync:';
const TOKEN = /^urn:nosocial:sync:([0-9a-f]{1,64}):(\d{1,16}):(1|infinite|any):((?:[\w.,-]+)?)$/;
const POSITION = /^(\d{1,16})\.(\d{1,16})\.(\d{1,16})(?:\.([\w-]+))?$/;
const MAX_POSITIONS = 64;
const MAX_KEYS = 400;

/** A URI, RFC 6578 §3.2. */
export function writeSyncToken({ epoch, collectionId, level, positions }: SyncState): string {
  return `${PREFIX}${epoch}:${collectionId}:${level}:${positions.map(writePosition).join()}`;
}

function writePosition({ spaceId, rev, seq, walk, goneAfter }: SyncPosition): string {
  const place = `${spaceId}.${rev}.${seq}`;
  if (!walk && goneAfter === undefined) return place;
  const rest = { ...(walk && { t: walk.topId, k: walk.keys }), ...(goneAfter !== undefined && { g: goneAfter }) };
  return `${place}.${Buffer.from(JSON.stringify(rest)).toString('base64url')}`;
}

/** Throws `position-unknown` for what is none. */
export function readSyncToken(text: string): SyncState {
  const [, epoch, collectionId, level, positions] = TOKEN.exec(text) ?? [];
  if (epoch === undefined || level === undefined || positions === undefined) throw invalidToken();
  const parts = positions === '' ? [] : positions.split(',');
  if (parts.length > MAX_POSITIONS) throw invalidToken();
  return {
    epoch,
    collectionId: wholeNumber(collectionId),
    level: level as SyncState['level'],
    positions: parts.map(readPosition),
  };
}

function readPosition(text: string): SyncPosition {
  const [, spaceId, rev, seq, rest] = POSITION.exec(text) ?? [];
  const place = { spaceId: wholeNumber(spaceId), rev: wholeNumber(rev), seq: wholeNumber(seq) };
  return rest === undefined ? place : { ...place, ...readRest(rest) };
}

function readRest(text: string): Pick<SyncPosition, 'walk' | 'goneAfter'> {
  const rest = parsed(text) as { t?: unknown; k?: unknown; g?: unknown } | null;
  if (typeof rest !== 'object' || rest === null) throw invalidToken();
  const { t: topId, k: keys, g: goneAfter } = rest;
  if (goneAfter !== undefined && typeof goneAfter !== 'string') throw invalidToken();
  if (topId === undefined) return { goneAfter };
  const isWalk = Number.isSafeInteger(topId) && Array.isArray(keys) && keys.length <= MAX_KEYS;
  if (!isWalk || !keys.every((key) => typeof key === 'string')) throw invalidToken();
  return { goneAfter, walk: { topId: topId as number, keys } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    throw invalidToken();
  }
}

function wholeNumber(text: string | undefined): number {
  const value = Number(text);
  if (text === undefined || !Number.isSafeInteger(value)) throw invalidToken();
  return value;
}

/** The client has to begin anew. */
export function invalidToken(): DomainError {
  return new DomainError('position-unknown', 'this sync token is not good (any more); synchronise from the beginning');
}
