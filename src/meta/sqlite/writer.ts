import { DomainError, isDomainError } from '../../lib/errors.ts';
import type { OperationName } from '../../core/ports/operations.ts';
import { OPERATIONS } from '../operations/registry.ts';
import type { Transaction } from '../transaction.ts';
import { Checkpointer } from './checkpointer.ts';
import type { Connection } from './connection.ts';
import { translateError } from './errors.ts';
import { toFailure, type Answer, type Request } from './messages.ts';
import { SqliteTransaction } from './transaction.ts';

/** A commit takes up operations as long as they come, but its first one does not wait longer than this for it. */
const MAX_BATCH_MS = 50;

export interface WriterPort {
  /** Requests that have arrived meanwhile, without waiting. */
  receive(): Request[];
  answer(answers: Answer[]): void;
}

/**
 * Runs operations on the writing connection, those that wait together as savepoints of one commit. Each is answered
 * after that commit is on the disk.
 */
export class Writer {
  readonly #connection: Connection;
  readonly #transaction: Transaction;
  readonly #port: WriterPort;
  readonly #checkpointer: Checkpointer;
  #waiting: Request[] = [];
  #running: Promise<void> | undefined;
  commitCount = 0;

  constructor(connection: Connection, port: WriterPort) {
    this.#connection = connection;
    this.#transaction = new SqliteTransaction(connection);
    this.#port = port;
    this.#checkpointer = new Checkpointer(connection);
  }

  /** Resolves when nothing waits any more. */
  async run(requests: readonly Request[]): Promise<void> {
    this.#waiting.push(...requests);
    this.#running ??= this.#runAll();
    await this.#running;
  }

  async #runAll(): Promise<void> {
    this.#checkpointer.stopWaiting();
    while (this.#waiting.length > 0) {
      this.#port.answer(await this.#runBatch());
      this.#checkpointer.afterCommit();
      this.#waiting.push(...this.#port.receive());
    }
    this.#running = undefined;
    this.#checkpointer.whenIdle();
  }

  close(): void {
    this.#checkpointer.stopWaiting();
    this.#connection.close();
  }

  async #runBatch(): Promise<Answer[]> {
    try {
      this.#connection.run('BEGIN IMMEDIATE');
    } catch (error) {
      return failAll(this.#waiting.splice(0), error);
    }
    const answers: Answer[] = [];
    const deadline = performance.now() + MAX_BATCH_MS;
    do {
      // While it runs, more arrive; they are fetched once those at hand are done.
      const requests = this.#waiting;
      this.#waiting = [];
      for (const [index, request] of requests.entries()) {
        answers.push(await this.#runOne(request));
        if (this.#connection.isInTransaction && performance.now() < deadline) continue;
        this.#waiting = requests.slice(index + 1);
        break;
      }
      this.#waiting.push(...this.#port.receive());
    } while (this.#waiting.length > 0 && performance.now() < deadline && this.#connection.isInTransaction);
    return this.#commit(answers);
  }

  async #runOne({ id, name, args }: Request): Promise<Answer> {
    this.#connection.run('SAVEPOINT operation');
    try {
      const result = await this.#call(name, args);
      this.#connection.run('RELEASE operation');
      return { id, result };
    } catch (error) {
      // Some errors (a full disk) end the whole transaction; then there is nothing to go back to.
      if (this.#connection.isInTransaction) {
        this.#connection.run('ROLLBACK TO operation');
        this.#connection.run('RELEASE operation');
      }
      return { id, failure: toFailure(translateError(error)) };
    }
  }

  /** The names and arguments were typed by `MetadataStore.run` on the other side of the thread. */
  #call(name: OperationName, args: unknown): Promise<unknown> {
    const operation = OPERATIONS[name] as (tx: Transaction, args: unknown) => Promise<unknown>;
    return operation(this.#transaction, args);
  }

  #commit(answers: Answer[]): Answer[] {
    if (!this.#connection.isInTransaction) {
      return answers.map(({ id, failure }) => ({ id, failure: failure ?? toFailure(undone()) }));
    }
    try {
      this.#connection.run('COMMIT');
      this.commitCount += 1;
      return answers;
    } catch (error) {
      this.#rollBack();
      return failAll(answers, error);
    }
  }

  /** SQLite may have done so by itself. */
  #rollBack(): void {
    if (this.#connection.isInTransaction) this.#connection.run('ROLLBACK');
  }
}

function undone(cause?: unknown): DomainError {
  return new DomainError('unavailable', 'the change could not be made durable', { cause, retryAfterSeconds: 5 });
}

/** None of these happened, whatever they had come to. */
function failAll(requests: readonly { id: number }[], error: unknown): Answer[] {
  const translated = translateError(error);
  const failure = toFailure(isDomainError(translated) ? translated : undone(error));
  return requests.map(({ id }) => ({ id, failure }));
}
