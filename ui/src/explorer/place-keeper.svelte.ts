import { tick, untrack } from 'svelte';
import { explorer } from './explorer.svelte.ts';
import type { FolderList } from './folder-list.svelte.ts';
import type { Viewport } from './viewport.svelte.ts';

/** Keeps what somebody looks at where it is, and the keyboard at its entry, while folders and their entries change. */
export class PlaceKeeper {
  readonly #viewport: Viewport;
  #box: HTMLElement | undefined;
  /** The list that is scrolled to its place. */
  #placed: FolderList | undefined;
  /** The first entry that is seen: it stays where it is when others come or go before it. */
  #anchor: { readonly id: number | undefined; readonly index: number } = { id: undefined, index: 0 };

  constructor(viewport: Viewport) {
    this.#viewport = viewport;
  }

  /** Attachment of the box that scrolls. */
  readonly watch = (box: HTMLElement): (() => void) => {
    this.#box = box;
    const enter = (): void => {
      explorer.hasKeyboard = true;
    };
    const leave = ({ target }: FocusEvent): void => {
      // Browsers also say so when the element is taken out: then the keyboard goes on with the next one.
      queueMicrotask(() => {
        if (!box.contains(document.activeElement) && target instanceof Node && target.isConnected)
          explorer.hasKeyboard = false;
      });
    };
    box.addEventListener('focusin', enter);
    box.addEventListener('focusout', leave);
    return () => {
      box.removeEventListener('focusin', enter);
      box.removeEventListener('focusout', leave);
    };
  };

  /** To where a folder was scrolled before, as soon as it is known. */
  keepList(list: FolderList): void {
    if (!list.folder || this.#placed === list) return;
    this.#placed = list;
    untrack(() => {
      this.#viewport.scrollTo(explorer.keptTop);
      this.#remember();
      this.#takeKeyboard();
    });
  }

  keepTop(top: number): void {
    untrack(() => {
      if (this.#placed === explorer.list) explorer.keptTop = top;
      this.#remember();
    });
  }

  /** Something came or went; `_version` says so. */
  keepEntries(_version: number): void {
    untrack(() => {
      const { layout, top } = this.#viewport;
      const { id, index: before } = this.#anchor;
      // At the top one wants to see what comes there.
      const index = id === undefined || top === 0 ? -1 : explorer.list.indexOf(id);
      if (index >= 0 && index !== before) this.#viewport.scrollTo(layout.topAfter(index - before, top));
      this.#remember();
      explorer.keepFocus();
      this.#takeKeyboard();
    });
  }

  follow(wanted: { readonly index: number } | undefined): void {
    if (!wanted) return;
    untrack(() => {
      this.#viewport.show(wanted.index);
      void this.#focus(wanted.index);
    });
  }

  #remember(): void {
    const index = this.#viewport.layout.firstIn(this.#viewport.top);
    this.#anchor = { id: explorer.list.at(index)?.id, index };
  }

  /** An entry went elsewhere, or its element was taken out; in a field one goes on typing. */
  #takeKeyboard(): void {
    const focused = document.activeElement;
    if (!explorer.hasKeyboard || (focused !== document.body && focused?.matches('[data-index]') !== true)) return;
    void this.#focus(explorer.focus);
  }

  async #focus(index: number): Promise<void> {
    await tick();
    // The field for the name has the keyboard now.
    if (explorer.renaming) return;
    this.#box?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus({ preventScroll: true });
  }
}
