import type { Schemas } from '../api/schemas.ts';
import type { Conflict, Decision } from '../conflicts/conflict.ts';
import { joined } from '../lib/paths.ts';
import type { FolderRules } from './folder-rules.ts';
import type { Incoming } from './incoming.ts';
import { freeName, nameKey } from './names.ts';
import { filesBelow, treeOf, type Branch } from './tree.ts';
import type { NewItem } from './upload-item.ts';

/** A folder that things come into. */
export interface Place {
  readonly path: string;
  readonly rules: FolderRules;
  readonly mayAdd: boolean;
  /** What is there of the names that were asked for, by `nameKey`; undefined: the folder is new. */
  readonly known: ReadonlyMap<string, Schemas['FileEntry']> | undefined;
}

/** How a plan finds out what it needs. */
export interface Planning {
  /** An existing folder, and what is in it of `names`. Throws `Problem`. */
  look(path: string, names: readonly string[]): Promise<Place>;
  ask(conflict: Conflict, remaining: number): Promise<Decision>;
  /** Why it cannot come there, before anything is sent. */
  refusal(what: { readonly name: string; readonly sizeBytes: number | undefined }, place: Place): string | undefined;
  /** Of an upload of this file to this path that was interrupted: where it goes on. */
  unfinished(path: string, file: File): string | undefined;
}

interface Level {
  readonly place: Place;
  readonly members: readonly Branch[];
}

/**
 * What is to be sent where: folder by folder, each looked at once, the conflicts of each asked about together. Undefined
 * when somebody closed a question: then nothing is.
 */
export async function plan(
  incoming: readonly Incoming[],
  folder: string,
  planning: Planning,
): Promise<NewItem[] | undefined> {
  const items: NewItem[] = [];
  const open = [await levelAt(folder, treeOf(incoming), planning)];
  for (let level = open.pop(); level !== undefined; level = open.pop()) {
    const below = await new LevelPlan(level, planning, items).make();
    if (below === undefined) return undefined;
    open.push(...below.reverse());
  }
  return items;
}

async function levelAt(path: string, members: readonly Branch[], planning: Planning): Promise<Level> {
  return {
    members,
    place: await planning.look(
      path,
      members.map(({ name }) => name),
    ),
  };
}

/** The members of one folder; the folders among them are levels that are still to be planned. */
class LevelPlan {
  readonly #level: Level;
  readonly #planning: Planning;
  readonly #items: NewItem[];
  readonly #below: Level[] = [];

  constructor(level: Level, planning: Planning, items: NewItem[]) {
    this.#level = level;
    this.#planning = planning;
    this.#items = items;
  }

  async make(): Promise<Level[] | undefined> {
    const { members } = this.#level;
    const conflicts = new Map(members.flatMap((member) => this.#conflictOf(member)));
    const names = new Set<string>();
    let remaining = conflicts.size;
    for (const member of members) {
      const conflict = conflicts.get(member);
      if (conflict !== undefined) remaining -= 1;
      const decision = conflict && (await this.#planning.ask(conflict, remaining));
      if (decision === 'cancel') return undefined;
      // Files of one name from several folders can be picked at once.
      const isTwice = member.file !== undefined && names.has(nameKey(member.name));
      names.add(nameKey(member.name));
      await this.#plan(member, isTwice ? 'keep-both' : decision);
    }
    return this.#below;
  }

  #conflictOf(member: Branch): [Branch, Conflict][] {
    const { path, known } = this.#level.place;
    const { name, file } = member;
    const there = known?.get(nameKey(name));
    if (there === undefined) return [];
    if (
      file !== undefined &&
      (this.#refusal(member) ?? this.#planning.unfinished(joined(path, name), file)) !== undefined
    ) {
      return [];
    }
    const { kind, sizeBytes, modifiedAt, rights } = there;
    const comes =
      file === undefined
        ? ({ kind: 'folder' } as const)
        : ({ kind: 'file', sizeBytes: file.size, modifiedAt: new Date(file.lastModified).toISOString() } as const);
    const isReadOnly = kind === 'file' && file !== undefined && !rights.write;
    const choices = isReadOnly ? (['keep-both', 'skip'] as const) : undefined;
    return [[member, { name, folder: path, there: { kind, sizeBytes, modifiedAt }, comes, choices }]];
  }

  async #plan(member: Branch, decision: Exclude<Decision, 'cancel'> | undefined): Promise<void> {
    const { path } = this.#level.place;
    if (decision === 'skip') {
      for (const item of filesBelow(member, path)) this.#items.push({ ...item, isSkipped: true });
    } else if (member.file !== undefined) {
      this.#items.push(this.#plannedFile(member, member.file, decision));
    } else if (decision === 'merge') {
      this.#below.push(await levelAt(joined(path, member.name), member.members, this.#planning));
    } else {
      this.#planFolder(member, decision === 'keep-both');
    }
  }

  #plannedFile(member: Branch, file: File, decision: Decision | undefined): NewItem {
    const { path } = this.#level.place;
    const item = { folder: path, name: member.name, file };
    const refusal = this.#refusal(member);
    if (refusal !== undefined) return { ...item, refusal };
    if (decision === 'keep-both') return { ...item, onConflict: 'keep-both' };
    const location = this.#planning.unfinished(joined(path, member.name), file);
    return { ...item, onConflict: decision === 'replace' ? 'replace' : 'fail', location };
  }

  #planFolder(folder: Branch, isBeside: boolean): void {
    const { path, known, rules, mayAdd } = this.#level.place;
    const name = isBeside ? freeName(folder.name, (free) => known?.has(nameKey(free)) ?? false) : folder.name;
    const refusal = this.#refusal({ ...folder, name });
    if (folder.members.length === 0) {
      this.#items.push({ folder: path, name, file: undefined, ...(refusal !== undefined && { refusal }) });
    }
    const place = { path: joined(path, name), rules, mayAdd, known: undefined };
    this.#below.push({ place, members: folder.members });
  }

  #refusal({ name, file }: Branch): string | undefined {
    return this.#planning.refusal({ name, sizeBytes: file?.size }, this.#level.place);
  }
}
