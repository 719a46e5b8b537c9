import type { Node } from '../node.ts';
import type { SearchReads } from '../ports/search.ts';

/** Longer chains than any tree has are no chains. */
const MAX_LENGTH = 2000;

/** The chains of many nodes up to their roots: level by level, each collection once, however many of them are below it. */
export class Chains {
  readonly #search: SearchReads;
  readonly #known = new Map<number, Node>();

  constructor(search: SearchReads) {
    this.#search = search;
  }

  /** Each from the node itself to the root of its space, or of the trash. */
  async of(nodes: readonly Node[]): Promise<Node[][]> {
    for (const node of nodes) this.#known.set(node.id, node);
    let level: readonly Node[] = nodes;
    for (let height = 0; level.length > 0 && height < MAX_LENGTH; height += 1) {
      const ids = new Set(level.map(({ parentId }) => parentId).filter((id) => id !== 0 && !this.#known.has(id)));
      const above = ids.size === 0 ? [] : await this.#search.getNodes([...ids]);
      for (const node of above) this.#known.set(node.id, node);
      level = above;
    }
    return nodes.map((node) => this.#chainOf(node));
  }

  #chainOf(node: Node): Node[] {
    const chain = [node];
    for (let at: Node | undefined = node; at && chain.length < MAX_LENGTH;) {
      at = this.#known.get(at.parentId);
      if (at) chain.push(at);
    }
    return chain;
  }
}
