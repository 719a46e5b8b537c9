import type { Actor } from '../core/actor.ts';
import { childLocks } from '../core/locks.ts';
import type { Lock } from '../core/node.ts';
import { deadProperties } from '../core/properties.ts';
import { reportQuota } from '../core/quota.ts';
import { listChildren, type Located } from '../core/tree.ts';
import type { Scene } from './live-properties.ts';
import { coveringLocks } from './lock-discovery.ts';
import { multistatus, multistatusPieces } from './multistatus.ts';
import type { PropertyWriter } from './property-writer.ts';
import type { DavServices } from './request.ts';
import { hrefOf } from './target.ts';

const NO_LOCKS: ReadonlyMap<number, readonly Lock[]> = new Map();
const NO_COVERING = { here: '', below: '' };
/** Names that need no encoding in a URL, nor in XML. */
const PLAIN_NAME = /^[\w.~!*'()-]+$/;

/** How an entry and its members are rendered. */
interface Scenes {
  readonly self: Scene;
  readonly members: Scene;
}

/** The listing of one PROPFIND: a handful of statements, whatever its length. */
export class Listing {
  readonly #services: DavServices;
  readonly #actor: Actor;
  readonly #writer: PropertyWriter;
  readonly #prefix: string;
  #hasUnwritten = false;

  constructor(services: DavServices, actor: Actor, writer: PropertyWriter) {
    this.#services = services;
    this.#actor = actor;
    this.#writer = writer;
    this.#prefix = services.settings.prefix;
  }

  /** Depth 0. */
  async alone(located: Located): Promise<string> {
    const { self } = await this.#scenesOf(located, false);
    return multistatus(await this.#write(located, self));
  }

  /**
   * Depth 1: as it was kept from the last time, or streamed and kept on the way. What depends on more than the
   * collection's own state is never kept: mounts, quota, locks, unwritten files.
   */
  async members(located: Located): Promise<Buffer | AsyncIterable<Buffer>> {
    const scenes = await this.#scenesOf(located, true);
    const isFree = scenes.self.inheritedLocks === '' && scenes.members.ownLocks.size === 0;
    if (located.place === 'root' || this.#writer.needsQuota || !isFree) return this.#stream(located, scenes);

    const { listings } = this.#services;
    const key = `${located.node.id} ${this.#hrefOf(located)} ${this.#writer.key}`;
    const kept = listings.get(key, located.node.etag);
    if (kept) return kept;
    return listings.keeping(this.#stream(located, scenes), (body) => {
      if (!this.#hasUnwritten) listings.put(key, located.node.etag, body);
    });
  }

  /** Depth infinity: one collection after the other, holding one page for each level. */
  deep(located: Located): AsyncIterable<Buffer> {
    return multistatusPieces(this.#tree(located));
  }

  async #scenesOf(located: Located, withMembers: boolean): Promise<Scenes> {
    const { core } = this.#services;
    const { needsLocks, needsQuota } = this.#writer;
    const view = { actor: this.#actor, nowMs: core.clock.nowMs() };
    const quota = needsQuota ? await reportQuota(core, this.#actor) : undefined;
    const { here, below } = needsLocks ? await coveringLocks(this.#services, view, located) : NO_COVERING;
    const ofMembers = needsLocks && withMembers ? await childLocks(core, located) : NO_LOCKS;
    return {
      self: { view, inheritedLocks: here, ownLocks: NO_LOCKS, quota },
      members: { view, inheritedLocks: below, ownLocks: ofMembers, quota },
    };
  }

  #stream(located: Located, scenes: Scenes): AsyncIterable<Buffer> {
    return multistatusPieces(this.#pages(located, scenes));
  }

  async *#pages(located: Located, scenes: Scenes): AsyncGenerator<Iterable<string>> {
    yield [await this.#write(located, scenes.self)];
    const base = this.#hrefOf(located);
    for await (const page of listChildren(this.#services.core, this.#actor, located)) {
      yield await this.#writePage(page, base, scenes.members);
    }
  }

  async *#tree(located: Located): AsyncGenerator<Iterable<string>> {
    const scenes = await this.#scenesOf(located, true);
    yield [await this.#write(located, scenes.self)];
    const base = this.#hrefOf(located);
    for await (const page of listChildren(this.#services.core, this.#actor, located)) {
      yield await this.#writePage(
        page.filter(({ node }) => node.kind === 'file'),
        base,
        scenes.members,
      );
      for (const child of page) if (child.node.kind === 'collection') yield* this.#tree(child);
    }
  }

  async #write(located: Located, scene: Scene): Promise<string> {
    const dead = await this.#deadOf([located]);
    return this.#writer.write(located, this.#hrefOf(located), scene, dead?.get(located.node.id));
  }

  async #writePage(page: readonly Located[], base: string, scene: Scene): Promise<Iterable<string>> {
    const dead = await this.#deadOf(page);
    return this.#written(page, base, scene, dead);
  }

  *#written(
    page: readonly Located[],
    base: string,
    scene: Scene,
    dead: Awaited<ReturnType<typeof deadProperties>> | undefined,
  ): Generator<string> {
    for (const entry of page) {
      const { node, path, place } = entry;
      if (node.isUnwritten) this.#hasUnwritten = true;
      const name = place === 'mount' ? (path.segments.at(-1) ?? '') : node.name;
      const encoded = PLAIN_NAME.test(name) ? name : encodeURIComponent(name);
      const href = node.kind === 'collection' ? `${base}${encoded}/` : base + encoded;
      yield this.#writer.write(entry, href, scene, dead?.get(node.id));
    }
  }

  async #deadOf(entries: readonly Located[]) {
    if (!this.#writer.needsDead || entries.every(({ node }) => node.propertyCount === 0)) return undefined;
    return deadProperties(this.#services.core, entries);
  }

  #hrefOf({ path, node }: Located): string {
    return hrefOf(this.#prefix, path, node.kind === 'collection');
  }
}
