interface Shared<T> {
  readonly result: Promise<T>;
  readonly abort: AbortController;
  askers: number;
}

/** Work that several ask for at the same time is done once; it is given up when nobody waits for it any more. */
export class SharedWork<T> {
  readonly #running = new Map<string, Shared<T>>();

  /** Rejects as `work` does, or with the signal's reason. */
  async do(key: string, work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const known = this.#running.get(key);
    if (known?.abort.signal.aborted) {
      // Nobody waited for it any more. What had begun comes to its end all the same; what had not is begun anew.
      const result = await known.result.then(
        (value) => ({ value }),
        () => undefined,
      );
      if (result) return result.value;
      signal.throwIfAborted();
    }
    const shared = this.#running.get(key) ?? this.#begin(key, work);
    shared.askers += 1;
    const { promise: left, reject } = Promise.withResolvers<never>();
    const leave = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([shared.result, left]);
    } finally {
      signal.removeEventListener('abort', leave);
      shared.askers -= 1;
      if (shared.askers === 0) shared.abort.abort(signal.reason);
    }
  }

  #begin(key: string, work: (signal: AbortSignal) => Promise<T>): Shared<T> {
    const abort = new AbortController();
    const result = work(abort.signal);
    const shared: Shared<T> = { result, abort, askers: 0 };
    this.#running.set(key, shared);
    const done = (): void => {
      if (this.#running.get(key) === shared) this.#running.delete(key);
    };
    result.then(done, done);
    return shared;
  }
}
