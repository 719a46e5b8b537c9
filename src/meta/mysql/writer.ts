import { setTimeout as delay } from 'node:timers/promises';
import { DomainError, isDomainError } from '../../lib/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { randomId } from '../../lib/ids.ts';
import type { OperationName } from '../../core/ports/operations.ts';
import { OPERATIONS } from '../operations/registry.ts';
import type { Transaction } from '../transaction.ts';
import type { Connection } from './connection.ts';
import { isDuplicate, isPassing, mustMove, ServerError, translateError, unavailable } from './errors.ts';
import { RENEW_LEASE } from './lease.ts';
import type { Pool } from './pool.ts';
import { MysqlTransaction } from './transaction.ts';

/** A commit takes up operations as long as they come, but its first one does not wait longer than this for it. */
const MAX_BATCH_MS = 20;
/** More than this do not wait: the answer would come too late to be of use. */
const MAX_WAITING = 10_000;
const MAX_TRIES = 8;
/** After this much time nothing is tried again. */
const GIVE_UP_MS = 4000;
const FIRST_PAUSE_MS = 10;
const MAX_PAUSE_MS = 500;
/** Notes of commits are of use only while their own writer asks; now and then the old ones are removed. */
const COMMITS_BETWEEN_PRUNING = 1000;
const NOTE_KEPT_MS = 3_600_000;

const NOTE = "INSERT INTO operation (operation_id, result, at_ms) VALUES (?, '', ?)";
const PRUNE_NOTES = 'DELETE FROM operation WHERE at_ms < ? ORDER BY at_ms LIMIT 10000';

interface Asked {
  readonly name: OperationName;
  readonly args: unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** How an operation came out, told once it is durable. */
type Outcome = { readonly result: unknown } | { readonly failure: unknown };

/** Operations that share a commit. */
interface Batch {
  /** Written in the same transaction: where it stands, all of this has happened. */
  readonly id: string;
  readonly asked: Asked[];
  outcomes: Outcome[];
  /** A commit was asked for, and its answer may have been lost. */
  mayBeDone: boolean;
}

/**
 * Runs operations one after the other, those that wait together in one transaction and commit; each is answered after
 * that. One connection is enough: a server's operations meet in the same few rows (the space, the user, the disk), where
 * several connections would only wait for each other, hold each other's commits up and come into deadlocks.
 *
 * Whatever passes (a deadlock with somebody else, a lost connection, another host) has the whole batch done again under
 * the same id. When an earlier commit of it was done after all, its note is there, and what the operations came to then
 * is the answer.
 */
export class Writer {
  readonly #pool: Pool;
  readonly #clock: Clock;
  readonly #leaseHolder: string | undefined;
  #waiting: Asked[] = [];
  #connection: Connection | undefined;
  #running: Promise<void> | undefined;
  #isClosed = false;
  #ousted: DomainError | undefined;
  commitCount = 0;

  constructor(pool: Pool, { clock, leaseHolder }: { clock: Clock; leaseHolder: string | undefined }) {
    this.#pool = pool;
    this.#clock = clock;
    this.#leaseHolder = leaseHolder;
  }

  run(name: OperationName, args: unknown): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(unavailable(undefined));
    if (this.#ousted) return Promise.reject(this.#ousted);
    if (this.#waiting.length >= MAX_WAITING) {
      return Promise.reject(
        new DomainError('busy', 'too many changes wait for the database', { retryAfterSeconds: 1 }),
      );
    }
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.push({ name, args, resolve, reject });
    this.#running ??= this.#runAll();
    return promise;
  }

  /** Throws `unavailable` when another server has taken the database over. */
  assertNotOusted(): void {
    if (this.#ousted) throw this.#ousted;
  }

  /** What was asked for before is still done. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
    await this.#connection?.close();
  }

  async #runAll(): Promise<void> {
    // What is asked for in the same turn goes in one commit.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch: Batch = { id: randomId(), asked: [], outcomes: [], mayBeDone: false };
      const failure = await this.#untilDone(batch);
      for (const [index, { resolve, reject }] of batch.asked.entries()) {
        const outcome = failure === undefined ? batch.outcomes[index] : { failure };
        if (outcome !== undefined && 'result' in outcome) resolve(outcome.result);
        else reject(outcome?.failure);
      }
    }
    this.#running = undefined;
  }

  /** Resolves to why all of the batch failed; to nothing when it is done. */
  async #untilDone(batch: Batch): Promise<unknown> {
    const giveUpAt = performance.now() + GIVE_UP_MS;
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#tryOnce(batch, giveUpAt);
        return undefined;
      } catch (error) {
        await this.#rollBack(error);
        if (!isPassing(error) || tries >= MAX_TRIES || performance.now() >= giveUpAt) {
          return this.#fail(batch, error);
        }
        await delay(Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries) * (0.5 + Math.random() / 2));
      }
    }
  }

  /** Whoever waits without having had a turn fails, too: the next try would come to the same. */
  #fail(batch: Batch, error: unknown): unknown {
    if (batch.asked.length === 0) batch.asked.push(...this.#waiting.splice(0));
    return failureOf(error, batch);
  }

  async #tryOnce(batch: Batch, giveUpAt: number): Promise<void> {
    const connection = (this.#connection ??= await this.#ownConnection(giveUpAt));
    await this.#holdLease(connection);
    try {
      await connection.change(NOTE, [batch.id, this.#clock.nowMs()]);
    } catch (error) {
      if (!batch.mayBeDone || !isDuplicate(error)) throw error;
      await connection.command('ROLLBACK');
      return;
    }
    batch.mayBeDone = false;
    batch.outcomes = [];
    const transaction = new MysqlTransaction(connection);
    // At another try, those that came meanwhile wait for the next batch.
    if (batch.asked.length > 0) {
      for (const asked of batch.asked) batch.outcomes.push(await runOne(connection, transaction, asked));
    } else {
      await this.#takeUp(connection, transaction, batch);
    }
    batch.mayBeDone = true;
    await connection.command('COMMIT');
    await this.#afterCommit(connection);
  }

  /** Whatever it runs is part of a transaction, so nothing happens by itself when an earlier one was undone. */
  async #ownConnection(untilMs: number): Promise<Connection> {
    const connection = await this.#pool.acquire(untilMs);
    try {
      await connection.command('SET SESSION autocommit = 0');
      return connection;
    } catch (error) {
      connection.abandon();
      throw error;
    }
  }

  /** Does what waits, and what arrives while it is done. */
  async #takeUp(connection: Connection, transaction: Transaction, batch: Batch): Promise<void> {
    const deadline = performance.now() + MAX_BATCH_MS;
    do {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      batch.asked.push(next);
      batch.outcomes.push(await runOne(connection, transaction, next));
    } while (performance.now() < deadline);
  }

  /**
   * The lease cannot change hands before the transaction ends. It is changed, not just locked: locks are unknown to the
   * other nodes of a cluster. Throws `unavailable` when another server has taken the database over; that does not change
   * any more.
   */
  async #holdLease(connection: Connection): Promise<void> {
    if (this.#leaseHolder === undefined) return;
    const { affectedRows } = await connection.change(RENEW_LEASE, [this.#leaseHolder]);
    if (affectedRows > 0) return;
    this.#ousted = new DomainError('unavailable', 'another server has taken the database over');
    throw this.#ousted;
  }

  /** After any error: a transaction may be gone, and what follows would not be one. */
  async #rollBack(error: unknown): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined) return;
    if (mustMove(error)) this.#pool.abandonHost(error);
    if (connection.isUsable) await connection.command('ROLLBACK').catch(() => connection.abandon());
    if (!connection.isUsable) this.#connection = undefined;
  }

  async #afterCommit(connection: Connection): Promise<void> {
    this.commitCount += 1;
    if (this.commitCount % COMMITS_BETWEEN_PRUNING !== 0) return;
    try {
      await connection.change(PRUNE_NOTES, [this.#clock.nowMs() - NOTE_KEPT_MS]);
      await connection.command('COMMIT');
    } catch (error) {
      // The batch is done, and the next pruning takes these along.
      await this.#rollBack(error);
    }
  }
}

/** Errors that end the whole transaction are thrown; any other undoes this operation and no other. */
async function runOne(connection: Connection, transaction: Transaction, { name, args }: Asked): Promise<Outcome> {
  // It takes the place of the one before it, whose operation came out well.
  await connection.command('SAVEPOINT operation');
  try {
    const operation = OPERATIONS[name] as (tx: Transaction, args: unknown) => Promise<unknown>;
    return { result: await operation(transaction, args) };
  } catch (error) {
    if (isPassing(error)) throw error;
    await connection.command('ROLLBACK TO SAVEPOINT operation');
    return { failure: readable(translateError(error)) };
  }
}

/** None of it happened, or nobody can tell yet. */
function failureOf(error: unknown, batch: Batch): unknown {
  const translated = translateError(error);
  if (batch.mayBeDone && !isDomainError(translated, 'unavailable')) return unavailable(error);
  return isDomainError(translated) ? translated : unavailable(error);
}

/** Without the driver's own fields. */
function readable(error: unknown): unknown {
  return error instanceof ServerError ? new Error(error.message, { cause: error }) : error;
}
