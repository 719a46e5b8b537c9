/** How far something is that lasts. */
export interface Progress {
  /** What is being done: `looking`, `importing`, … */
  readonly activity: string;
  readonly doneCount: number;
  readonly doneBytes: number;
  /** Undefined while nobody knows. */
  readonly totalCount?: number | undefined;
  readonly totalBytes?: number | undefined;
}

/** Whoever waits for it. */
export interface Watcher {
  /** Fires when it is not wanted any more. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}
