import type { FileEntry } from '../api/files.ts';
import type { Menu } from '../parts/menu.ts';

/** What the place that a file was opened from lets be done to it. */
export interface FileActions {
  menuOf(entry: FileEntry): Menu;
  /** A key that nothing in the viewer wanted. */
  press(event: KeyboardEvent, entry: FileEntry): void;
}
