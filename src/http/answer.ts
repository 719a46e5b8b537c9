/** What a request is answered with: handlers return it, `respond` sends it. */
export interface Answer {
  readonly status: number;
  /** A list is sent as a header of that name for each: `Set-Cookie` cannot be written otherwise (RFC 9110 §5.3). */
  readonly headers?: Readonly<Record<string, string | number | string[]>>;
  /**
   * Whole content, or content that is produced while it is sent. A stream is asked for its first piece before the
   * status goes out, so that what fails at once can still be answered properly.
   */
  readonly body?: string | Uint8Array | AsyncIterable<string | Uint8Array>;
}

export type AnswerHeaders = NonNullable<Answer['headers']>;
