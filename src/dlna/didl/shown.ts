import type { MediaEntry } from '../../core/ports/media-library.ts';

/** A container as it is shown: a folder, or a view of the library. */
export interface ShownContainer {
  readonly type: 'container';
  readonly id: string;
  readonly parentId: string;
  readonly title: string;
  readonly objectClass: string;
  readonly childCount: number;
  readonly isSearchable: boolean;
  /** The folder that has a picture to stand for it. */
  readonly picturedId: number | undefined;
}

/** A film, a piece of music or a picture, where it is or where a view refers to it. */
export interface ShownItem {
  readonly type: 'item';
  readonly id: string;
  readonly parentId: string;
  /** The object that it refers to. */
  readonly refId: string | undefined;
  readonly entry: MediaEntry;
}

export type Shown = ShownContainer | ShownItem;
