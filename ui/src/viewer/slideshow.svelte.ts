const EACH_MS = 5000;

/** Goes on by itself from picture to picture, while it is on. */
export class Slideshow {
  isOn = $state(false);
  readonly #goOn: () => Promise<boolean>;

  /** `goOn` shows the next picture; false where there is none. */
  constructor(goOn: () => Promise<boolean>) {
    this.#goOn = goOn;
  }

  toggle(): void {
    this.isOn = !this.isOn;
  }

  /** The picture that is shown is there: the next one comes in a while. Returns how to call it off. */
  wait(): (() => void) | undefined {
    if (!this.isOn) return undefined;
    const timer = setTimeout(() => {
      void this.#goOn().then((isThere) => {
        if (!isThere) this.isOn = false;
      });
    }, EACH_MS);
    return () => clearTimeout(timer);
  }
}
