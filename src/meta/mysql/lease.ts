import { setTimeout as delay } from 'node:timers/promises';
import { DomainError } from '../../lib/errors.ts';
import { randomId } from '../../lib/ids.ts';
import { isAlive, thisProcess, type ProcessIdentity } from '../../lib/process-identity.ts';
import { mysqlDialect } from '../dialects/mysql.ts';
import type { Connection } from './connection.ts';
import type { Pool } from './pool.ts';

const RENEW_MS = 2000;
/** Who does not renew for so long, seen by the one who waits, is gone. */
const LEASE_MS = 10_000;
/** A process of this machine that is alive may be on its way out. */
const PATIENCE_MS = 1000;
const LOOK_MS = 100;
const TIMEOUT_MS = 4000;

export const CREATE_LEASE = `CREATE TABLE IF NOT EXISTS lease (
  name VARBINARY(32) NOT NULL PRIMARY KEY,
  holder VARBINARY(64) NOT NULL,
  owner LONGBLOB NOT NULL,
  renewal BIGINT NOT NULL
) ${mysqlDialect.types.table}`;
export const FIRST_LEASE = "INSERT IGNORE INTO lease (name, holder, owner, renewal) VALUES ('server', '', '', 0)";

const LOOK = "SELECT holder, owner, renewal FROM lease WHERE name = 'server'";
const TAKE = `UPDATE lease SET holder = ?, owner = ?, renewal = renewal + 1
  WHERE name = 'server' AND holder = ? AND renewal = ?`;
export const RENEW_LEASE = "UPDATE lease SET renewal = renewal + 1 WHERE name = 'server' AND holder = ?";
const GIVE_BACK = "UPDATE lease SET holder = '', owner = '' WHERE name = 'server' AND holder = ?";

interface Owner extends ProcessIdentity {
  readonly dataFolder: string;
}

interface Seen {
  readonly holder: string;
  readonly owner: Owner | undefined;
  readonly renewal: number;
}

/**
 * The right to work on a database: one process at a time, on whatever machine. Kept by raising a number in a row; no
 * clocks are compared. Operations check it in their own transaction, so who lost it cannot change anything any more.
 */
export class Lease {
  readonly holder: string;
  readonly #pool: Pick<Pool, 'use'>;
  readonly #timer: NodeJS.Timeout;
  #renewing: Promise<void> = Promise.resolve();

  private constructor(pool: Pick<Pool, 'use'>, holder: string) {
    this.#pool = pool;
    this.holder = holder;
    this.#timer = setInterval(() => {
      this.#renewing = this.#renewing.then(() => this.#renew());
    }, RENEW_MS);
    this.#timer.unref();
  }

  /**
   * Takes it from whoever gave it back or is gone; a process of this machine that was killed is gone at once. Throws
   * `refused` while another one works on the database.
   */
  static async take(pool: Pick<Pool, 'use'>, dataFolder: string): Promise<Lease> {
    const holder = randomId();
    const owner: Owner = { ...thisProcess(), dataFolder };
    let first: (Seen & { readonly atMs: number }) | undefined;
    for (;;) {
      const seen = await pool.use(performance.now() + TIMEOUT_MS, look);
      first ??= { ...seen, atMs: performance.now() };
      const waitedMs = performance.now() - first.atMs;
      if (isFree(seen, first, waitedMs)) {
        const params = [holder, JSON.stringify(owner), seen.holder, seen.renewal];
        const { affectedRows } = await pool.use(performance.now() + TIMEOUT_MS, (each) => each.change(TAKE, params));
        if (affectedRows === 1) return new Lease(pool, holder);
        // Another one was faster, and has just begun to hold it.
        first = undefined;
      } else if (isHeld(seen, first, waitedMs)) {
        throw heldBy(seen.owner);
      }
      await delay(LOOK_MS);
    }
  }

  async giveBack(): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
    // Nobody waits for it: without it the next one takes the lease by itself.
    await this.#pool.use(performance.now() + TIMEOUT_MS, (each) => each.change(GIVE_BACK, [this.holder])).catch(ignore);
  }

  /** What fails is made up for by the next time. */
  async #renew(): Promise<void> {
    await this.#pool
      .use(performance.now() + TIMEOUT_MS, (each) => each.change(RENEW_LEASE, [this.holder]))
      .catch(ignore);
  }
}

function ignore(): undefined {
  return undefined;
}

async function look(connection: Connection): Promise<Seen> {
  const [row] = await connection.rows(LOOK);
  const [holder, owner, renewal] = row ?? [];
  return {
    holder: String(holder),
    owner: owner === '' ? undefined : (JSON.parse(String(owner)) as Owner),
    renewal: Number(renewal),
  };
}

function isFree(seen: Seen, first: Seen, waitedMs: number): boolean {
  if (seen.owner === undefined || isAlive(seen.owner) === false) return true;
  return isSame(seen, first) && waitedMs > LEASE_MS;
}

/** It renews, or it is alive on this machine. */
function isHeld(seen: Seen, first: Seen, waitedMs: number): boolean {
  if (seen.owner !== undefined && isAlive(seen.owner) === true) return waitedMs > PATIENCE_MS;
  return !isSame(seen, first);
}

function isSame(seen: Seen, first: Seen): boolean {
  return seen.holder === first.holder && seen.renewal === first.renewal;
}

function heldBy(owner: Owner | undefined): DomainError {
  const who = owner ? `process ${owner.pid} on ${owner.host}, with the data folder "${owner.dataFolder}"` : 'another';
  return new DomainError(
    'refused',
    `the database is in use already: by ${who}; stop that first, or run commands there`,
  );
}
