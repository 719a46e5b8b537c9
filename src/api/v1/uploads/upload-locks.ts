import { DomainError } from '../../../lib/errors.ts';

/** Whoever has an upload ends within moments once asked to, unless it is just being made a file. */
const WAIT_MS = 15_000;

interface Holder {
  readonly giveWay: () => void;
  readonly ended: Promise<void>;
}

/**
 * One request at a time for each upload. A later one asks the earlier to give way: the connection of that may be dead, and
 * nobody would know for long (tus recommends it for HEAD and PATCH).
 */
export class UploadLocks {
  readonly #holders = new Map<string, Holder>();

  /** Resolves with what ends the turn. `giveWay` is called when another waits. Throws `locked` when none gives way. */
  async take(uploadId: string, giveWay: () => void): Promise<() => void> {
    const deadline = performance.now() + WAIT_MS;
    for (let holder = this.#holders.get(uploadId); holder; holder = this.#holders.get(uploadId)) {
      holder.giveWay();
      if (!(await endsBefore(holder.ended, deadline))) {
        throw new DomainError('locked', 'another request is busy with this upload; try again');
      }
    }
    const { promise: ended, resolve } = Promise.withResolvers<undefined>();
    this.#holders.set(uploadId, { giveWay, ended: ended.then(() => undefined) });
    return () => {
      this.#holders.delete(uploadId);
      resolve(undefined);
    };
  }
}

async function endsBefore(ended: Promise<void>, deadline: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), Math.max(0, deadline - performance.now()));
  try {
    return await Promise.race([ended.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
