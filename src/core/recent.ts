import type { Actor } from './actor.ts';
import type { Core } from './core.ts';
import type { Located } from './located.ts';
import { isAllowed } from './permissions.ts';
import { locateByChain } from './reach.ts';
import { userRoot, type UserRoot } from './spaces.ts';

/** Changes read at a time, … */
const WINDOW = 250;
/** … and how often for one page: what changed is found among all that happened, and that may be much else. */
const MAX_WINDOWS = 40;

export interface RecentFile {
  readonly located: Located;
  readonly changedAtMs: number;
}

/** Up to which revision each space has been looked through; a space that is not in it has been to its end. */
export type RecentPlace = Readonly<Record<string, number>>;

export interface RecentQuery {
  readonly limit: number;
  readonly after: RecentPlace | undefined;
  /** Which of them are wanted. */
  readonly isWanted: (located: Located) => boolean;
}

/**
 * Files that `actor` may see, by their last change, the latest first, as far back as changes are kept. Those that came
 * inside a folder that was copied, moved or restored are not changed by that. A page may be shorter than it could be.
 */
export async function recentFiles(
  core: Core,
  actor: Actor,
  { limit, after, isWanted }: RecentQuery,
): Promise<{ files: RecentFile[]; next: RecentPlace | undefined }> {
  const root = await userRoot(core, actor);
  const spaces = [root.base, ...root.mounts].filter(({ kind }) => kind !== 'root');
  const walks = spaces.map(({ id }) => new Walk(id, after ? after[id] : Number.MAX_SAFE_INTEGER));
  const files: RecentFile[] = [];
  for (let windows = 0; files.length < limit;) {
    const hungry = walks.find((walk) => walk.isHungry);
    if (hungry) {
      if (windows >= MAX_WINDOWS) break;
      windows += 1;
      await hungry.feed(core, actor, { root, isWanted });
      continue;
    }
    const latest = walks.reduce<Walk | undefined>(
      (best, walk) => (walk.atMs > (best?.atMs ?? 0) ? walk : best),
      undefined,
    );
    const file = latest?.take();
    if (!file) break;
    files.push(file);
  }
  const rest = walks.flatMap((walk) => (walk.place === undefined ? [] : [[String(walk.spaceId), walk.place] as const]));
  return { files, next: rest.length > 0 ? Object.fromEntries(rest) : undefined };
}

interface Sight {
  readonly root: UserRoot;
  readonly isWanted: (located: Located) => boolean;
}

/** Goes back through the changes of one space. */
class Walk {
  readonly spaceId: number;
  /** Undefined once all has been read. */
  #beforeRev: number | undefined;
  #found: (RecentFile & { readonly rev: number })[] = [];

  constructor(spaceId: number, beforeRev: number | undefined) {
    this.spaceId = spaceId;
    this.#beforeRev = beforeRev;
  }

  get isHungry(): boolean {
    return this.#found.length === 0 && this.#beforeRev !== undefined;
  }

  /** Of the latest one found; 0 without any. */
  get atMs(): number {
    return this.#found[0]?.changedAtMs ?? 0;
  }

  /** Where somebody goes on who has had all that was taken. */
  get place(): number | undefined {
    const [first] = this.#found;
    return first ? first.rev + 1 : this.#beforeRev;
  }

  take(): RecentFile | undefined {
    return this.#found.shift();
  }

  async feed(core: Core, actor: Actor, { root, isWanted }: Sight): Promise<void> {
    const beforeRev = this.#beforeRev ?? 0;
    const { changes, next } = await core.store.files.latestChanges(this.spaceId, { beforeRev, limit: WINDOW });
    this.#beforeRev = next;
    if (changes.length === 0) return;
    const chains = await core.store.files.chainsOf(changes.map(({ node }) => node.id));
    this.#found = changes.flatMap(({ node, rev, atMs }) => {
      const located = locateByChain(root, actor, chains.get(node.id) ?? []);
      if (!located || !isAllowed(actor, 'read', node, located.space) || !isWanted(located)) return [];
      return [{ located, changedAtMs: atMs, rev }];
    });
  }
}
