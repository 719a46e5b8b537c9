import { Layout, type Shape } from './layout.ts';

/** What is seen of a long list in a scrolled box: all rows are of one height, so that every place is known beforehand. */
export class Viewport {
  top = $state(0);
  width = $state(0);
  height = $state(0);
  #box: HTMLElement | undefined;
  readonly #shape: () => Omit<Shape, 'width' | 'height'>;
  readonly layout = $derived.by(() => new Layout({ ...this.#shape(), width: this.width, height: this.height }));
  readonly seen = $derived(this.layout.seen(this.top));

  constructor(shape: () => Omit<Shape, 'width' | 'height'>) {
    this.#shape = shape;
  }

  /** Attachment of the box that scrolls. */
  readonly watch = (box: HTMLElement): (() => void) => {
    this.#box = box;
    const measure = (): void => {
      this.width = box.clientWidth;
      this.height = box.clientHeight;
    };
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    measure();
    const scrolled = (): void => {
      this.top = box.scrollTop;
    };
    box.addEventListener('scroll', scrolled, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener('scroll', scrolled);
      this.#box = undefined;
    };
  };

  scrollTo(top: number): void {
    if (!this.#box) return;
    this.#box.scrollTop = top;
    this.top = this.#box.scrollTop;
  }

  /** Scrolls as little as is needed to see all of an entry. */
  show(index: number): void {
    const top = this.layout.topToShow(index, this.top);
    if (top !== this.top) this.scrollTo(top);
  }
}
