import { MediaQuery } from 'svelte/reactivity';

const narrow = new MediaQuery('(max-width: 48rem)');
const fine = new MediaQuery('(pointer: fine)', true);

/** What the device in somebody's hands is like. */
export const screen = {
  /** A phone, or a window as narrow as one. */
  get isNarrow(): boolean {
    return narrow.current;
  },
  /** With a finger, nothing is dragged: a long press begins choosing. */
  get hasMouse(): boolean {
    return fine.current;
  },
  /** Pixels, as large as somebody wants texts to be. */
  get rem(): number {
    return Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  },
};
