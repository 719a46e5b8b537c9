import { setTimeout as delay } from 'node:timers/promises';
import { DomainError } from '../../lib/errors.ts';
import type { Connection } from './connection.ts';
import { mustMove, unavailable } from './errors.ts';
import type { Hosts } from './hosts.ts';

const MAX_CONNECTIONS = 10;
/** More than this do not wait for a connection: the answer would come too late to be of use. */
const MAX_WAITING = 2000;
/** While the database is away: how long a request waits for it to come back, and how often it is looked for. */
const DOWN_PATIENCE_MS = 1000;
const PROBE_MS = 200;
/** A statement that takes longer makes the pool look whether the server still answers. */
const SUSPICIOUS_MS = 1500;
const WATCH_MS = 500;

const RUNNING = "SELECT 1 FROM information_schema.processlist WHERE id = ? AND command <> 'Sleep'";

interface Waiting {
  readonly resolve: () => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Connections to the host in use. Notices when that is gone or has fallen silent, cuts every connection off then, and
 * looks for a host until one answers.
 */
export class Pool {
  readonly #hosts: Hosts;
  readonly #open = new Set<Connection>();
  readonly #idle: Connection[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #watch: NodeJS.Timeout;
  #opening = 0;
  #downCause: unknown;
  #isClosed = false;
  #isChecking = false;
  #endedStatements = 0;

  constructor(hosts: Hosts, first: Connection) {
    this.#hosts = hosts;
    this.#add(first);
    this.#idle.push(first);
    this.#watch = setInterval(() => void this.#lookForSilence(), WATCH_MS);
    this.#watch.unref();
  }

  get statementCount(): number {
    let count = this.#endedStatements;
    for (const connection of this.#open) count += connection.statementCount;
    return count;
  }

  /** Throws `unavailable` while no host answers. */
  assertUp(): void {
    if (this.#isClosed || this.#downCause !== undefined) throw unavailable(this.#downCause);
  }

  /**
   * A connection for the caller alone, until `release`. Throws `unavailable` when there is none by `untilMs` of
   * `performance.now()`, or sooner while the database is away; `busy` when too many wait.
   */
  async acquire(untilMs: number): Promise<Connection> {
    for (;;) {
      if (this.#isClosed) throw unavailable(undefined);
      const idle = this.#idle.pop();
      if (idle !== undefined) return idle;
      if (this.#downCause === undefined && this.#open.size + this.#opening < MAX_CONNECTIONS) {
        const connection = await this.#connect();
        if (connection !== undefined) return connection;
      }
      const patienceMs = this.#downCause === undefined ? Infinity : DOWN_PATIENCE_MS;
      await this.#change(Math.min(untilMs - performance.now(), patienceMs));
    }
  }

  release(connection: Connection): void {
    if (!connection.isUsable) return;
    this.#idle.push(connection);
    this.#wake(1);
  }

  /** Has something done with a connection of its own. Throws as `acquire`, and what `work` throws. */
  async use<T>(untilMs: number, work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.acquire(untilMs);
    try {
      return await work(connection);
    } catch (error) {
      if (mustMove(error)) this.abandonHost(error);
      throw error;
    } finally {
      this.release(connection);
    }
  }

  /** Gives up every connection: the host is not the right one any more. */
  abandonHost(cause: unknown): void {
    this.#hosts.turnAway();
    this.#goDown(cause);
  }

  /** Waits for nobody: whoever still has a connection has seen to it before. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#watch);
    this.#wake(this.#waiting.length);
    for (const connection of [...this.#open]) await connection.close();
  }

  #add(connection: Connection): void {
    this.#open.add(connection);
    connection.onEnd = () => this.#drop(connection);
  }

  /** A connection that took its time to come about; false when the pool was closed meanwhile, and so it is, too. */
  async #keep(connection: Connection): Promise<boolean> {
    if (this.#isClosed) await connection.close();
    else this.#add(connection);
    return !this.#isClosed;
  }

  #drop(connection: Connection): void {
    if (!this.#open.delete(connection)) return;
    this.#endedStatements += connection.statementCount;
    const index = this.#idle.indexOf(connection);
    if (index >= 0) this.#idle.splice(index, 1);
    this.#wake(1);
  }

  /** Undefined when there is none to be had; then the search for a host is on. */
  async #connect(): Promise<Connection | undefined> {
    this.#opening += 1;
    try {
      const connection = await this.#hosts.connect();
      return (await this.#keep(connection)) ? connection : undefined;
    } catch (error) {
      this.#goDown(error);
      return undefined;
    } finally {
      this.#opening -= 1;
    }
  }

  #goDown(cause: unknown): void {
    for (const connection of [...this.#open]) connection.abandon(cause instanceof Error ? cause : undefined);
    if (this.#downCause !== undefined || this.#isClosed) return;
    this.#downCause = cause ?? new Error('the host was given up');
    void this.#comeBack();
  }

  async #comeBack(): Promise<void> {
    while (!this.#isClosed) {
      try {
        const connection = await this.#hosts.connect();
        this.#downCause = undefined;
        if (await this.#keep(connection)) this.release(connection);
        this.#wake(this.#waiting.length);
        return;
      } catch (error) {
        this.#downCause = error;
      }
      await delay(PROBE_MS, undefined, { ref: false });
    }
  }

  /** Resolves when there may be a connection; rejects after `timeoutMs`. */
  #change(timeoutMs: number): Promise<void> {
    if (this.#waiting.length >= MAX_WAITING) {
      throw new DomainError('busy', 'too much waits for the database', { retryAfterSeconds: 1 });
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => {
          this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
          reject(unavailable(this.#downCause ?? new Error('all connections were in use')));
        },
        Math.max(0, timeoutMs),
      );
      const waiting: Waiting = { resolve, timer };
      this.#waiting.push(waiting);
    });
  }

  #wake(count: number): void {
    for (const { resolve, timer } of this.#waiting.splice(0, count)) {
      clearTimeout(timer);
      resolve();
    }
  }

  /**
   * A statement may be slow, its connection may be cut without a sign, or the server may be stopped. A new connection
   * tells: without one the server is away; with one, it knows whether it still works on the statement.
   */
  async #lookForSilence(): Promise<void> {
    const now = performance.now();
    const silent = [...this.#open].filter(
      ({ busySince }) => busySince !== undefined && now - busySince > SUSPICIOUS_MS,
    );
    if (silent.length === 0 || this.#isChecking || this.#downCause !== undefined) return;
    this.#isChecking = true;
    try {
      await this.#check(silent);
    } catch (error) {
      this.#goDown(error);
    } finally {
      this.#isChecking = false;
    }
  }

  async #check(silent: readonly Connection[]): Promise<void> {
    const check = await this.#hosts.connect();
    try {
      for (const connection of silent) {
        if ((await check.rows(RUNNING, [connection.id])).length === 0) connection.abandon();
      }
    } finally {
      this.#endedStatements += check.statementCount;
      await check.close();
    }
  }
}
