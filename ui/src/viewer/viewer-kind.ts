import type { Component } from 'svelte';
import type { FileEntry } from '../api/files.ts';
import type { Stage } from './stage.svelte.ts';

/** What every viewer of a kind of file is given. It is made anew for each file, and for each content of it: nothing is left over from the one before. */
export interface ViewerProps {
  readonly entry: FileEntry;
  readonly stage: Stage;
}

/** How one kind of file is shown. */
export interface ViewerKind {
  readonly id: string;
  /** Pictures and films stand before a dark ground whatever the theme is. */
  readonly isDark?: boolean;
  /** Another content is none of its business while somebody writes in it. */
  readonly isEditor?: boolean;
  shows(entry: FileEntry): boolean;
  load(): Promise<{ default: Component<ViewerProps> }>;
  /** Fetches what is shown first of a file beside the one that is shown, so that it is there at once. */
  preload?(entry: FileEntry): void;
}
