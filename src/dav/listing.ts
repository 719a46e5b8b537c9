import type { Actor } from '../core/actor.ts';
import { childLocks } from '../core/locks.ts';
import type { DeadProperty, Lock } from '../core/node.ts';
import { withDeadProperties, type PropertyStep } from '../core/properties.ts';
import { expiryAt } from '../core/policies.ts';
import { reportQuota } from '../core/quota.ts';
import { listChildren, type Located, type RenderedPage } from '../core/tree.ts';
import type { Scene } from './live-properties.ts';
import { coveringLocks } from './lock-discovery.ts';
import { multistatus, multistatusPieces } from './multistatus.ts';
import type { PropertyWriter } from './property-writer.ts';
import type { DavServices } from './request.ts';
import { syncTokens } from './sync-properties.ts';
import { hrefOf } from './target.ts';

const NO_LOCKS: ReadonlyMap<number, readonly Lock[]> = new Map();
const NO_DEAD: PropertyStep['dead'] = new Map();
const NO_COVERING = { here: '', below: '' };
/** Clients may ask for so much that a page of nodes has to be sent in parts. */
const MAX_PAGE_CHARS = 256 * 1024;
/** Names that need no encoding in a URL, nor in XML. */
const PLAIN_NAME = /^[\w.~!*'()-]+$/;

/** How an entry and its members are rendered. */
interface Scenes {
  readonly self: Scene;
  readonly members: Scene;
}

/** Who the listing is for. */
export interface ListingReader {
  readonly actor: Actor;
  /** Finder sees what it keeps for itself. */
  readonly withSidecars: boolean;
}

/** The listing of one PROPFIND: a handful of statements, whatever its length. */
export class Listing {
  readonly #services: DavServices;
  readonly #actor: Actor;
  readonly #withSidecars: boolean;
  readonly #writer: PropertyWriter;
  readonly #prefix: string;
  #hasUnwritten = false;

  constructor(services: DavServices, { actor, withSidecars }: ListingReader, writer: PropertyWriter) {
    this.#services = services;
    this.#actor = actor;
    this.#withSidecars = withSidecars;
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
   * collection's own state is never kept: mounts, quota, policies, rights, locks, unwritten files. Where an app password
   * sees one folder only, its hrefs begin there, and they are part of the key.
   */
  async members(located: Located): Promise<Buffer | AsyncIterable<Buffer>> {
    const scenes = await this.#scenesOf(located, true);
    const isFree = scenes.self.inheritedLocks === '' && scenes.members.ownLocks.size === 0;
    const { needsQuota, needsExpiry, needsRights } = this.#writer;
    const isForAll = !needsQuota && !needsExpiry && !needsRights;
    if (located.place === 'root' || located.space.kind === 'root' || !isForAll || !isFree)
      return this.#stream(located, scenes);

    const kept = this.kept(located);
    if (kept) return kept;
    const { listings } = this.#services;
    return listings.keeping(this.#stream(located, scenes), (body) => {
      if (!this.#hasUnwritten) listings.put(this.#keyOf(located), located.node.etag, body);
    });
  }

  /** The listing of Depth 1 as it was kept from the last time; for writers that need nothing but the nodes. */
  kept(located: Located): Buffer | undefined {
    return this.#services.listings.get(this.#keyOf(located), located.node.etag);
  }

  /** Depth infinity: one collection after the other, holding one page for each level. */
  deep(located: Located): AsyncIterable<Buffer> {
    return multistatusPieces(this.#tree(located));
  }

  /** Any nodes, each with what holds where it is; in parts when they have long properties. */
  async *some(entries: readonly Located[]): AsyncGenerator<string> {
    const { needsLocks, needsExpiry } = this.#writer;
    let scene: Scene | undefined;
    for await (const { step, dead } of this.#steps(entries)) {
      let rendered = '';
      for (const entry of step) {
        if (!scene || needsLocks || needsExpiry) scene = (await this.#scenesOf(entry, false)).self;
        rendered += this.#writer.write(entry, this.#hrefOf(entry), scene, dead.get(entry.node.id));
      }
      yield rendered;
    }
  }

  async #scenesOf(located: Located, withMembers: boolean): Promise<Scenes> {
    const { core } = this.#services;
    const { needsLocks, needsQuota, needsExpiry, needsSyncToken } = this.#writer;
    // Asked for before anything is listed: what happens from here on is told to whoever comes with it.
    const syncToken = needsSyncToken ? await syncTokens(core, this.#actor) : undefined;
    const view = { actor: this.#actor, nowMs: core.clock.nowMs() };
    const quota = needsQuota ? await reportQuota(core, this.#actor) : undefined;
    const expiry = needsExpiry ? await expiryAt(core, located) : undefined;
    const { here, below } = needsLocks ? await coveringLocks(this.#services, view, located) : NO_COVERING;
    const ofMembers = needsLocks && withMembers ? await childLocks(core, located) : NO_LOCKS;
    return {
      self: { view, inheritedLocks: here, ownLocks: NO_LOCKS, quota, expiry, syncToken },
      members: { view, inheritedLocks: below, ownLocks: ofMembers, quota, expiry, syncToken },
    };
  }

  #stream(located: Located, scenes: Scenes): AsyncIterable<Buffer> {
    return multistatusPieces(this.#pages(located, scenes));
  }

  async *#pages(located: Located, scenes: Scenes): AsyncGenerator<string> {
    yield await this.#write(located, scenes.self);
    const base = this.#hrefOf(located);
    const { core } = this.#services;
    yield* listChildren(core, this.#actor, located, {
      render: (page) => this.#writePage(page, base, scenes.members),
      withSidecars: this.#withSidecars,
    });
  }

  async *#tree(located: Located): AsyncGenerator<string> {
    const scenes = await this.#scenesOf(located, true);
    yield await this.#write(located, scenes.self);
    const base = this.#hrefOf(located);
    const render = async (page: readonly Located[]) => {
      const { rendered, taken } = await this.#writePage(page, base, scenes.members, isFile);
      const collections = page.slice(0, taken).filter((entry) => !isFile(entry));
      return { rendered: { files: rendered, collections }, taken };
    };
    const withSidecars = this.#withSidecars;
    const pages = listChildren(this.#services.core, this.#actor, located, { render, withSidecars });
    for await (const { files, collections } of pages) {
      yield files;
      for (const collection of collections) yield* this.#tree(collection);
    }
  }

  async #write(located: Located, scene: Scene): Promise<string> {
    let rendered = '';
    for await (const { dead } of this.#steps([located])) {
      rendered += this.#writer.write(located, this.#hrefOf(located), scene, dead.get(located.node.id));
    }
    return rendered;
  }

  async #writePage(
    page: readonly Located[],
    base: string,
    scene: Scene,
    isWanted: (entry: Located) => boolean = () => true,
  ): Promise<RenderedPage<string>> {
    let rendered = '';
    let taken = 0;
    for await (const { step, dead } of this.#steps(page)) {
      for (const entry of step) {
        taken += 1;
        if (isWanted(entry)) rendered += this.#writeMember(entry, base, scene, dead.get(entry.node.id));
        if (rendered.length > MAX_PAGE_CHARS) return { rendered, taken };
      }
    }
    return { rendered, taken };
  }

  #writeMember(entry: Located, base: string, scene: Scene, dead: readonly DeadProperty[] | undefined): string {
    const { node, path, place } = entry;
    if (node.isUnwritten) this.#hasUnwritten = true;
    const name = place === 'mount' ? (path.segments.at(-1) ?? '') : node.name;
    const encoded = PLAIN_NAME.test(name) ? name : encodeURIComponent(name);
    const href = node.kind === 'collection' ? `${base}${encoded}/` : base + encoded;
    return this.#writer.write(entry, href, scene, dead);
  }

  async *#steps(entries: readonly Located[]): AsyncGenerator<PropertyStep> {
    if (this.#writer.needsDead) yield* withDeadProperties(this.#services.core, entries);
    else yield { step: entries, dead: NO_DEAD };
  }

  #keyOf(located: Located): string {
    const reader = this.#withSidecars ? 'finder' : '';
    return `${located.node.id} ${this.#hrefOf(located)} ${reader} ${this.#writer.key}`;
  }

  #hrefOf({ path, node }: Located): string {
    return hrefOf(this.#prefix, path, node.kind === 'collection');
  }
}

function isFile({ node }: Located): boolean {
  return node.kind === 'file';
}
