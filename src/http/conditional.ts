import type { IncomingHttpHeaders } from 'node:http';
import { DomainError } from '../lib/errors.ts';
import { parseHttpDate } from './http-date.ts';

/** What a request's conditions are judged on. */
export interface Representation {
  /** Without quotes; always strong. */
  readonly etag: string;
  readonly modifiedAtMs: number;
  /** Made by LOCK and never written: for `If-None-Match: *` it is not there yet (RFC 4918 §7.3). */
  readonly isUnwritten?: boolean;
}

export type Verdict = 'proceed' | 'not-modified' | 'failed';

/** Whether the request has any precondition of RFC 9110 §13.1 (`If-Range` only chooses the form of the answer). */
export function hasConditions(headers: IncomingHttpHeaders): boolean {
  return (
    headers['if-none-match'] !== undefined ||
    headers['if-match'] !== undefined ||
    headers['if-modified-since'] !== undefined ||
    headers['if-unmodified-since'] !== undefined
  );
}

/**
 * Judges the preconditions in the order of RFC 9110 §13.2.2; `current` is undefined when nothing is there.
 * `not-modified` is given to reading requests only. Throws `bad-request` when an entity tag cannot be read.
 */
export function judgeConditions(
  headers: IncomingHttpHeaders,
  current: Representation | undefined,
  { isReading }: { isReading: boolean },
): Verdict {
  if (headers['if-match'] !== undefined) {
    if (!matchesStrongly(headers['if-match'], current)) return 'failed';
  } else if (isModifiedSince(headers['if-unmodified-since'], current) === true) {
    return 'failed';
  }

  if (headers['if-none-match'] !== undefined) {
    if (matchesWeakly(headers['if-none-match'], current, isReading)) return isReading ? 'not-modified' : 'failed';
  } else if (isReading && isOfDate(headers['if-modified-since'], current)) {
    return 'not-modified';
  }
  return 'proceed';
}

function matchesStrongly(header: string, current: Representation | undefined): boolean {
  if (!current) return false;
  if (header.trim() === '*') return true;
  return parseEntityTags(header).some((tag) => !tag.isWeak && tag.value === current.etag);
}

function matchesWeakly(header: string, current: Representation | undefined, isReading: boolean): boolean {
  if (header.trim() === '*') return current !== undefined && (isReading || current.isUnwritten !== true);
  return parseEntityTags(header).some((tag) => tag.value === current?.etag);
}

/** Undefined when the header is missing or no date (RFC 9110 §13.1.3: then it is ignored), or nothing is there. */
function isModifiedSince(header: string | undefined, current: Representation | undefined): boolean | undefined {
  if (header === undefined || !current) return undefined;
  const sinceMs = parseHttpDate(header);
  return sinceMs === undefined ? undefined : Math.floor(current.modifiedAtMs / 1000) * 1000 > sinceMs;
}

/**
 * RFC 9110 §13.1.3 would take any later date, too. But a file can become older than it was (an old version restored, a
 * copy with its own time), and whoever has nothing but dates to know it by, as WebDAVFS 3.0.0 of macOS, would keep the
 * content that it has for ever.
 */
function isOfDate(header: string | undefined, current: Representation | undefined): boolean {
  if (header === undefined || !current) return false;
  return parseHttpDate(header) === Math.floor(current.modifiedAtMs / 1000) * 1000;
}

export interface EntityTag {
  readonly isWeak: boolean;
  /** Without quotes. */
  readonly value: string;
}

/** Reads `"a", W/"b"`. Throws `bad-request`. */
export function parseEntityTags(header: string): EntityTag[] {
  const tags: EntityTag[] = [];
  const member = /[\t ,]*(?:(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"|$)[\t ]*(?=,|$)/gy;
  while (member.lastIndex < header.length) {
    const match = member.exec(header);
    if (!match) throw new DomainError('bad-request', 'an entity tag is malformed');
    if (match[2] !== undefined) tags.push({ isWeak: match[1] !== undefined, value: match[2] });
  }
  if (tags.length === 0) throw new DomainError('bad-request', 'a list of entity tags is empty');
  return tags;
}

/**
 * Whether a `Range` may be answered with a part, RFC 9110 §13.1.5: strong comparison, or the exact date of a
 * representation that has not changed for a second.
 */
export function isRangeCurrent(ifRange: string | undefined, current: Representation, nowMs: number): boolean {
  if (ifRange === undefined) return true;
  const value = ifRange.trim();
  if (value.startsWith('"')) return value === `"${current.etag}"`;
  const dateMs = parseHttpDate(value);
  if (dateMs === undefined) return false;
  return dateMs === Math.floor(current.modifiedAtMs / 1000) * 1000 && nowMs - dateMs >= 1000;
}
