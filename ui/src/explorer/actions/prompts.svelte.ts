import type { FileEntry } from '../../api/files.ts';
import type { Held } from '../../state/clipboard.svelte.ts';
import type { Way } from './transfer.ts';

interface NewFolder {
  readonly kind: 'new-folder';
  readonly folder: Pick<FileEntry, 'id' | 'path'>;
}

/** For a name that cannot be changed where it stands: in the results of a search. */
interface Rename {
  readonly kind: 'rename';
  readonly entry: FileEntry;
}

export interface PickFolder {
  readonly kind: 'pick-folder';
  readonly way: Way;
  readonly entries: readonly Held[];
  /** The folder that is looked at first. */
  readonly start: string;
}

/** What an action asks before it can do anything; `action-host.svelte` shows it. */
class Prompts {
  asked = $state.raw<NewFolder | Rename | PickFolder>();

  ask(prompt: NewFolder | Rename | PickFolder): void {
    this.asked = prompt;
  }

  close(): void {
    this.asked = undefined;
  }
}

export const prompts = new Prompts();
