const IDLE_MS = 3000;

/** Whether nobody has moved or pressed anything for a while. */
export class Idle {
  isIdle = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** While `isWatching`; returns how to end it. For `$effect`. */
  watch(isWatching: boolean): () => void {
    const parts = new AbortController();
    if (isWatching) {
      for (const type of ['pointermove', 'pointerdown', 'keydown', 'focusin']) {
        document.addEventListener(type, () => this.#stir(), { capture: true, passive: true, signal: parts.signal });
      }
      this.#stir();
    }
    return () => {
      parts.abort();
      clearTimeout(this.#timer);
      this.isIdle = false;
    };
  }

  #stir(): void {
    this.isIdle = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.isIdle = true), IDLE_MS);
  }
}
