import { createHmac, randomBytes } from 'node:crypto';
import net from 'node:net';
import type { Clock } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import { foldedName } from '../lib/node-path.ts';
import { AttemptTable } from './attempt-table.ts';

/**
 * Failures allowed within any such time: of one client for one user, for one user from everywhere, and from one address
 * for all users. The last two do not bind a client that is known.
 */
const PER_CLIENT = { most: 10, windowMs: 60_000 };
const PER_USER = { most: 100, windowMs: 3_600_000 };
const PER_ADDRESS = { most: 100, windowMs: 600_000 };

/** An attempt under way: it counts as failed until it is known not to be. */
export interface Attempt {
  /** The secret was right, or nothing was tried after all (too busy, no database). */
  withdrawn(): void;
}

/** A table of attempts and the row in it that one attempt concerns. */
interface Count {
  readonly table: AttemptTable;
  readonly hash: number;
}

/**
 * Bounds guessing. A client is an address (for IPv6 its /64) together with a user's name; one that is known to have logged
 * in before is not held responsible for what others try.
 */
export class Throttle {
  readonly #clock: Clock;
  readonly #key = randomBytes(32);
  readonly #byClient = new AttemptTable(PER_CLIENT);
  readonly #byUser = new AttemptTable(PER_USER);
  readonly #byAddress = new AttemptTable(PER_ADDRESS);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Called before a secret is checked. Throws `too-many-attempts`. */
  begin(address: string, userName: string, { isKnown = false } = {}): Attempt {
    const nowMs = this.#clock.nowMs();
    const network = networkOf(address);
    const name = foldedName(userName);
    const counts: Count[] = [{ table: this.#byClient, hash: this.#hashOf('client', `${network} ${name}`) }];
    if (!isKnown) {
      counts.push({ table: this.#byUser, hash: this.#hashOf('user', name) });
      counts.push({ table: this.#byAddress, hash: this.#hashOf('address', network) });
    }

    const waitMs = Math.max(...counts.map(({ table, hash }) => table.waitMs(hash, nowMs)));
    if (waitMs > 0) {
      const retryAfterSeconds = Math.ceil(waitMs / 1000);
      throw new DomainError('too-many-attempts', 'too many failed logins; try again later', { retryAfterSeconds });
    }
    const counted = counts.map(({ table, hash }) => ({ table, attempt: table.add(hash, nowMs) }));
    return {
      withdrawn: () => {
        for (const { table, attempt } of counted) table.remove(attempt);
      },
    };
  }

  #hashOf(kind: 'client' | 'user' | 'address', text: string): number {
    return createHmac('sha256', this.#key).update(`${kind} ${text}`).digest().readUInt32LE(0);
  }
}

/** What one subscriber gets: an IPv4 address, or the /64 of an IPv6 address. */
export function networkOf(address: string): string {
  const plain = address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
  if (!net.isIPv6(plain)) return plain;
  const [head = '', tail = ''] = plain.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  const groups = plain.includes('::')
    ? [...before, ...Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0'), ...after]
    : before;
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
