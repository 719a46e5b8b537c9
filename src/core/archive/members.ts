import { setImmediate } from 'node:timers/promises';
import { DomainError } from '../../lib/errors.ts';
import type { Actor } from '../actor.ts';
import type { Core } from '../core.ts';
import type { Located } from '../located.ts';
import type { Node } from '../node.ts';
import { isAllowed } from '../permissions.ts';
import { listChildren } from '../tree.ts';
import type { Chosen } from './selection.ts';

/** Of a name in a zip file. */
const MAX_PATH_BYTES = 0xffff;
/** Looked at together: a millisecond or two, in which nothing else is done where the store answers at once. */
const AT_ONCE = 50;

export interface ArchiveMember {
  /** In the archive; that of a folder ends with a slash. */
  readonly path: string;
  readonly node: Node;
}

/** A folder that is being read, and where its members go. */
interface Opened {
  readonly prefix: string;
  readonly members: AsyncGenerator<Chosen, void>;
}

/**
 * Everything that goes into an archive of `chosen`, each folder before what is in it, as far as `actor` may read it and
 * without sidecars. The tree is read a page at a time, when the one before has been taken: what moves meanwhile may be
 * in it twice or not at all. Throws `refused` for a path that no archive holds.
 */
export async function* archiveMembers(
  core: Core,
  actor: Actor,
  chosen: readonly Chosen[],
): AsyncGenerator<ArchiveMember, void> {
  const open: Opened[] = [{ prefix: '', members: each(chosen) }];
  try {
    let steps = 0;
    for (let last = open.at(-1); last; last = open.at(-1)) {
      steps += 1;
      if (steps % AT_ONCE === 0) await setImmediate();
      const next = await last.members.next();
      if (next.done) {
        open.pop();
        continue;
      }
      const { located, name } = next.value;
      const member = memberAt(located.node, last.prefix === '' ? safeName(name) : last.prefix + name);
      if (member.path !== '') yield member;
      if (holdsMore(located)) open.push({ prefix: member.path, members: membersOf(core, actor, located) });
    }
  } finally {
    for (const { members } of open) await members.return();
  }
}

async function* each(chosen: readonly Chosen[]): AsyncGenerator<Chosen, void> {
  yield* chosen;
}

function memberAt(node: Node, place: string): ArchiveMember {
  const path = node.kind === 'collection' && place !== '' ? `${place}/` : place;
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) throw new DomainError('refused', 'a path is too long for an archive');
  return { path, node };
}

function holdsMore({ node, place }: Located): boolean {
  return node.kind === 'collection' && (place !== 'inside' || node.nodeCount > 0);
}

async function* membersOf(core: Core, actor: Actor, folder: Located): AsyncGenerator<Chosen, void> {
  const render = (page: readonly Located[]) => Promise.resolve({ rendered: page, taken: page.length });
  for await (const page of listChildren(core, actor, folder, { render })) {
    for (const located of page) {
      if (!isAllowed(actor, 'read', located.node, located.space)) continue;
      yield { located, name: located.path.segments.at(-1) ?? '' };
    }
  }
}

/** What Windows takes for a drive comes to lie where everything else does. As rclone does it. */
function safeName(name: string): string {
  return name.replace(/^([A-Za-z]):/, '$1\u{FF1A}');
}
