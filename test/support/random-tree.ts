import assert from 'node:assert/strict';
import type { Actor } from '../../src/core/actor.ts';
import { copy, move } from '../../src/core/copy-move.ts';
import { NO_CONDITIONS, type Core } from '../../src/core/core.ts';
import { listTrash, purgeTrash, restoreTrash, trash } from '../../src/core/trash.ts';
import { listChildren, locate, type Located } from '../../src/core/tree.ts';
import { isDomainError } from '../../src/lib/errors.ts';
import { parsePlainPath, type NodePath } from '../../src/lib/node-path.ts';
import type { TestCore } from './test-core.ts';

/** Numbers from 0 to below `bound`, the same for the same seed. */
export function randomNumbers(seed: number): (bound: number) => number {
  let state = seed * 2654435761 + 12345;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** Few names, so that they meet; one of them in two spellings. */
const NAMES = ['a', 'b', 'c', 'd e', 'K\u00e4se', 'Ka\u0308se'];

/** Everything below a folder as `actor` sees it: paths with the etags of files, `folder` for folders. */
export async function wholeTree(core: Core, actor: Actor, path: NodePath): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const visit = async (collection: Located): Promise<void> => {
    const collections: Located[] = [];
    const render = async (page: readonly Located[]): Promise<{ rendered: number; taken: number }> => {
      for (const entry of page) {
        found.set(entry.path.segments.join('/'), told(entry));
        if (entry.node.kind === 'collection') collections.push(entry);
      }
      return { rendered: page.length, taken: page.length };
    };
    let count = 0;
    for await (const taken of listChildren(core, actor, collection, { render })) count += taken;
    assert.ok(count <= found.size);
    for (const each of collections) await visit(each);
  };
  await visit(await locate(core, actor, path));
  return found;
}

export function told({ node }: Located): string {
  return node.kind === 'collection' ? 'folder' : node.etag;
}

/** Does things at random to trees below `roots`; what is not possible just then is left. */
export class Gardener {
  readonly #test: TestCore;
  readonly #roots: readonly string[];
  readonly #random: (bound: number) => number;

  constructor(test: TestCore, roots: readonly string[], random: (bound: number) => number) {
    this.#test = test;
    this.#roots = roots;
    this.#random = random;
  }

  async work(actor: Actor, count: number): Promise<void> {
    for (let done = 0; done < count; done += 1) {
      try {
        await this.#act(actor);
      } catch (error) {
        if (!isDomainError(error)) throw error;
      }
    }
  }

  async #act(actor: Actor): Promise<void> {
    const { core } = this.#test;
    const at = this.#path();
    const to = this.#path();
    const from = parsePlainPath(at);
    switch (this.#random(12)) {
      case 0:
      case 1:
        await this.#test.put(actor.name, at, this.#random(3));
        return;
      case 2:
        await this.#test.put(actor.name, this.#path('._a'), 1, true);
        return;
      case 3:
      case 4:
      case 5:
        await this.#test.mkcol(actor.name, at);
        return;
      case 6:
      case 7: {
        const request = { from, to: parsePlainPath(to), overwrite: this.#random(2) === 0 };
        await move(core, actor, request, NO_CONDITIONS);
        return;
      }
      case 8: {
        const signal = new AbortController().signal;
        const request = { from, to: parsePlainPath(to), overwrite: true, depth: 'infinity' as const, signal };
        await copy(core, actor, request, NO_CONDITIONS);
        return;
      }
      case 9:
      case 10:
        await trash(core, actor, from, NO_CONDITIONS);
        return;
      default:
        await this.#stirTrash(actor);
    }
  }

  async #stirTrash(actor: Actor): Promise<void> {
    const { core } = this.#test;
    for await (const [entry] of listTrash(core, actor)) {
      if (!entry) return;
      if (this.#random(3) === 0) await purgeTrash(core, actor, entry.node.id);
      else await restoreTrash(core, actor, entry.node.id);
      return;
    }
  }

  #path(last = this.#pick(NAMES)): string {
    const parts = Array.from({ length: this.#random(3) }, () => this.#pick(NAMES));
    return [this.#pick(this.#roots), ...parts, last].join('/');
  }

  #pick(from: readonly string[]): string {
    return from[this.#random(from.length)]!;
  }
}
