/**
 * Lists of node ids, the greatest first, as short text: each id as its distance from the one before it, in units of six
 * bits, the lowest first; a unit that is followed by another one has the seventh bit, too. It is ASCII without NUL, since
 * no distance is 0, and so the same text for every database.
 */
const UNIT_BITS = 6;
const UNIT = 1 << UNIT_BITS;

/** Writes one list after the other; what it makes is kept by nobody. */
export class PostingWriter {
  #bytes = Buffer.alloc(1024);
  #length = 0;
  #last = 0;

  begin(): void {
    this.#length = 0;
    this.#last = 0;
  }

  /** `id` is less than all before it. */
  add(id: number): void {
    let rest = this.#length === 0 ? id : this.#last - id;
    this.#last = id;
    if (this.#length + 10 > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], this.#bytes.length * 2);
    while (rest >= UNIT) {
      this.#bytes[this.#length++] = UNIT + (rest % UNIT);
      rest = Math.floor(rest / UNIT);
    }
    this.#bytes[this.#length++] = rest;
  }

  text(): string {
    return this.#bytes.toString('latin1', 0, this.#length);
  }
}

/** Ids from the greatest to the least. */
export interface Falling {
  /** Where it stands; 0 at the end. */
  readonly id: number;
  next(): void;
}

/** Goes on to the first that is not above `most`. */
function sink(ids: Falling, most: number): void {
  while (ids.id > most) ids.next();
}

/** A stored list, read as far as it is asked for. */
export class StoredPostings implements Falling {
  id = 0;
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#step(0);
  }

  next(): void {
    if (this.#at >= this.#text.length) this.id = 0;
    else this.#step(this.id);
  }

  #step(last: number): void {
    const text = this.#text;
    let distance = 0;
    let scale = 1;
    let code = text.charCodeAt(this.#at++);
    while (code >= UNIT) {
      distance += (code - UNIT) * scale;
      scale *= UNIT;
      code = text.charCodeAt(this.#at++);
    }
    distance += code * scale;
    this.id = last === 0 ? distance : last - distance;
  }
}

/** The whole list. */
export function readPostings(text: string): number[] {
  return takeAll(new StoredPostings(text));
}

/** All that are left. */
export function takeAll(ids: Falling): number[] {
  const taken: number[] = [];
  while (ids.id > 0) {
    taken.push(ids.id);
    ids.next();
  }
  return taken;
}

/** Ids at hand, in falling order. */
export class HeldIds implements Falling {
  readonly #ids: readonly number[];
  #at = 0;

  constructor(ids: readonly number[]) {
    this.#ids = ids;
  }

  get id(): number {
    return this.#ids[this.#at] ?? 0;
  }

  next(): void {
    this.#at += 1;
  }
}

/** What is in each of several lists. */
export class AllOf implements Falling {
  readonly #lists: readonly Falling[];
  id = 0;

  constructor(lists: readonly Falling[]) {
    this.#lists = lists;
    this.#settle();
  }

  next(): void {
    this.#lists[0]?.next();
    this.#settle();
  }

  #settle(): void {
    let most = this.#lists[0]?.id ?? 0;
    for (let agreed = 0; agreed < this.#lists.length && most > 0;) {
      agreed = 0;
      for (const list of this.#lists) {
        sink(list, most);
        if (list.id < most) most = list.id;
        else agreed += 1;
      }
    }
    this.id = most;
  }
}

/** What is in any of several lists, each id once. */
export class AnyOf implements Falling {
  readonly #lists: readonly Falling[];
  id = 0;

  constructor(lists: readonly Falling[]) {
    this.#lists = lists;
    this.#settle();
  }

  next(): void {
    const last = this.id;
    for (const list of this.#lists) if (list.id === last) list.next();
    this.#settle();
  }

  #settle(): void {
    let most = 0;
    for (const list of this.#lists) if (list.id > most) most = list.id;
    this.id = most;
  }
}

/** One list of several; the list itself when there is but one. */
export function anyOf(lists: readonly Falling[]): Falling {
  const [only, other] = lists;
  return only !== undefined && other === undefined ? only : new AnyOf(lists);
}

export function skipAbove(ids: Falling, most: number): void {
  sink(ids, most);
}
