import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { assertName, joinPath, nameKey, type NodePath } from '../../../lib/node-path.ts';
import type { Actor } from '../../actor.ts';
import type { Core } from '../../core.ts';
import { find } from '../../tree.ts';
import { isReservedAtRoot } from '../../spaces.ts';
import type { OwnPlaces } from '../own-places.ts';
import { hostEntries, modifiedAtMsOf, reasonOf, within, type HostEntry, type Problems } from '../host-entries.ts';

interface EntryBase {
  readonly path: string;
  /** Below the folder that is imported; for reports. */
  readonly shown: string;
  readonly target: NodePath;
}

export interface FileEntry extends EntryBase {
  readonly kind: 'file';
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  /** Whether something may be at `target` already; not so below a new collection. */
  readonly mayExist: boolean;
}

export interface FolderEntry extends EntryBase {
  readonly kind: 'folder';
  /** There is no such collection yet. */
  isNew: boolean;
  /** Set to false by the taker, before the next entry is taken, to leave out what is in it. */
  isUsable: boolean;
}

export type SourceEntry = FileEntry | FolderEntry;

export interface Walk {
  readonly actor: Actor;
  readonly folder: string;
  readonly to: NodePath;
  readonly ownPlaces: OwnPlaces;
}

/**
 * What is to be imported: each folder before what is in it. Links are not followed. What cannot be imported is added to
 * `problems`; of a folder, one level of names is held at a time, and of those only the ones that are not plain ASCII.
 */
export async function* walkSource(
  core: Core,
  { actor, folder, to, ownPlaces }: Walk,
  problems: Problems | undefined,
): AsyncGenerator<SourceEntry, void> {
  const walk = new SourceWalk(core, actor, { ownPlaces, problems });
  yield* walk.folder({ path: folder, shown: '', target: to }, false);
}

class SourceWalk {
  readonly #core: Core;
  readonly #actor: Actor;
  readonly #ownPlaces: OwnPlaces;
  readonly #problems: Problems | undefined;

  constructor(
    core: Core,
    actor: Actor,
    { ownPlaces, problems }: { ownPlaces: OwnPlaces; problems: Problems | undefined },
  ) {
    this.#core = core;
    this.#actor = actor;
    this.#ownPlaces = ownPlaces;
    this.#problems = problems;
  }

  async *folder(place: EntryBase, isParentNew: boolean): AsyncGenerator<SourceEntry, void> {
    const target = isParentNew ? undefined : await find(this.#core, this.#actor, place.target);
    if (target?.found?.node.kind === 'file') {
      this.#problems?.add(place.shown, 'there is a file of this name');
      return;
    }
    const entry: FolderEntry = { kind: 'folder', ...place, isNew: !target?.found, isUsable: true };
    yield entry;
    if (!entry.isUsable) return;
    yield* this.#members(entry, target?.found?.place === 'root');
  }

  async *#members(folder: FolderEntry, isAtRoot: boolean): AsyncGenerator<SourceEntry, void> {
    const seen = new Set<string>();
    try {
      for await (const child of hostEntries(folder.path)) {
        const reason = this.#objection(child, { seen, isAtRoot });
        if (reason !== undefined) this.#problems?.add(within(folder.shown, child.shown), reason);
        else yield* this.#child(folder, child);
      }
    } catch (error) {
      this.#problems?.add(folder.shown || '.', reasonOf(error));
    }
  }

  async *#child(parent: FolderEntry, { name = '', kind }: HostEntry): AsyncGenerator<SourceEntry, void> {
    const place = {
      path: join(parent.path, name),
      shown: within(parent.shown, name),
      target: joinPath(parent.target, name),
    };
    const stats = await this.#statsOf(place);
    if (!stats) return;
    if (kind === 'folder') {
      yield* this.folder(place, parent.isNew);
      return;
    }
    const sizeBytes = Number(stats.size);
    yield { kind: 'file', ...place, sizeBytes, modifiedAtMs: modifiedAtMsOf(stats), mayExist: !parent.isNew };
  }

  /** Undefined for what is not to be imported. */
  async #statsOf({ path, shown }: EntryBase) {
    try {
      const stats = await lstat(path, { bigint: true });
      if (!this.#ownPlaces.has(stats)) return stats;
      this.#problems?.add(shown, 'it is part of the store itself');
      return undefined;
    } catch (error) {
      this.#problems?.add(shown, reasonOf(error));
      return undefined;
    }
  }

  /** Why something cannot be imported, undefined when it can. */
  #objection(
    { name, kind, what }: HostEntry,
    { seen, isAtRoot }: { seen: Set<string>; isAtRoot: boolean },
  ): string | undefined {
    if (kind === 'other') return `it is ${what}`;
    if (name === undefined) return 'its name is not valid UTF-8';
    try {
      assertName(name);
    } catch (error) {
      return reasonOf(error);
    }
    // A folder may fill a mount, a file cannot take its place.
    if (isAtRoot && kind === 'file' && isReservedAtRoot(name)) return 'this name is reserved here';
    // eslint-disable-next-line no-control-regex -- all of ASCII is meant
    if (/^[\x00-\x7f]*$/.test(name)) return undefined;
    const key = nameKey(name);
    if (seen.has(key)) return 'another file has the same name but for how its letters are composed';
    seen.add(key);
    return undefined;
  }
}
