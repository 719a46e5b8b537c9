/** Wakes those who follow what happens, so that nobody has to ask the database again and again. */
export interface ChangeFeed {
  /**
   * Calls `listener` after operations were committed, at most ten times a second: by this process at once, by others
   * that work on the same database within seconds. What happened is read from `ChangeReads`, from where one is.
   * Returns how to end it.
   */
  onCommit(listener: () => void): () => void;
  /** As `onCommit`, once any of the spaces has a new revision. */
  watch(spaceIds: readonly number[], listener: () => void): () => void;
  /** Fires when nobody will be told any more: the server ends. */
  readonly ended: AbortSignal;
  /** From now on nobody is told any more. */
  end(): void;
}
