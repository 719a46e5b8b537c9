import { createHmac, randomBytes } from 'node:crypto';
import net from 'node:net';
import type { Clock } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import { foldedName } from '../lib/node-path.ts';
import { AttemptTable } from './attempt-table.ts';

const PER_CLIENT = { most: 10, windowMs: 60_000 };
const PER_USER = { most: 100, windowMs: 3_600_000 };
const MAX_KNOWN_CLIENTS = 10_000;

/** An attempt under way: it counts as failed until it is known not to be. */
export interface Attempt {
  /** The secret was right: the client is known from now on. */
  succeeded(): void;
  /** Nothing was tried after all (too busy, no database). */
  withdrawn(): void;
}

/**
 * Bounds guessing: 10 failures a minute from one client for one user, 100 an hour for one user from everywhere.
 * A client is an address (for IPv6 its /64) together with a user's name; one that logged in before is not held
 * responsible for what others try.
 */
export class Throttle {
  readonly #clock: Clock;
  readonly #key = randomBytes(32);
  readonly #byClient = new AttemptTable(PER_CLIENT);
  readonly #byUser = new AttemptTable(PER_USER);
  readonly #knownClients = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Called before a secret is checked. Throws `too-many-attempts`. */
  begin(address: string, userName: string): Attempt {
    const nowMs = this.#clock.nowMs();
    const name = foldedName(userName);
    const client = this.#digest(`${networkOf(address)} ${name}`);
    const clientHash = client.readUInt32LE(0);
    const userHash = this.#digest(name).readUInt32LE(0);
    const clientName = client.toString('base64');

    const isKnown = this.#knownClients.has(clientName);
    const waitMs = Math.max(
      this.#byClient.waitMs(clientHash, nowMs),
      isKnown ? 0 : this.#byUser.waitMs(userHash, nowMs),
    );
    if (waitMs > 0) {
      const retryAfterSeconds = Math.ceil(waitMs / 1000);
      throw new DomainError('too-many-attempts', 'too many failed logins; try again later', { retryAfterSeconds });
    }

    const byClient = this.#byClient.add(clientHash, nowMs);
    const byUser = isKnown ? undefined : this.#byUser.add(userHash, nowMs);
    const withdrawn = () => {
      this.#byClient.remove(byClient);
      if (byUser) this.#byUser.remove(byUser);
    };
    return {
      withdrawn,
      succeeded: () => {
        withdrawn();
        this.#remember(clientName);
      },
    };
  }

  #remember(clientName: string): void {
    this.#knownClients.delete(clientName);
    this.#knownClients.add(clientName);
    if (this.#knownClients.size <= MAX_KNOWN_CLIENTS) return;
    const oldest = this.#knownClients.keys().next();
    if (!oldest.done) this.#knownClients.delete(oldest.value);
  }

  #digest(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest();
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
