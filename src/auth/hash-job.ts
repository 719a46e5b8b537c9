/** argon2id with 19 MiB, two passes, one lane (OWASP's least). A stored hash made with others is made anew at login. */
export const HASH_PARAMETERS = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1, hashLength: 32 } as const;

/** What the server asks of the process that hashes: to verify against `storedHash`, or to hash when there is none. */
export interface HashJob {
  readonly id: number;
  readonly password: string;
  readonly storedHash?: string;
}

export interface HashOutcome {
  readonly id: number;
  /** The hash in PHC form, or whether the password is right; missing when it could not be computed. */
  readonly result?: string | boolean;
  readonly problem?: string;
}
