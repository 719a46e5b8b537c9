import { setImmediate } from 'node:timers/promises';
import { joinPath, nameKey, type NodePath } from '../../lib/node-path.ts';
import type { Core } from '../core.ts';
import type { Node } from '../node.ts';
import type { WalkPlace } from './sync-token.ts';

const PAGE = 250;

/** A collection that is being gone through. */
interface Level {
  readonly id: number;
  readonly path: NodePath;
  /** What has been read and not been told. */
  waiting: Node[];
  /** The last that was told. */
  afterKey: string;
  isRead: boolean;
}

export interface WalkedNode {
  readonly node: Node;
  readonly path: NodePath;
}

/**
 * Goes through all below a collection, each collection before its members, and those by the order of their names. It can
 * be left at any place and gone on with later, whatever has changed meanwhile.
 */
export class TreeWalk {
  readonly #core: Core;
  readonly #top: Level;
  readonly #isDeep: boolean;
  readonly #levels: Level[];

  private constructor(core: Core, top: WalkedNode, isDeep: boolean) {
    this.#core = core;
    this.#top = levelOf(top);
    this.#isDeep = isDeep;
    this.#levels = [this.#top];
  }

  /** Goes on behind `keys`, as `place` gave them; what is not there any more is passed over. */
  static async from(
    core: Core,
    top: WalkedNode,
    { keys, isDeep }: { keys: readonly string[]; isDeep: boolean },
  ): Promise<TreeWalk> {
    const walk = new TreeWalk(core, top, isDeep);
    for (const [index, key] of keys.entries()) {
      const level = walk.#levels.at(-1);
      if (level === undefined) break;
      level.afterKey = key;
      if (index === keys.length - 1) break;
      const child = (await core.store.walk(level.id, [key]))?.[1];
      if (child?.kind !== 'collection') break;
      walk.#levels.push(levelOf({ node: child, path: joinPath(level.path, child.name) }));
    }
    return walk;
  }

  get place(): WalkPlace {
    return { topId: this.#top.id, keys: this.#levels.map(({ afterKey }) => afterKey) };
  }

  /** The next node; undefined at the end. */
  async next(): Promise<WalkedNode | undefined> {
    for (let level = this.#levels.at(-1); level; level = this.#levels.at(-1)) {
      if (level.waiting.length === 0 && !level.isRead) await this.#read(level);
      const node = level.waiting.shift();
      if (node === undefined) {
        this.#levels.pop();
        continue;
      }
      level.afterKey = nameKey(node.name);
      const found = { node, path: joinPath(level.path, node.name) };
      if (this.#isDeep && node.nodeCount > 0) this.#levels.push(levelOf(found));
      return found;
    }
    return undefined;
  }

  async #read(level: Level): Promise<void> {
    // SQLite answers at once: others get their turn here.
    await setImmediate();
    const page = await this.#core.store.listChildren(level.id, { after: level.afterKey, limit: PAGE });
    level.waiting = page;
    level.isRead = page.length < PAGE;
  }
}

function levelOf({ node, path }: WalkedNode): Level {
  return { id: node.id, path, waiting: [], afterKey: '', isRead: false };
}
