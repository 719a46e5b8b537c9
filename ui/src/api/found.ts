import type { Schemas } from './schemas.ts';

/** What a search asks for. */
export interface SearchQuery {
  /** Words, all of which must be in the name. */
  readonly q: string;
  readonly kind?: 'file' | 'folder';
  /** A family: `image`; or a media type. */
  readonly type?: string;
  readonly minBytes?: number;
  readonly maxBytes?: number;
  /** ISO. */
  readonly modifiedAfter?: string;
  readonly modifiedBefore?: string;
  /** `home`, or the name of a shared folder in the root. */
  readonly space?: string;
  /** The path of a folder. */
  readonly below?: string;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface SearchHit {
  readonly file: Schemas['FileEntry'];
  /** Where the words stand in the name: begin and end in UTF-16 units, in order. */
  readonly highlights: readonly (readonly number[])[];
}
