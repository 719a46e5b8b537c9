import { forEachBounded } from '../../../lib/bounded.ts';
import { DomainError } from '../../../lib/errors.ts';
import type { NodePath } from '../../../lib/node-path.ts';
import type { Actor } from '../../actor.ts';
import type { Core } from '../../core.ts';
import type { Node } from '../../node.ts';
import { contentOf, readContent } from '../../transfer.ts';
import { listChildren, locate, type ChildListing, type Located } from '../../tree.ts';
import { Problems, reasonOf, systemReason, within, type Problem } from '../host-entries.ts';
import type { OwnPlaces } from '../own-places.ts';
import type { Watcher } from '../progress.ts';
import { TargetFolder } from './target-folder.ts';

const MAX_FILES = 8;

export interface ExportRequest {
  readonly actor: Actor;
  /** A collection, whose members come into `folder`, or a file. */
  readonly from: NodePath;
  /** On this machine; made when it is missing. */
  readonly folder: string;
  /** Where nothing is written. */
  readonly ownPlaces: OwnPlaces;
  /** Files of the same name and another size or time are replaced. */
  readonly isForced: boolean;
}

export interface ExportReport {
  readonly fileCount: number;
  readonly bytes: number;
  /** There already, with the same size and time. */
  readonly identicalCount: number;
  readonly folderCount: number;
  readonly problemCount: number;
  /** The first thousand. */
  readonly problems: readonly Problem[];
}

interface FileTask {
  readonly node: Node;
  readonly folder: TargetFolder;
  readonly shown: string;
}

/**
 * Writes a part of a user's tree to a folder of this machine, with the times of modification; every content is checked
 * on its way. What is there with the same size and time is left as it is, so that it can be done again after it was cut
 * off. What cannot be written is reported and left out.
 * Throws `not-found` for a path that is not there, `forbidden` for a folder that cannot be written, `refused` for one of
 * the store's own, or the signal's reason; what was written until then stays.
 */
export async function exportTree(core: Core, request: ExportRequest, watcher: Watcher): Promise<ExportReport> {
  const located = await locate(core, request.actor, request.from);
  const folder = await openFolder(request);
  return new Export(core, request, watcher).run(located, folder);
}

async function openFolder({ folder: path, ownPlaces }: ExportRequest): Promise<TargetFolder> {
  try {
    if (await ownPlaces.contains(path)) throw new DomainError('refused', `"${path}" is part of the store itself`);
    return await TargetFolder.open(path);
  } catch (error) {
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    const user = process.geteuid === undefined ? '' : ` (as user ${process.geteuid()})`;
    throw new DomainError('forbidden', `"${path}" cannot be written${user}: ${reason}`, { cause: error });
  }
}

/** One run of an export. */
class Export {
  readonly #core: Core;
  readonly #request: ExportRequest;
  readonly #watcher: Watcher;
  readonly #problems = new Problems();
  /** Their new names are made to survive a power cut when all are written. */
  readonly #folders: TargetFolder[] = [];
  #done = { doneCount: 0, doneBytes: 0 };
  #written = { fileCount: 0, bytes: 0 };
  #identicalCount = 0;

  constructor(core: Core, request: ExportRequest, watcher: Watcher) {
    this.#core = core;
    this.#request = request;
    this.#watcher = watcher;
  }

  async run(located: Located, folder: TargetFolder): Promise<ExportReport> {
    const { node } = located;
    this.#folders.push(folder);
    const files = node.kind === 'file' ? one({ node, folder, shown: node.name }) : this.#files(located, folder, '');
    await forEachBounded(files, MAX_FILES, (task) => this.#exportFile(task, node.sizeBytes));
    for (const written of this.#folders) await written.sync();
    return {
      ...this.#written,
      identicalCount: this.#identicalCount,
      folderCount: this.#folders.length - 1,
      problemCount: this.#problems.count,
      problems: this.#problems.listed,
    };
  }

  async *#files(collection: Located, folder: TargetFolder, shown: string): AsyncGenerator<FileTask, void> {
    for await (const page of listChildren(this.#core, this.#request.actor, collection, WITH_ALL)) {
      for (const child of page) {
        this.#watcher.signal.throwIfAborted();
        const name = child.place === 'mount' ? child.space.mountName : child.node.name;
        const childShown = within(shown, name);
        if (child.node.kind === 'file') yield { node: child.node, folder, shown: childShown };
        else yield* this.#collection(child, { folder, name, shown: childShown });
      }
    }
  }

  async *#collection(
    child: Located,
    { folder, name, shown }: { folder: TargetFolder; name: string; shown: string },
  ): AsyncGenerator<FileTask, void> {
    let inner: TargetFolder;
    try {
      inner = await folder.folder(name, this.#request.ownPlaces);
    } catch (error) {
      this.#problems.add(shown, reasonOf(error));
      return;
    }
    this.#folders.push(inner);
    yield* this.#files(child, inner, shown);
  }

  async #exportFile({ node, folder, shown }: FileTask, totalBytes: number): Promise<void> {
    const { signal, onProgress } = this.#watcher;
    const counted = node.isSidecar ? 0 : 1;
    try {
      const { name, sizeBytes, modifiedAtMs } = node;
      const file = { name, sizeBytes, modifiedAtMs, content: undefined };
      if (await folder.has(file, this.#request.isForced)) {
        this.#identicalCount += counted;
      } else {
        const location = await contentOf(this.#core, node);
        await folder.write({ ...file, content: location && readContent(this.#core, location) }, signal);
        const { fileCount, bytes } = this.#written;
        this.#written = { fileCount: fileCount + counted, bytes: bytes + sizeBytes };
      }
      const { doneCount, doneBytes } = this.#done;
      this.#done = { doneCount: doneCount + counted, doneBytes: doneBytes + sizeBytes };
      onProgress({ activity: 'exporting', ...this.#done, totalBytes });
    } catch (error) {
      signal.throwIfAborted();
      // A disk that is away keeps only its own files back.
      const isAway = error instanceof DomainError && error.code === 'unavailable';
      this.#problems.add(shown, isAway ? error.message : reasonOf(error));
    }
  }
}

/** What Finder keeps for itself is written as well: a Mac finds it there again. But it counts as no file. */
const WITH_ALL: ChildListing<readonly Located[]> = {
  render: async (page) => ({ rendered: page, taken: page.length }),
  withSidecars: true,
};

async function* one(task: FileTask): AsyncGenerator<FileTask, void> {
  yield task;
}
