/** Does something soon when asked to, but not more often than it should be done. */
export class Pace {
  readonly #run: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #freeAtMs = 0;

  constructor(run: () => void) {
    this.#run = run;
  }

  /** At once, or as soon as `everyMs` have passed since the time before. Asked several times meanwhile, it is done once. */
  soon(everyMs: number): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.rest(everyMs);
        this.#run();
      },
      Math.max(0, this.#freeAtMs - performance.now()),
    );
  }

  /** Not again for so long. */
  rest(ms: number): void {
    this.#freeAtMs = performance.now() + ms;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
