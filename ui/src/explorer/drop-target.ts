import type { Attachment } from 'svelte/attachments';
import type { FileEntry } from '../api/files.ts';
import { tellProblem } from '../state/toasts.ts';
import { uploads } from '../uploads/ways-in.ts';
import { moveOrCopy } from './actions/move-copy.ts';
import { moveToTrash } from './actions/remove.ts';
import { dropped, isFromDesktop, isOfFiles, mayDrop, mayTrash, wayOf } from './drag.ts';

export type DropFolder = Pick<FileEntry, 'path' | 'rights'>;

interface Options {
  /** Held over it so long, it opens. */
  readonly onhover?: () => void;
}

const HOVER_MS = 700;

/** What can be dropped somewhere, and what becomes of it. */
interface Receiver {
  /** What a drop would do; undefined where it is not taken. */
  readonly effectOf: (event: DragEvent) => 'move' | 'copy' | undefined;
  readonly take: (event: DragEvent) => void;
}

/** A folder takes what is dropped: files of the page by moving or copying them, those of the desktop by uploading them. */
export function dropTarget(folder: () => DropFolder | undefined, options: Options = {}): Attachment<HTMLElement> {
  return receiving(
    {
      effectOf: (event) => {
        const into = folder();
        if (into === undefined) return undefined;
        if (isFromDesktop(event)) return into.rights.add ? 'copy' : undefined;
        return isOfFiles(event) && mayDrop(event, into) ? wayOf(event) : undefined;
      },
      take: (event) => {
        const into = folder();
        if (into && isFromDesktop(event) && event.dataTransfer) uploads.addDropped(event.dataTransfer, into.path);
        else if (into) dropInto(event, into).catch(tellProblem);
      },
    },
    options,
  );
}

/** What is dropped there goes to trash. */
export function trashTarget(): Attachment<HTMLElement> {
  return receiving({
    effectOf: (event) => (isOfFiles(event) && mayTrash() ? 'move' : undefined),
    take: (event) => {
      dropped(event)
        .then((entries) => entries && moveToTrash(entries))
        .catch(tellProblem);
    },
  });
}

async function dropInto(event: DragEvent, { path }: DropFolder): Promise<void> {
  const way = wayOf(event);
  const entries = await dropped(event);
  if (entries) await moveOrCopy(way, entries, path);
}

function receiving({ effectOf, take }: Receiver, { onhover }: Options = {}): Attachment<HTMLElement> {
  return (element) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const leave = (): void => {
      clearTimeout(timer);
      timer = undefined;
      delete element.dataset['drop'];
    };
    const over = (event: DragEvent): void => {
      // A target within this one has taken it.
      if (event.defaultPrevented) {
        leave();
        return;
      }
      if (!isOfFiles(event) && !isFromDesktop(event)) return;
      if (onhover) timer ??= setTimeout(onhover, HOVER_MS);
      const effect = effectOf(event);
      if (effect === undefined || !event.dataTransfer) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = effect;
      element.dataset['drop'] = effect;
    };
    const left = (event: DragEvent): void => {
      if (!(event.relatedTarget instanceof Node && element.contains(event.relatedTarget))) leave();
    };
    const drop = (event: DragEvent): void => {
      leave();
      if (event.defaultPrevented || effectOf(event) === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      take(event);
    };
    element.addEventListener('dragover', over);
    element.addEventListener('dragleave', left);
    element.addEventListener('drop', drop);
    return () => {
      leave();
      element.removeEventListener('dragover', over);
      element.removeEventListener('dragleave', left);
      element.removeEventListener('drop', drop);
    };
  };
}
