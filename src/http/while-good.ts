import type { Actor } from '../core/actor.ts';
import { DomainError, isDomainError } from '../lib/errors.ts';
import type { Answer } from './answer.ts';

/** How often it is asked at most: what is withdrawn is withdrawn from what is under way within a second or two. */
const CHECK_MS = 1000;

/**
 * The same answer, for as long as the one who asked for it may have it: its body breaks off with `not-authenticated` once
 * `isStillGood` says no. What has gone within a second is not asked about.
 */
export function whileGood(
  answer: Answer,
  isStillGood: () => Promise<boolean>,
  nowMs: () => number = () => performance.now(),
): Answer {
  const { body } = answer;
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return answer;
  return { ...answer, body: watched(body, isStillGood, nowMs) };
}

async function* watched<T>(
  body: AsyncIterable<T>,
  isStillGood: () => Promise<boolean>,
  nowMs: () => number,
): AsyncGenerator<T, void> {
  let checkedAtMs = nowMs();
  for await (const piece of body) {
    // Also after a rest, however long the client took over the piece before.
    if (nowMs() - checkedAtMs >= CHECK_MS) {
      if (!(await isStillGood())) throw new DomainError('not-authenticated', 'whoever asked for this may not go on');
      checkedAtMs = nowMs();
    }
    yield piece;
  }
}

/**
 * Whether `look` still finds the one who asked, in the same role; also while nobody can tell. `too-many-attempts` does
 * tell: what was right once is no attempt for as long as it is right.
 */
export async function isSame(before: Actor | undefined, look: () => Promise<Actor | undefined>): Promise<boolean> {
  try {
    const now = await look();
    return now?.userId === before?.userId && now?.role === before?.role;
  } catch (error) {
    return isDomainError(error, 'unavailable', 'busy');
  }
}
