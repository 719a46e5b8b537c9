/** Lets a loop sleep until there is something to do: what wakes it while it works is not lost. */
export class Waker {
  #isAwake = false;
  #wake: (() => void) | undefined;

  readonly wake = (): void => {
    this.#isAwake = true;
    this.#wake?.();
  };

  /** Resolves to whether it was woken, or else after `patienceMs`. */
  async sleep(patienceMs: number): Promise<boolean> {
    if (!this.#isAwake) {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const timer = setTimeout(resolve, patienceMs, undefined);
      this.#wake = () => resolve(undefined);
      await promise;
      clearTimeout(timer);
      this.#wake = undefined;
    }
    const wasWoken = this.#isAwake;
    this.#isAwake = false;
    return wasWoken;
  }
}
