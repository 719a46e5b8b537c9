import { connect, type Socket } from 'node:net';
import mysql, {
  type Connection as DriverConnection,
  type QueryError,
  type QueryResult,
  type ResultSetHeader,
} from 'mysql2';
import type { SqlValue } from '../sql.ts';
import { ConnectionLost, fromDriver } from './errors.ts';
import type { MysqlServer } from './server-options.ts';
import { factsOf, readVariables, sessionStatements, VARIABLES, type ServerFacts } from './session.ts';

const KEEP_ALIVE_MS = 10_000;
/** How many statements a connection keeps prepared; the texts are few. */
const MAX_PREPARED = 300;
/** Longer lists go into the text itself: preparing one for each length would not pay. */
const MAX_PLACEHOLDERS = 128;

export type Row = Record<string, SqlValue>;
export type Header = Pick<ResultSetHeader, 'affectedRows' | 'insertId'>;

interface Pending {
  readonly reject: (error: Error) => void;
  readonly startedAt: number;
}

/** One connection to one server, in a session as the store wants it. Runs one statement at a time. */
export class Connection {
  readonly #driver: DriverConnection;
  readonly #socket: Socket;
  #pending: Pending | undefined;
  #end: ConnectionLost | undefined;
  #facts: ServerFacts | undefined;
  statementCount = 0;
  /** Called once, when the connection is of no use any more. */
  onEnd: (() => void) | undefined;

  private constructor(driver: DriverConnection, socket: Socket) {
    this.#driver = driver;
    this.#socket = socket;
    driver.on('error', (error: Error) => this.abandon(error));
    driver.on('end', () => this.abandon());
    socket.on('close', () => this.abandon());
  }

  /** Rejects with what the server or the system said, after `timeoutMs` at the latest. */
  static async open(
    server: MysqlServer,
    { host, port }: MysqlServer['hosts'][number],
    timeoutMs: number,
  ): Promise<Connection> {
    const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
    const driver = mysql.createConnection({
      // Ours, so that it can be cut when the other side has fallen silent.
      stream: () => socket,
      host,
      user: server.user,
      password: server.password,
      database: server.name,
      charset: 'utf8mb4_bin',
      decimalNumbers: true,
      maxPreparedStatements: MAX_PREPARED,
      connectTimeout: 0,
      ...(server.tls.mode !== 'off' && { ssl: tlsOptions(server.tls) }),
    });
    const connection = new Connection(driver, socket);
    const timer = setTimeout(() => connection.abandon(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    try {
      await connection.#prepareSession();
      return connection;
    } catch (error) {
      connection.abandon();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  get facts(): ServerFacts {
    if (this.#facts === undefined) throw new Error('the connection is not open yet');
    return this.#facts;
  }

  get isUsable(): boolean {
    return this.#end === undefined;
  }

  /** The server's number for it. */
  get id(): number {
    return this.#driver.threadId;
  }

  /** Since when the present statement waits for its answer. */
  get busySince(): number | undefined {
    return this.#pending?.startedAt;
  }

  /** Rows as arrays, in the order of their columns. */
  async rows(sql: string, params: readonly SqlValue[] = []): Promise<SqlValue[][]> {
    const rows = (await this.#run(sql, params, true)) as unknown[][];
    for (const row of rows) decodeArray(row);
    return rows as SqlValue[][];
  }

  async objects(sql: string, params: readonly SqlValue[] = []): Promise<Row[]> {
    const rows = (await this.#run(sql, params, false)) as Record<string, unknown>[];
    for (const row of rows) decodeObject(row);
    return rows as Row[];
  }

  async change(sql: string, params: readonly SqlValue[] = []): Promise<Header> {
    return (await this.#run(sql, params, false)) as Header;
  }

  /** For what is not worth preparing, or cannot be. */
  async command(sql: string): Promise<void> {
    await this.#ask((done) => this.#driver.query(sql, done));
  }

  /** Cuts it off. What waits for an answer is rejected with `ConnectionLost`. */
  abandon(cause?: Error): void {
    if (this.#end !== undefined) return;
    this.#end = new ConnectionLost(cause?.message ?? 'the connection to the database ended', { cause });
    this.#pending?.reject(cause === undefined ? this.#end : fromDriver(cause));
    this.#driver.destroy();
    this.#socket.destroy();
    this.onEnd?.();
  }

  /** Takes leave of the server. */
  async close(): Promise<void> {
    if (this.#end !== undefined) return;
    const gone = new Promise((resolve) => this.#socket.once('close', resolve));
    this.#driver.end();
    const timer = setTimeout(() => this.abandon(), 500);
    await gone;
    clearTimeout(timer);
    this.abandon();
  }

  async #prepareSession(): Promise<void> {
    const rows = (await this.#ask((done) =>
      this.#driver.query({ sql: VARIABLES, rowsAsArray: true }, done),
    )) as unknown[][];
    for (const row of rows) decodeArray(row);
    const variables = readVariables(rows as SqlValue[][]);
    this.#facts = factsOf(variables);
    for (const sql of sessionStatements(variables)) await this.command(sql);
  }

  async #run(sql: string, params: readonly SqlValue[], rowsAsArray: boolean): Promise<unknown> {
    if (params.length > MAX_PLACEHOLDERS) {
      return this.#ask((done) => this.#driver.query({ sql, rowsAsArray }, [...params], done));
    }
    const values = params.map(typed);
    return this.#ask((done) => this.#driver.execute({ sql, rowsAsArray, values }, done));
  }

  #ask(send: (done: (error: QueryError | null, result: QueryResult) => void) => void): Promise<unknown> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    if (this.#pending !== undefined) return Promise.reject(new Error('a connection runs one statement at a time'));
    this.statementCount += 1;
    return new Promise((resolve, reject) => {
      this.#pending = { reject, startedAt: performance.now() };
      const end = (): unknown => (this.#pending = undefined);
      try {
        send((error, result) => {
          end();
          if (error === null) resolve(result);
          else reject(fromDriver(error));
        });
      } catch (error) {
        // It was never sent.
        end();
        throw error;
      }
    });
  }
}

function tlsOptions({ mode, ca }: MysqlServer['tls']): {
  rejectUnauthorized: boolean;
  verifyIdentity: boolean;
  ca?: string;
} {
  const isVerified = mode === 'required';
  return { rejectUnauthorized: isVerified, verifyIdentity: isVerified, ...(ca !== undefined && { ca }) };
}

/** The driver would send numbers as floating point, which `LIMIT` does not take and comparing columns makes slow. */
function typed(value: SqlValue): unknown {
  if (typeof value !== 'number') return value;
  if (!Number.isSafeInteger(value)) throw new TypeError(`${value} is no whole number that SQL can hold exactly`);
  return mysql.TypedParameter.BIGINT(value);
}

/** Text is kept as bytes, since the collations of text columns are not the same everywhere. */
function decodeArray(row: unknown[]): void {
  for (let i = 0; i < row.length; i += 1) {
    const value = row[i];
    if (value instanceof Buffer) row[i] = value.toString();
  }
}

function decodeObject(row: Record<string, unknown>): void {
  for (const key in row) {
    const value = row[key];
    if (value instanceof Buffer) row[key] = value.toString();
  }
}
