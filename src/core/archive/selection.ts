import { setImmediate } from 'node:timers/promises';
import { foldedName, nameKey } from '../../lib/node-path.ts';
import type { Actor } from '../actor.ts';
import type { Core } from '../core.ts';
import { nameWith } from '../free-names.ts';
import { isHomesFolder } from '../homes.ts';
import type { Located } from '../located.ts';
import { isAllowed } from '../permissions.ts';
import { locateByChain } from '../reach.ts';
import { userRoot } from '../spaces.ts';
import { locate, mountsIn, type Whereabouts } from '../tree.ts';

/** Chains asked for at a time. */
const AT_ONCE = 250;
/** Looked for one by one before others have their turn. */
const IN_A_ROW = 25;

/** Something that is to be in an archive, and what it is called there; '' for the root, whose members have no folder. */
export interface Chosen {
  readonly located: Located;
  readonly name: string;
}

/**
 * What a list of files and folders comes to: each once, nothing that lies in another one of them, and no two with names
 * that some system takes for the same. Throws `not-found` for what the actor does not see.
 */
export async function chosenOf(core: Core, actor: Actor, wanted: readonly Whereabouts[]): Promise<Chosen[]> {
  const byPath = new Map((await locateEach(core, actor, wanted)).map((one) => [keyOf(one.path.segments), one]));
  const taken = new Set<string>();
  return [...byPath.values()]
    .filter(({ path }) => !path.segments.some((_, length) => byPath.has(keyOf(path.segments.slice(0, length)))))
    .map((located) => ({ located, name: uniqueName(located.path.segments.at(-1) ?? '', taken) }));
}

/** How many files and folders they are with all that is in them, as far as is known beforehand. */
export async function nodeCountOf(core: Core, actor: Actor, all: readonly Located[]): Promise<number> {
  let count = 0;
  for (const located of all) {
    count += 1 + located.node.nodeCount;
    const holdsMounts = located.place === 'root' || isHomesFolder(located);
    if (holdsMounts) count += await nodeCountOf(core, actor, await mountsIn(core, actor, located));
  }
  return count;
}

function keyOf(segments: readonly string[]): string {
  return segments.map(nameKey).join('/');
}

function uniqueName(name: string, taken: Set<string>): string {
  let unique = name;
  for (let number = 2; taken.has(foldedName(unique)); number += 1) unique = nameWith(name, ` (${number})`);
  taken.add(foldedName(unique));
  return unique;
}

/** Those that are named by id are looked for together: one query for many. */
async function locateEach(core: Core, actor: Actor, wanted: readonly Whereabouts[]): Promise<Located[]> {
  const ids = wanted.flatMap((where) => ('nodeId' in where ? [where.nodeId] : []));
  const byId = await locateByIds(core, actor, ids);
  const located: Located[] = [];
  for (const where of wanted) {
    const known = 'nodeId' in where ? byId.get(where.nodeId) : undefined;
    located.push(known ?? (await locate(core, actor, where)));
    if (located.length % IN_A_ROW === 0) await setImmediate();
  }
  return located;
}

/** Those of which one query says enough. */
async function locateByIds(core: Core, actor: Actor, ids: readonly number[]): Promise<Map<number, Located>> {
  const located = new Map<number, Located>();
  if (ids.length < 2) return located;
  const root = await userRoot(core, actor);
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    for (const [id, chain] of await core.store.files.chainsOf(ids.slice(at, at + AT_ONCE))) {
      const one = locateByChain(root, actor, chain);
      // Whether a file that a lock made is still there, this does not say.
      if (one && !one.node.isUnwritten && isAllowed(actor, 'read', one.node, one.space)) located.set(id, one);
    }
  }
  return located;
}
