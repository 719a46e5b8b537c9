import type { FileEntry } from '../api/files.ts';
import { Slideshow } from './slideshow.svelte.ts';

/** True when the key was for it: the viewer then does nothing of its own with it. */
type KeyListener = (event: KeyboardEvent) => boolean;
/** Goes so many files on, past those that are not wanted; false where there is none. */
type Step = (by: 1 | -1, isWanted?: (entry: FileEntry) => boolean) => Promise<boolean>;

/** What the viewer around a file lets the file's own component do. */
export class Stage {
  /** While set, swipes are the component's own: a picture that is zoomed, a table that scrolls sideways. */
  holdsSwipe = $state(false);
  /** What a screen reader says next, in place of the file's name. */
  announcement = $state('');
  readonly step: Step;
  readonly slideshow: Slideshow;
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing is drawn by it
  readonly #keys = new Set<KeyListener>();

  constructor(step: Step, isPicture: (entry: FileEntry) => boolean) {
    this.step = step;
    this.slideshow = new Slideshow(() => step(1, isPicture));
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
