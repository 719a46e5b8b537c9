/** How far a user has seen or heard a file. */
export interface PlaybackPosition {
  readonly nodeId: number;
  readonly positionMs: number;
  /** Undefined where the player did not know. */
  readonly durationMs: number | undefined;
  /** It was so near the end that nobody would go on there. */
  readonly isSeen: boolean;
  /** When it was played. */
  readonly updatedAtMs: number;
}

/** Where a page of positions ends. */
export interface PositionPlace {
  readonly updatedAtMs: number;
  readonly nodeId: number;
}

export interface PlaybackPositions {
  get(userId: number, nodeId: number): Promise<PlaybackPosition | undefined>;
  /** A user's in some files, in no order; one query. */
  listIn(userId: number, nodeIds: readonly number[]): Promise<PlaybackPosition[]>;
  /** A user's, the latest first, of files that may be in trash by now; one query. */
  listOf(
    userId: number,
    page: {
      /** All of them without it. */
      readonly isSeen?: boolean | undefined;
      /** Leaves out what had only just begun. */
      readonly fromMs: number;
      readonly after?: PositionPlace | undefined;
      readonly limit: number;
    },
  ): Promise<PlaybackPosition[]>;
}

export interface PlaybackPositionOperations {
  /**
   * Keeps a position unless a later one is there, and gives the one that is there then. It is no change of the tree: no
   * revision is raised by it. Of more than `maxPerUser` the oldest goes. `not-found` without the user or the file.
   */
  notePosition: { args: PlaybackPosition & { userId: number; maxPerUser: number }; result: PlaybackPosition };
  /** Not an error when there is none. */
  forgetPosition: { args: { userId: number; nodeId: number }; result: void };
}
