import type { MediaFacts, MediaKind } from '../media/facts.ts';
import type { ChangePosition } from './changes.ts';
import type { Page } from './page.ts';

/** A folder of the media space, or something in it that is played or shown. */
export interface MediaEntry {
  readonly nodeId: number;
  /** The folder that it is in. */
  readonly parentId: number;
  readonly kind: 'folder' | MediaKind;
  /** As stored. */
  readonly name: string;
  /** For people: without the noise of release names. */
  readonly title: string;
  readonly year: number | undefined;
  /** When it came to be shown. */
  readonly addedAtMs: number;
  /** Of a folder: when it was made. */
  readonly modifiedAtMs: number;
  /** Undefined for a folder. */
  readonly content: MediaContent | undefined;
  /** A picture in a folder that stands for all of it: `poster.jpg`, `folder.jpg`, `cover.jpg`. Undefined for all else. */
  readonly folderCoverId: number | undefined;
  /** Undefined until they were read, and where they could not be. */
  readonly facts: MediaFacts | undefined;
  /** Whether somebody has looked into its content. True for a folder. */
  readonly isRead: boolean;
  /** Of what is shown directly in a folder. 0 for all else. */
  readonly childCount: number;
  /** Raised whenever what is shown in a folder changes. 0 for all else. */
  readonly updateId: number;
}

export interface MediaContent {
  readonly blobId: string;
  readonly sizeBytes: number;
  /** As stored. */
  readonly mediaType: string;
  /** `.srt` beside a film, by its name. */
  readonly subtitlesId: number | undefined;
  /** A picture beside a film or a piece of music: of its own name, or else the one of its folder. */
  readonly coverId: number | undefined;
}

/** Where to look. */
export type MediaScope =
  /** What is directly in a folder, folders among it. */
  | { readonly in: number }
  /** All at any depth below a folder, folders among it. */
  | { readonly below: number }
  /** All of a kind, wherever it is; of a year, or (null) of no known one. */
  | { readonly kind: MediaKind; readonly year?: number | null };

/** Which of it. */
export type MediaCriterion =
  | { readonly all: readonly MediaCriterion[] }
  | { readonly any: readonly MediaCriterion[] }
  | { readonly kinds: readonly MediaEntry['kind'][] }
  /** Compared without regard to case; `is` with the whole, `contains` with any part of it, `starts` with its beginning. */
  | { readonly field: MediaTextField; readonly how: 'is' | 'contains' | 'starts' | 'there'; readonly value: string }
  | { readonly field: 'year'; readonly how: '<' | '<=' | '=' | '>=' | '>'; readonly value: number }
  | { readonly nodeId: number }
  | { readonly parentId: number }
  | { readonly not: MediaCriterion };

export type MediaTextField = 'title' | 'artist' | 'album' | 'genre';

export interface MediaOrder {
  /** `kind`: folders first, then films, music, pictures. `title` sorts numbers in it by their value. */
  readonly by: 'kind' | 'title' | 'added' | 'year' | 'duration' | 'size' | 'artist' | 'album' | 'track';
  readonly isDescending: boolean;
}

export interface MediaQuery {
  readonly scope: MediaScope;
  readonly criterion?: MediaCriterion | undefined;
  /** Of entries that are alike in all of these, the order is by title, then by id. */
  readonly order: readonly MediaOrder[];
  readonly offset: number;
  readonly limit: number;
}

export interface MediaPage {
  readonly entries: readonly MediaEntry[];
  /** Of all pages together. */
  readonly total: number;
}

/** How far the library has followed what happened in the media space. */
export interface MediaState {
  /** Raised by every change of what is shown; never less after a restart. */
  readonly updateId: number;
  /** Undefined until it has been looked through for the first time. */
  readonly position: ChangePosition | undefined;
}

/** What televisions are shown, in SQL: follows the tree within seconds, and each page is one query. */
export interface MediaLibraryReads {
  list(query: MediaQuery): Promise<MediaPage>;
  /** Those that are there, in no order; one query. */
  entries(nodeIds: readonly number[]): Promise<MediaEntry[]>;
  /** The years of all of a kind, the latest first; null stands for what has none. */
  years(kind: MediaKind): Promise<{ year: number | null; count: number }[]>;
  /** The names of all artists, or albums, of music, in order; names that differ in case alone are one. */
  groups(field: 'artist' | 'album'): Promise<{ name: string; count: number }[]>;
  /** How many there are of each. */
  counts(): Promise<Record<MediaEntry['kind'], number>>;
  state(): Promise<MediaState>;
  /** Contents that nobody has looked into yet, the newest first. */
  unread(limit: number): Promise<{ blobId: string; kind: MediaKind; name: string }[]>;
  /** Positions of televisions themselves, in milliseconds, where nobody knows who watches; one query. */
  bookmarks(nodeIds: readonly number[]): Promise<Map<number, number>>;
  /** One page of what is directly in a folder, by its ids. */
  members(parentId: number, page: Page<number>): Promise<MediaMember[]>;
  /** Rows whose folder has none. */
  strayIds(limit: number): Promise<number[]>;
}

export interface MediaMember {
  readonly nodeId: number;
  readonly isFolder: boolean;
}

/** A row of the library as the tree has it: what is known of its content comes to it by itself, and so does its title. */
export interface MediaRow {
  readonly nodeId: number;
  /** 0 for the folder that all is in. */
  readonly parentId: number;
  readonly kind: MediaEntry['kind'];
  readonly name: string;
  /** Counts for what is new only. */
  readonly addedAtMs: number;
  readonly modifiedAtMs: number;
  /** With no cover but its own. */
  readonly content: MediaContent | undefined;
  readonly folderCoverId: number | undefined;
}

/** What changed of what televisions are shown. */
export interface MediaUpdate {
  readonly updateId: number;
  readonly folders: readonly { readonly nodeId: number; readonly updateId: number }[];
}

export interface MediaLibraryOperations {
  /**
   * Puts rows in, anew or in place of those of the same nodes, takes others out, and notes up to where changes were
   * followed, if that is said. Raises the update ids of the folders whose members changed, and the library's, unless
   * nothing did: then no folder is named. Of one that is put in twice the last counts; what is put in is not taken out.
   * No change of the tree: no revision is raised.
   */
  updateMediaLibrary: {
    args: {
      readonly put: readonly MediaRow[];
      readonly removed: readonly number[];
      readonly position: ChangePosition | undefined;
    };
    result: MediaUpdate;
  };
  /** What was found in a content; undefined when it cannot be read. Raises update ids as above. Does nothing for one that is gone. */
  recordMediaFacts: {
    args: { readonly blobId: string; readonly facts: MediaFacts | undefined; readonly nowMs: number };
    result: MediaUpdate;
  };
  /** 0: none any more. Not an error when there is no such entry. */
  noteBookmark: { args: { readonly nodeId: number; readonly positionMs: number }; result: void };
}
