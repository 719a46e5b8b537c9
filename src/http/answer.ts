/** What a request is answered with: handlers return it, `respond` sends it. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  /**
   * Whole content, or content that is produced while it is sent. A stream is asked for its first piece before the
   * status goes out, so that what fails at once can still be answered properly.
   */
  readonly body?: string | Uint8Array | AsyncIterable<string | Uint8Array>;
}

export type AnswerHeaders = NonNullable<Answer['headers']>;
