import type { FileEntry } from '../../api/files.ts';

interface Draft {
  /** As it was when the text was read: saved over another content, it asks. */
  readonly entry: FileEntry;
  readonly text: string;
}

/**
 * Texts that were changed and not saved when their viewer was left, in whatever way: they are there when it comes back,
 * for as long as the tab is open. Somebody else who signs in finds none of them.
 */
class Drafts {
  readonly #drafts = new Map<number, Draft>();
  #user: string | undefined;

  keep(user: string | undefined, draft: Draft): void {
    this.#belongTo(user);
    this.#drafts.set(draft.entry.id, draft);
    addEventListener('beforeunload', warn);
  }

  take(user: string | undefined, id: number): Draft | undefined {
    this.#belongTo(user);
    const draft = this.#drafts.get(id);
    this.drop(id);
    return draft;
  }

  drop(id: number): void {
    this.#drafts.delete(id);
    if (this.#drafts.size === 0) removeEventListener('beforeunload', warn);
  }

  #belongTo(user: string | undefined): void {
    if (this.#user !== user) [...this.#drafts.keys()].forEach((id) => this.drop(id));
    this.#user = user;
  }
}

export const drafts = new Drafts();

function warn(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
