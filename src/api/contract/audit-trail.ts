/** An entry of the audit log, as it stands there. */
export interface TrailEntry {
  /** ISO 8601 */
  readonly time: string;
  readonly action: string;
  readonly user?: string;
  readonly address?: string;
  readonly target?: string;
  readonly value?: string | number;
}

/** Before an entry of the audit log. */
export interface TrailPlace {
  readonly file: number;
  readonly offset: number;
}

export interface AuditTrail {
  /** The latest first; `next` is undefined at the beginning. Throws a `RangeError` for what is not kept any more. */
  read(query: {
    readonly before?: TrailPlace | undefined;
    readonly limit: number;
    readonly sinceMs?: number | undefined;
    readonly isWanted: (entry: TrailEntry) => boolean;
  }): Promise<{ readonly entries: readonly TrailEntry[]; readonly next: TrailPlace | undefined }>;
}
