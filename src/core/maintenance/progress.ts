/** How far something is that lasts. */
export interface Progress {
  readonly activity: 'looking' | 'importing' | 'exporting';
  readonly doneCount: number;
  readonly doneBytes: number;
  /** Undefined while nobody knows. */
  readonly totalCount?: number;
  readonly totalBytes?: number;
}

/** Whoever waits for it. */
export interface Watcher {
  /** Fires when it is not wanted any more. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}
