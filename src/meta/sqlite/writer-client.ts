import type { Worker } from 'node:worker_threads';
import { DomainError } from '../../lib/errors.ts';
import type { OperationName } from '../../core/ports/operations.ts';
import { fromFailure, type FromWriter, type Request, type ToWriter } from './messages.ts';

interface Pending {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

/** The main thread's end of the writer thread. */
export class WriterClient {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #opened = Promise.withResolvers<undefined>();
  readonly #exited = Promise.withResolvers<undefined>();
  #outbox: Request[] = [];
  #lastId = 0;
  #end: Error | undefined;
  statementCount = 0;
  commitCount = 0;

  private constructor(worker: Worker) {
    this.#worker = worker;
    this.#worker.on('message', (message: FromWriter) => this.#receive(message));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => {
      this.#fail();
      this.#exited.resolve(undefined);
    });
  }

  /** Resolves when the database is open and its schema up to date; rejects with why it cannot be. */
  static async open(worker: Worker): Promise<WriterClient> {
    const client = new WriterClient(worker);
    await client.#opened.promise;
    return client;
  }

  /** Resolves once the outcome is durable. Throws what the operation throws, and `unavailable` without a writer. */
  run(name: OperationName, args: unknown): Promise<unknown> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const id = (this.#lastId += 1);
    this.#pending.set(id, { resolve, reject });
    this.#outbox.push({ id, name, args });
    // What is asked for in the same turn goes in one message.
    if (this.#outbox.length === 1) queueMicrotask(() => this.#flush());
    return promise;
  }

  /** Throws `unavailable` when there is no writer any more. */
  assertAlive(): void {
    if (this.#end !== undefined) throw this.#end;
  }

  /** What was asked for before is still done. */
  async close(): Promise<void> {
    this.#flush();
    this.#end ??= ended();
    this.#post({ kind: 'close' });
    await this.#exited.promise;
  }

  #flush(): void {
    if (this.#outbox.length === 0) return;
    const requests = this.#outbox;
    this.#outbox = [];
    try {
      this.#post({ kind: 'requests', requests });
    } catch (error) {
      // Arguments that cannot be copied to another thread.
      for (const { id } of requests) this.#settle(id, (pending) => pending.reject(error as Error));
    }
  }

  #post(message: ToWriter): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromWriter): void {
    switch (message.kind) {
      case 'ready':
        this.#opened.resolve(undefined);
        break;
      case 'failed':
        this.#opened.reject(fromFailure(message.failure));
        break;
      case 'answers':
        this.statementCount = message.statementCount;
        this.commitCount = message.commitCount;
        for (const { id, result, failure } of message.answers) {
          this.#settle(id, (pending) =>
            failure === undefined ? pending.resolve(result) : pending.reject(fromFailure(failure)),
          );
        }
        break;
    }
  }

  #settle(id: number, how: (pending: Pending) => void): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    how(pending);
  }

  #fail(cause?: unknown): void {
    this.#end ??= ended(cause);
    const error = this.#end;
    this.#opened.reject(error);
    for (const id of [...this.#pending.keys()]) this.#settle(id, (pending) => pending.reject(error));
  }
}

function ended(cause?: unknown): DomainError {
  return new DomainError('unavailable', 'the database is closed', { cause });
}
