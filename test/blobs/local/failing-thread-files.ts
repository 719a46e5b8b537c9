import { nodeThreadFiles, systemError, type ThreadFiles } from '../../../src/blobs/local/files.ts';

/** Which operations of the disks' threads can be told to fail, and what they then do. */
export const FAULTS = ['short-write', 'full-write', 'sync-data', 'sync', 'rename', 'make-folder', 'truncate'] as const;
export type Fault = (typeof FAULTS)[number];

/** Tells the threads, through shared memory, which of the operations that follow is to fail. */
export class FaultSwitch {
  readonly #counts: Int32Array;
  readonly option: { module: string; argument: unknown };

  constructor() {
    const memory = new SharedArrayBuffer(FAULTS.length * 4);
    this.#counts = new Int32Array(memory);
    this.option = { module: import.meta.url, argument: memory };
  }

  /** Lets the `nth` of the operations that follow fail, once; the next one by default. */
  arm(fault: Fault, nth = 1): void {
    Atomics.store(this.#counts, FAULTS.indexOf(fault), nth);
  }

  isArmed(fault: Fault): boolean {
    return Atomics.load(this.#counts, FAULTS.indexOf(fault)) > 0;
  }
}

/**
 * Called in the thread, which imports this module by its address, with the switch's memory.
 * @public
 */
export function makeThreadFiles(argument: unknown): ThreadFiles {
  const counts = new Int32Array(argument as SharedArrayBuffer);
  const isDue = (fault: Fault): boolean => {
    const index = FAULTS.indexOf(fault);
    return Atomics.load(counts, index) > 0 && Atomics.sub(counts, index, 1) === 1;
  };
  const failIfDue = (fault: Fault, code: string): void => {
    if (isDue(fault)) throw systemError(code, fault);
  };
  return {
    ...nodeThreadFiles,
    write: (fd, bytes, position) => {
      failIfDue('full-write', 'ENOSPC');
      const part = isDue('short-write') ? bytes.subarray(0, bytes.length >> 1) : bytes;
      return nodeThreadFiles.write(fd, part, position);
    },
    syncData: (fd) => {
      failIfDue('sync-data', 'EIO');
      nodeThreadFiles.syncData(fd);
    },
    sync: (fd) => {
      failIfDue('sync', 'EIO');
      nodeThreadFiles.sync(fd);
    },
    rename: (from, to) => {
      failIfDue('rename', 'EIO');
      nodeThreadFiles.rename(from, to);
    },
    makeFolder: (path) => {
      failIfDue('make-folder', 'ENOSPC');
      nodeThreadFiles.makeFolder(path);
    },
    truncate: (fd, lengthBytes) => {
      failIfDue('truncate', 'EIO');
      nodeThreadFiles.truncate(fd, lengthBytes);
    },
  };
}
