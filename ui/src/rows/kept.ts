const MOST = 8;

/** What pages of the history show, for when somebody comes back to them: what was loaded, and how far it was scrolled. */
export class Kept<Value, From> {
  readonly #make: (from: From) => Value;
  readonly #kept = new Map<string, Value>();

  constructor(make: (from: From) => Value) {
    this.#make = make;
  }

  /** `key` is that of the entry in the history; what is not returned to is made anew. */
  take(key: string, isReturning: boolean, from: From): Value {
    const known = this.#kept.get(key);
    if (known !== undefined && isReturning) return known;
    const made = this.#make(from);
    this.#kept.delete(key);
    this.#kept.set(key, made);
    for (const oldest of [...this.#kept.keys()].slice(0, -MOST)) this.#kept.delete(oldest);
    return made;
  }
}
