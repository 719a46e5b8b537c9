import { getTelevision, type Television } from '../api/admin.ts';

/** Often enough for whoever stands before a set and looks whether it was heard. */
const EVERY_MS = 5000;

/** How films come to televisions, while somebody looks at it. */
export class TelevisionState {
  now = $state.raw<Television>();
  error = $state.raw<unknown>();
  #isLooking = false;

  /** Loads it now and then anew, until the function that it returns is called. */
  watch(): () => void {
    void this.load();
    const timer = setInterval(() => void this.#look(), EVERY_MS);
    return () => clearInterval(timer);
  }

  /** One request at a time: they wait while somebody is asked to sign in again. */
  async #look(): Promise<void> {
    if (this.#isLooking || document.hidden) return;
    this.#isLooking = true;
    await this.load();
    this.#isLooking = false;
  }

  async load(): Promise<void> {
    try {
      this.now = await getTelevision();
      this.error = undefined;
    } catch (error) {
      this.error = error;
    }
  }
}
