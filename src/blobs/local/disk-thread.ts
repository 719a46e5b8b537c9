import type { Worker } from 'node:worker_threads';
import { startWorker } from '../../lib/workers.ts';
import { errnoOf, systemError } from './files.ts';

/** A finished upload in `tmp/`, still open, that is to become a blob. */
export interface PublishedBlob {
  fd: number;
  root: string;
  blobId: string;
  /** Where it lies; without it under its temporary name. */
  from?: string;
}

export type Command =
  | { kind: 'open-pack'; path: string }
  | { kind: 'append'; fd: number; bytes: Uint8Array; position: number }
  | { kind: 'close'; fd: number }
  | { kind: 'sync-folder'; path: string }
  | { kind: 'sync-data'; fd: number }
  | { kind: 'publish'; blobs: PublishedBlob[] }
  | { kind: 'trim'; path: string; lengthBytes: number }
  | { kind: 'remove'; path: string };

interface Results {
  'open-pack': number;
  append: undefined;
  close: undefined;
  'sync-folder': undefined;
  'sync-data': undefined;
  publish: (Failure | undefined)[];
  trim: number;
  remove: undefined;
}

/** An error on its way between threads: errors lose their `code` there. */
export interface Failure {
  message: string;
  code: string | undefined;
  syscall: string;
}

export type Reply = { result: unknown } | { failure: Failure };

export interface ThreadSetup {
  /** Tests only: a module that exports `makeThreadFiles`, and what to call it with. */
  faults?: { module: string; argument: unknown } | undefined;
}

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: String(error), code: undefined, syscall: '' };
  const syscall = 'syscall' in error ? String(error.syscall) : '';
  return { message: error.message, code: errnoOf(error), syscall };
}

export function errorOf({ message, code, syscall }: Failure): Error {
  return code === undefined ? new Error(message) : systemError(code, syscall, message);
}

interface Pending {
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
}

/**
 * A thread of a disk, where syncs may last: in libuv's pool of four they would stand in the way of every read.
 * It starts with the first command, does them in order, and does not keep the process alive while it has none.
 */
export class DiskThread {
  readonly #setup: ThreadSetup;
  #worker: Worker | undefined;
  #pending: Pending[] = [];

  constructor(setup: ThreadSetup) {
    this.#setup = setup;
  }

  /** Rejects with the system call's error, its `code` kept. `transfer` is what the thread takes over for good. */
  call<C extends Command>(command: C, transfer: ArrayBuffer[] = []): Promise<Results[C['kind']]> {
    const worker = (this.#worker ??= this.#start());
    if (this.#pending.length === 0) worker.ref();
    return new Promise((resolve, reject) => {
      this.#pending.push({ resolve: resolve as (result: unknown) => void, reject });
      worker.postMessage(command, transfer);
    });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = startWorker(import.meta.url, 'disk-worker', { workerData: this.#setup, name: 'disk' });
    worker.on('message', (reply: Reply) => this.#settle(worker, reply));
    worker.on('error', (error) => this.#fail(worker, error));
    worker.on('exit', () => this.#fail(worker, new Error('the thread of the disk ended')));
    return worker;
  }

  #settle(worker: Worker, reply: Reply): void {
    const pending = this.#pending.shift();
    if (this.#pending.length === 0) worker.unref();
    if ('failure' in reply) pending?.reject(errorOf(reply.failure));
    else pending?.resolve(reply.result);
  }

  /** The thread died: what it was asked is answered so, and the next command starts another. */
  #fail(worker: Worker, error: unknown): void {
    if (this.#worker === worker) this.#worker = undefined;
    else if (this.#worker !== undefined) return;
    const pending = this.#pending;
    this.#pending = [];
    for (const { reject } of pending) reject(error);
  }
}
