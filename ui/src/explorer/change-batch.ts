import type { FileEntry } from '../api/files.ts';
import type { Effect } from './change-effect.ts';

type Entered = Extract<Effect, { kind: 'entered' }>;

/** What several changes of one moment mean together to the list of a folder: of each entry the last. */
export class ChangeBatch {
  #left = new Set<number>();
  #entered = new Map<number, Entered>();

  add(effect: Effect): void {
    if (effect.kind === 'left') {
      this.#left.add(effect.id);
      this.#entered.delete(effect.id);
    } else if (effect.kind === 'entered') {
      const { id } = effect.entry;
      // Made and renamed at once, it is new all the same.
      const isNew = effect.isNew || this.#entered.get(id)?.isNew === true || this.#left.has(id);
      this.#entered.set(id, { ...effect, isNew });
    }
  }

  /** All until now. What has left and is there again is in both: it is taken out first. */
  take(): { left: ReadonlySet<number>; entered: readonly { entry: FileEntry; isNew: boolean }[] } {
    const taken = { left: this.#left, entered: [...this.#entered.values()] };
    this.#left = new Set();
    this.#entered = new Map();
    return taken;
  }
}
