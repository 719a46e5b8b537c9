import type { NamedNode, Posting } from '../ports/search.ts';
import { gramsOfName } from './grams.ts';
import { PostingWriter } from './postings.ts';

const FIRST_CAPACITY = 1024;
const NODES_IN_TURN = 1000;

/** Gathers the grams of names and gives their postings, space by space. What it holds is four bytes a gram and name. */
export class SegmentBuilder {
  readonly #spaces = new Map<number, SpaceGrams>();
  nodeCount = 0;

  /** Node by node with falling ids. */
  add({ id, spaceId, name }: NamedNode): void {
    let space = this.#spaces.get(spaceId);
    if (space === undefined) {
      space = new SpaceGrams();
      this.#spaces.set(spaceId, space);
    }
    space.add(id, gramsOfName(name));
    this.nodeCount += 1;
  }

  /**
   * As good as in the order of their keys: the database fills its pages one after the other. `giveTurn` is called often
   * enough that nobody waits long for it.
   */
  async *postings(giveTurn: () => Promise<void>): AsyncGenerator<Posting> {
    for (const [spaceId, space] of [...this.#spaces].sort(([a], [b]) => a - b)) {
      for await (const { gram, nodeIds } of space.postings(giveTurn)) yield { spaceId, gram, nodeIds };
    }
  }
}

/** Which nodes of one space have which grams. */
class SpaceGrams {
  readonly #ids: number[] = [];
  readonly #numbers = new Map<string, number>();
  /** For each gram: how many nodes have it, and the last of them. */
  readonly #counts: number[] = [];
  readonly #lastNodes: number[] = [];
  /** The grams of all nodes, one node after the other; `#ends` says where each node's end. */
  #grams = new Uint32Array(FIRST_CAPACITY);
  #length = 0;
  readonly #ends: number[] = [];

  add(id: number, grams: readonly string[]): void {
    const node = this.#ids.length;
    this.#ids.push(id);
    for (const gram of grams) {
      const number = this.#numberOf(gram);
      if (this.#lastNodes[number] === node) continue;
      this.#lastNodes[number] = node;
      this.#counts[number] = (this.#counts[number] ?? 0) + 1;
      this.#push(number);
    }
    this.#ends.push(this.#length);
  }

  async *postings(giveTurn: () => Promise<void>): AsyncGenerator<{ gram: string; nodeIds: string }> {
    const { nodes, starts } = await this.#byGram(giveTurn);
    const writer = new PostingWriter();
    const grams = [...this.#numbers.keys()].sort();
    for (const gram of grams) {
      await giveTurn();
      const number = this.#numbers.get(gram) ?? 0;
      writer.begin();
      const end = (starts[number] ?? 0) + (this.#counts[number] ?? 0);
      for (let at = starts[number] ?? 0; at < end; at += 1) writer.add(this.#ids[nodes[at] ?? 0] ?? 0);
      yield { gram, nodeIds: writer.text() };
    }
  }

  /** The nodes of each gram, in the order in which they came: a counting sort. */
  async #byGram(giveTurn: () => Promise<void>): Promise<{ nodes: Uint32Array; starts: readonly number[] }> {
    const starts: number[] = [];
    let total = 0;
    for (const count of this.#counts) {
      starts.push(total);
      total += count;
    }
    const nodes = new Uint32Array(total);
    const next = Uint32Array.from(starts);
    let at = 0;
    for (const [node, end] of this.#ends.entries()) {
      if (node % NODES_IN_TURN === 0) await giveTurn();
      for (; at < end; at += 1) {
        const number = this.#grams[at] ?? 0;
        nodes[next[number] ?? 0] = node;
        next[number] = (next[number] ?? 0) + 1;
      }
    }
    return { nodes, starts };
  }

  #numberOf(gram: string): number {
    const known = this.#numbers.get(gram);
    if (known !== undefined) return known;
    const number = this.#counts.length;
    this.#numbers.set(gram, number);
    this.#counts.push(0);
    this.#lastNodes.push(-1);
    return number;
  }

  #push(number: number): void {
    if (this.#length === this.#grams.length) {
      const larger = new Uint32Array(this.#grams.length * 2);
      larger.set(this.#grams);
      this.#grams = larger;
    }
    this.#grams[this.#length++] = number;
  }
}
