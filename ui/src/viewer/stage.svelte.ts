/** True when the key was for it: the viewer then does nothing of its own with it. */
export type KeyListener = (event: KeyboardEvent) => boolean;

/** What the viewer around a file lets the file's own component do. */
export class Stage {
  /** While set, swipes are the component's own: a picture that is zoomed, a table that scrolls sideways. */
  holdsSwipe = $state(false);
  /** What a screen reader says next. */
  announcement = $state('');
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing is drawn by it
  readonly #keys = new Set<KeyListener>();
  readonly #steps: (by: 1 | -1) => Promise<boolean>;

  constructor(step: (by: 1 | -1) => Promise<boolean>) {
    this.#steps = step;
  }

  /** Goes to the file `by` further on; false where there is none. */
  step(by: 1 | -1): Promise<boolean> {
    return this.#steps(by);
  }

  /** Keys come here first, but for those pressed in inputs. Returns how to end it: `$effect(() => stage.onKey(…))`. */
  onKey(listener: KeyListener): () => void {
    this.#keys.add(listener);
    return () => {
      this.#keys.delete(listener);
    };
  }

  takeKey(event: KeyboardEvent): boolean {
    return [...this.#keys].some((listener) => listener(event));
  }
}
