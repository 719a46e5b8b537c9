/** One line of a diagnosis. */
export interface Finding {
  /** What was looked at: `database`, `disk "disk1"`, … */
  readonly subject: string;
  readonly level: 'ok' | 'warn' | 'fail';
  readonly message: string;
  /** What to do about it. */
  readonly advice?: string;
}

export function ok(subject: string, message: string): Finding {
  return { subject, level: 'ok', message };
}

export function warn(subject: string, message: string, advice: string): Finding {
  return { subject, level: 'warn', message, advice };
}

export function fail(subject: string, message: string, advice: string): Finding {
  return { subject, level: 'fail', message, advice };
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
