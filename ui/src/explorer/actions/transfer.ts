import type { BulkResult, Operation } from '../../api/file-changes.ts';
import { getFile, getFileById, type FileEntry } from '../../api/files.ts';
import { everyEntry } from '../../api/folders.ts';
import type { Conflict, Choice } from '../../conflicts/conflict.ts';
import type { Conflicts } from '../../conflicts/conflicts.svelte.ts';
import { into, joined } from '../../lib/paths.ts';
import type { Held } from '../../state/clipboard.svelte.ts';
import { runBulk, type Task } from './bulk.svelte.ts';
import { errorOf, type Failure } from './outcome.ts';

export type Way = 'move' | 'copy';

/** Something that is there now, and what it came from. */
export interface Arrival {
  readonly from: Held;
  readonly entry: FileEntry;
  /** The file whose content it took the place of, as that was then. */
  readonly replaced: FileEntry | undefined;
}

interface Coming {
  readonly held: Held;
  readonly onConflict: 'fail' | 'replace' | 'keep-both';
  /** What it is to replace. */
  readonly there?: FileEntry;
}

/**
 * Moves or copies into folders. Whoever has the name already is only found out by trying, so that nobody can come between
 * the question and its answer: what met somebody is asked about, and tried again as was decided.
 */
export class Transfer {
  readonly arrivals: Arrival[] = [];
  readonly failures: Failure[] = [];
  /** What is left of folders whose content went into another one, in the order in which they were put to trash. */
  readonly emptied: { readonly trashId: number; readonly name: string }[] = [];
  readonly #way: Way;
  readonly #task: Task;
  readonly #conflicts: Conflicts;
  /** Files that got other content, as they are now: several of one name may come one after the other. */
  readonly #replaced = new Map<number, FileEntry>();

  constructor(way: Way, task: Task, conflicts: Conflicts) {
    this.#way = way;
    this.#task = task;
    this.#conflicts = conflicts;
  }

  async run(entries: readonly Held[], folder: string, onConflict: 'fail' | 'keep-both' = 'fail'): Promise<void> {
    const clashing = await this.#try(
      entries.map((held) => ({ held, onConflict })),
      folder,
    );
    await this.#settle(clashing, folder);
  }

  /** Gives those whose names are taken. */
  async #try(coming: readonly Coming[], folder: string): Promise<Held[]> {
    const operations = coming.map(({ held: { id }, onConflict }): Operation => {
      return { action: this.#way, id, to: into(folder), onConflict };
    });
    const hasTrees = this.#way === 'copy' && coming.some(({ held }) => held.kind === 'folder');
    const results = await runBulk(operations, this.#task, { hasTrees });
    return coming.slice(0, results.length).flatMap((one, index) => this.#record(one, results[index]));
  }

  #record({ held, onConflict, there }: Coming, result: BulkResult | undefined): Held[] {
    if (result?.entry) {
      const { entry } = result;
      this.arrivals.push({ from: held, entry, replaced: there && (this.#replaced.get(entry.id) ?? there) });
      this.#replaced.set(entry.id, entry);
      return [];
    }
    if (result?.problem?.code === 'already-exists' && onConflict === 'fail') return [held];
    if (result) this.failures.push({ name: held.name, error: errorOf(result) });
    return [];
  }

  async #settle(clashing: readonly Held[], folder: string): Promise<void> {
    const again: Coming[] = [];
    const merges: { source: Held; destination: string }[] = [];
    for (const [index, held] of clashing.entries()) {
      const conflict = await conflictOf(held, folder);
      const decision = await this.#decide(conflict, clashing.length - index - 1);
      if (this.#task.signal.aborted) return;
      if (decision === 'merge') merges.push({ source: held, destination: joined(folder, held.name) });
      else if (decision === 'replace') again.push({ held, onConflict: decision, there: conflict.there });
      else if (decision === 'keep-both') again.push({ held, onConflict: decision });
    }
    this.#task.totalCount += again.length;
    await this.#try(again, folder);
    for (const { source, destination } of merges) await this.#merge(source, destination);
  }

  async #decide(conflict: Conflict, remaining: number): Promise<Choice> {
    const decision = await this.#conflicts.ask(conflict, remaining);
    if (decision !== 'cancel') return decision;
    this.#task.cancel();
    return 'skip';
  }

  /** All that is in one folder goes into the other, and so on below; nothing in either is lost. */
  async #merge(source: Held, destination: string): Promise<void> {
    const children: FileEntry[] = [];
    for await (const page of everyEntry(source.id)) children.push(...page);
    this.#task.totalCount += children.length;
    await this.run(children, destination);
    if (this.#way === 'move' && !this.#task.signal.aborted) await this.#removeEmptied(source);
  }

  async #removeEmptied({ id, name }: Held): Promise<void> {
    const left = await everyEntry(id).next();
    if (left.value?.length !== 0) return;
    const [result] = await runBulk([{ action: 'delete', id }], this.#task);
    if (result?.trashId !== undefined) this.emptied.push({ trashId: result.trashId, name });
  }
}

async function conflictOf(held: Held, folder: string): Promise<Conflict & { readonly there: FileEntry }> {
  const [there, comes] = await Promise.all([getFile(joined(folder, held.name)), getFileById(held.id)]);
  return { name: held.name, folder, there, comes };
}
