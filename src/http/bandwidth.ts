import type { Actor } from '../core/actor.ts';
import { Pace } from './pace.ts';

/** Both ways of one user. */
export interface UserPace {
  /** What the user sends. */
  readonly up: Pace;
  readonly down: Pace;
}

/** How many are kept before those that rest are forgotten. */
const MANY = 256;

/** The caps of users on what all their connections together carry. */
export class Bandwidth {
  readonly #paces = new Map<number, UserPace>();

  /** What `actor`'s requests go through; undefined without a cap. A cap that was changed holds at once. */
  of({ userId, bandwidthBytesPerSecond = 0 }: Actor): UserPace | undefined {
    if (bandwidthBytesPerSecond === 0) return undefined;
    const known = this.#paces.get(userId);
    if (known) {
      known.up.bytesPerSecond = bandwidthBytesPerSecond;
      known.down.bytesPerSecond = bandwidthBytesPerSecond;
      return known;
    }
    if (this.#paces.size >= MANY) this.#forgetRested();
    const made = { up: new Pace(bandwidthBytesPerSecond), down: new Pace(bandwidthBytesPerSecond) };
    this.#paces.set(userId, made);
    return made;
  }

  #forgetRested(): void {
    for (const [userId, { up, down }] of this.#paces) if (up.isRested && down.isRested) this.#paces.delete(userId);
  }
}
