import { readStored, store } from '../lib/stored.ts';

const STORED_AS = 'letter-keys';

/**
 * Whether letters and signs alone do something wherever the focus is. Who speaks to the machine, or hits keys without
 * meaning to, can do without (WCAG 2.2, 2.1.4).
 */
class LetterKeys {
  areOn = $state(readStored(STORED_AS, true));

  choose(areOn: boolean): void {
    this.areOn = areOn;
    store(STORED_AS, areOn ? undefined : false);
  }
}

export const letterKeys = new LetterKeys();
