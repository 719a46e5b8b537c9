/** How long the longest side of a preview may be, in pixels. */
export const PREVIEW_SIDES = [256, 512, 1280, 2048] as const;

/** The same of the pictures that televisions show in lists: JPEG_TN, the one profile that all of them know (DLNA). */
export const TELEVISION_SIDE = 160;

export type PreviewSide = (typeof PREVIEW_SIDES)[number] | typeof TELEVISION_SIDE;

/** Which preview is meant. */
export interface PreviewWish {
  readonly blobId: string;
  /** As stored; says what is tried, and not what the content is taken for. */
  readonly mediaType: string;
  readonly side: PreviewSide;
}

/** For whom a preview is made; `signal`: they wait for it no longer. */
export interface PreviewAsker {
  readonly userId: number;
  readonly signal: AbortSignal;
}

/** Small pictures of what people stored, made apart from the server and kept by blob. */
export interface Previewer {
  /**
   * Of what this machine can make previews: media types, and whole families as `video/*`. Empty where it can of nothing.
   * Looks for tools when it is asked for the first time.
   */
  mediaTypes(): Promise<readonly string[]>;

  /**
   * A picture as WebP (as JPEG for a television), upright, in sRGB, whose longest side has at most `side` pixels; never larger than the original.
   * Undefined when none can be made of this content as what its type says (image, film, music), which is remembered.
   * Users take turns, and of each what was asked for first is made first. Throws `busy` where too many wait, what reading
   * the blob throws, `corrupt` for one that is not known, and the signal's reason, while what was begun is finished.
   */
  preview(wish: PreviewWish, asker: PreviewAsker): Promise<Uint8Array | undefined>;

  /** Removes what is kept of blobs that are gone, and nothing more often than once a day. */
  tidy(): Promise<void>;

  /** Ends what runs. */
  close(): Promise<void>;
}
