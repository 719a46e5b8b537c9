import type { createAppPassword } from '../api/app-passwords.ts';

/** With the password itself, which nobody can read again. */
export type MadeAppPassword = Awaited<ReturnType<typeof createAppPassword>>;
