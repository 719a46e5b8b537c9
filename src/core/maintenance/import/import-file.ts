import { DomainError, isDomainError } from '../../../lib/errors.ts';
import type { Slots } from '../../../lib/slots.ts';
import type { Actor } from '../../actor.ts';
import type { Core } from '../../core.ts';
import type { Node } from '../../node.ts';
import { contentOf, putFile, readContent, SMALL_BYTES } from '../../transfer.ts';
import { find } from '../../tree.ts';
import { reasonOf } from '../host-entries.ts';
import { SourceFile } from './source-file.ts';
import type { FileEntry } from './source-walk.ts';

/** What is written to while it is read is read again; so is what somebody else changes in the store meanwhile. */
const MAX_TRIES = 3;

export interface Outcome {
  readonly kind: 'added' | 'replaced' | 'identical';
  /** Why the original of a file that was to be moved is still there. */
  readonly leftBecause: string | undefined;
}

export interface FileImport {
  readonly actor: Actor;
  readonly entry: FileEntry;
  readonly isMove: boolean;
  readonly mediaTypeOf: (name: string) => string;
  readonly signal: AbortSignal;
  /** Few large files at a time: one is read while another waits for its sync. More would only make a disk seek. */
  readonly largeFiles: Slots;
}

/** Whether the file is in the store with the same size and time. */
export async function isThereAlready(core: Core, actor: Actor, entry: FileEntry): Promise<boolean> {
  const node = entry.mayExist ? (await find(core, actor, entry.target)).found?.node : undefined;
  return node !== undefined && isLike(node, entry);
}

function isLike(node: Node, { sizeBytes, modifiedAtMs }: { sizeBytes: number; modifiedAtMs: number }): boolean {
  return node.kind === 'file' && node.sizeBytes === sizeBytes && node.modifiedAtMs === modifiedAtMs;
}

/**
 * Imports one file. With `isMove` the original is removed once its content is known to be in the store.
 * Throws the system's errors, what `putFile` throws, `busy` for a file that keeps changing.
 */
export async function importFile(core: Core, task: FileImport): Promise<Outcome> {
  for (let tries = 1; ; tries++) {
    try {
      return await importOnce(core, task, tries === 1 ? task.entry.mayExist : true);
    } catch (error) {
      if (tries === MAX_TRIES || !isDomainError(error, 'busy', 'precondition-failed')) throw error;
    }
  }
}

async function importOnce(core: Core, task: FileImport, mayExist: boolean): Promise<Outcome> {
  const { actor, entry, isMove } = task;
  const node = mayExist ? (await find(core, actor, entry.target)).found?.node : undefined;
  if (node?.kind === 'collection') throw new DomainError('is-a-collection', 'there is a folder of this name');
  if (node && isLike(node, entry) && !isMove) return { kind: 'identical', leftBecause: undefined };
  const file = await SourceFile.open(entry.path, isMove);
  try {
    const kind = await store(core, task, { file, node });
    return { kind, leftBecause: isMove ? await removeOriginal(file) : undefined };
  } finally {
    await file.close();
  }
}

/** Why it could not be removed, if so: it is imported all the same. */
async function removeOriginal(file: SourceFile): Promise<string | undefined> {
  try {
    await file.remove();
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Same size and time are enough to leave a file alone, but not to remove it. */
async function hasContent(core: Core, node: Node, file: SourceFile): Promise<boolean> {
  const location = await contentOf(core, node);
  return location ? file.equals(readContent(core, location)) : file.sizeBytes === 0;
}

async function store(
  core: Core,
  { actor, entry, isMove, mediaTypeOf, signal, largeFiles }: FileImport,
  { file, node }: { file: SourceFile; node: Node | undefined },
): Promise<Outcome['kind']> {
  if (node && isLike(node, file) && (!isMove || (await hasContent(core, node, file)))) return 'identical';
  const name = entry.target.segments.at(-1) ?? '';
  const { sizeBytes, modifiedAtMs } = file;
  const body = { source: file.content(), file, sizeBytes, modifiedAtMs, mediaType: mediaTypeOf(name) };
  const conditions = { tokens: [], expected: node ? { nodeId: node.id, etag: node.etag } : ('absent' as const) };
  const put = async (): Promise<unknown> =>
    putFile(core, actor, await find(core, actor, entry.target), { body, conditions, signal });
  await (sizeBytes > SMALL_BYTES ? largeFiles.take(put) : put());
  return node ? 'replaced' : 'added';
}
