import { choose, chooseAll, NOTHING_CHOSEN, type Modifiers } from './choosing.ts';

/** What is chosen of a list that comes page by page, and where the keyboard is in it. */
export class Chosen<Item extends { readonly id: number }> {
  /** Index of the row that has the focus, or gets it. */
  focus = $state(0);
  readonly items: readonly Item[] = $derived.by(() => this.#items().filter(({ id }) => this.#choosing.ids.has(id)));
  #choosing = $state.raw(NOTHING_CHOSEN);
  readonly #items: () => readonly Item[];

  constructor(items: () => readonly Item[]) {
    this.#items = items;
  }

  get count(): number {
    return this.items.length;
  }

  has(id: number): boolean {
    return this.#choosing.ids.has(id);
  }

  press(index: number, modifiers?: Modifiers): void {
    this.focus = index;
    this.#choosing = choose(this.#choosing, this.#items(), index, modifiers);
  }

  all(): void {
    this.#choosing = chooseAll(this.#choosing, this.#items());
  }

  clear(): void {
    this.#choosing = NOTHING_CHOSEN;
  }
}
