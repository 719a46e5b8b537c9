import { DomainError } from '../lib/errors.ts';
import { HASH_PARAMETERS } from './hash-job.ts';
import { HashProcess } from './hash-process.ts';

export const MIN_PASSWORD_LENGTH = 8;
const MAX_PASSWORD_BYTES = 1024;

const MAX_HASHES_AT_ONCE = 2;
const MAX_QUEUE = 32;
const BUSY_RETRY_SECONDS = 2;

/** The hash of a password that nobody has: checked for users that do not exist, so that they take as long as others. */
const NOBODYS_HASH =
  '$argon2id$v=19$m=19456,p=1,t=2$qB2n0uZopARxVo/DyrPhbQ$rvr2RV1SdoszBOF5rntLrMfSCGoF4oD1ifsz0T/RxAo';

/** What computes hashes, one job at a time for each call. */
export type HashEngine = Pick<HashProcess, 'run' | 'close'>;

/**
 * Hashes and checks passwords with argon2id, at most two at once; as many as a queue holds wait, the rest is refused
 * with `busy`. One for the whole server.
 */
export class PasswordHasher {
  readonly #engine: HashEngine;
  readonly #queue: (() => void)[] = [];
  #running = 0;

  constructor(engine: HashEngine = new HashProcess()) {
    this.#engine = engine;
  }

  /** The hash of a new password in PHC form. Throws `bad-request` for one that nobody should have, `busy`. */
  async hash(password: string): Promise<string> {
    assertNewPassword(password);
    return this.rehash(password);
  }

  /** The same for a password that is in use already, under whatever rules it was chosen. */
  async rehash(password: string): Promise<string> {
    return (await this.#inTurn(() => this.#engine.run({ password: canonical(password) }))) as string;
  }

  /**
   * Whether the password is right; takes as long without a hash (a user that does not exist) as with one.
   * Throws `busy`, `unavailable`.
   */
  async verify(storedHash: string | undefined, password: string): Promise<boolean> {
    if (!isPossiblePassword(password)) return false;
    const job = { password: canonical(password), storedHash: storedHash ?? NOBODYS_HASH };
    const isRight = (await this.#inTurn(() => this.#engine.run(job))) as boolean;
    return isRight && storedHash !== undefined;
  }

  close(): void {
    this.#engine.close();
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= MAX_HASHES_AT_ONCE) {
      if (this.#queue.length >= MAX_QUEUE) {
        throw new DomainError('busy', 'too many logins at once', { retryAfterSeconds: BUSY_RETRY_SECONDS });
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#queue.push(resolve);
      await promise;
    } else {
      this.#running++;
    }
    try {
      return await work();
    } finally {
      const next = this.#queue.shift();
      if (next) next();
      else this.#running--;
    }
  }
}

/** Throws `bad-request` with what is wrong about a password that somebody chose. */
export function assertNewPassword(password: string): void {
  const problem = problemWith(password);
  if (problem !== undefined) throw new DomainError('bad-request', problem);
}

function problemWith(password: string): string | undefined {
  if (Array.from(password).length < MIN_PASSWORD_LENGTH)
    return `a password has at least ${MIN_PASSWORD_LENGTH} characters`;
  if (Buffer.byteLength(canonical(password)) > MAX_PASSWORD_BYTES) {
    return `a password has at most ${MAX_PASSWORD_BYTES} bytes`;
  }
  return isPossiblePassword(password) ? undefined : 'a password may not hold control characters';
}

/** Whether anybody could have this password: only such are worth a hash. */
export function isPossiblePassword(password: string): boolean {
  const isClean = password !== '' && !password.includes('\0') && password.isWellFormed();
  return isClean && Buffer.byteLength(canonical(password)) <= MAX_PASSWORD_BYTES;
}

/** Whether a hash was made with other parameters than those of today. */
export function needsRehash(storedHash: string): boolean {
  const [, algorithm, version, parameters = ''] = storedHash.split('$');
  const { memoryCost, timeCost, parallelism } = HASH_PARAMETERS;
  const wanted = [`m=${memoryCost}`, `p=${parallelism}`, `t=${timeCost}`];
  return algorithm !== 'argon2id' || version !== 'v=19' || parameters.split(',').sort().join() !== wanted.join();
}

/** One form for what looks the same: macOS and Windows may send an umlaut differently (RFC 8265 §4.2.2). */
function canonical(password: string): string {
  return password.normalize('NFC');
}
