import { DomainError, isDomainError } from '../../lib/errors.ts';
import { Connection } from './connection.ts';
import { ConnectionLost, ServerError } from './errors.ts';
import type { MysqlServer } from './server-options.ts';

/** A host that does not answer is passed over after this. */
const CONNECT_TIMEOUT_MS = 2000;

/** Finds the host that is in use: the last one that worked, or the next that takes changes. */
export class Hosts {
  readonly #server: MysqlServer;
  #current = 0;

  constructor(server: MysqlServer) {
    this.#server = server;
  }

  /**
   * A new connection to the first host that answers and takes changes. Throws `unavailable` when none does, and
   * `refused` for a server that is too old.
   */
  async connect(): Promise<Connection> {
    const { hosts } = this.#server;
    const failures: unknown[] = [];
    for (const [offset] of hosts.entries()) {
      const index = (this.#current + offset) % hosts.length;
      const host = hosts[index];
      if (host === undefined) break;
      try {
        const connection = await this.#open(host);
        this.#current = index;
        return connection;
      } catch (error) {
        if (isDomainError(error, 'refused')) throw error;
        failures.push(error);
      }
    }
    throw new DomainError('unavailable', `the database cannot be reached: ${failures.map(reason).join('; ')}`, {
      cause: failures[0],
      retryAfterSeconds: 2,
    });
  }

  /** The next connection goes to another host first, if there is one. */
  turnAway(): void {
    this.#current = (this.#current + 1) % this.#server.hosts.length;
  }

  async #open(host: MysqlServer['hosts'][number]): Promise<Connection> {
    const connection = await Connection.open(this.#server, host, CONNECT_TIMEOUT_MS);
    if (connection.facts.isWritable) return connection;
    await connection.close();
    throw new ConnectionLost(`${host.host}:${host.port} is read-only`);
  }
}

function reason(error: unknown): string {
  if (error instanceof ServerError) return error.message;
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  // Several addresses of one name are one error with many inside and no message.
  if (cause instanceof AggregateError) return String((cause.errors[0] as Error | undefined)?.message);
  return cause instanceof Error ? cause.message : String(cause);
}
