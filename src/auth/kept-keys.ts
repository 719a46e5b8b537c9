import { DomainError, isDomainError } from '../lib/errors.ts';
import { ensureKeyFile, readKeyFile, withNewTokenKey, writeKeyFile } from './key-file.ts';
import { KeyRing } from './key-ring.ts';

/** A key that signs tokens is replaced when it is so old. The one before stays good for what it signed. */
const TOKEN_KEY_MS = 90 * 24 * 3600_000;

/** The file of keys of a server: its own, which it makes and renews, or one that it is given and only reads. */
export class KeptKeys {
  readonly #file: string;
  readonly #isOwn: boolean;

  constructor(file: string, { isOwn }: { isOwn: boolean }) {
    this.#file = file;
    this.#isOwn = isOwn;
  }

  /** Throws `refused` for a file that is not as it should be, and when one that is given is missing. */
  async open(nowMs: number): Promise<KeyRing> {
    if (this.#isOwn) return new KeyRing(await ensureKeyFile(this.#file, nowMs));
    try {
      return new KeyRing(await readKeyFile(this.#file));
    } catch (error) {
      if (!isDomainError(error, 'not-found')) throw error;
      const problem = `the settings name "${this.#file}" as the file of keys (accounts.keyFile), and there is none`;
      const remedy = 'copy account.keys there from the data folder of the server that used this database first';
      throw new DomainError('refused', `${problem}; ${remedy}`, { cause: error });
    }
  }

  /** Called now and then. Whoever gives a file sees to this by themselves: other servers have a copy of it. */
  async renew(keys: KeyRing, nowMs: number): Promise<void> {
    if (!this.#isOwn || nowMs - keys.newest('token').madeAtMs < TOKEN_KEY_MS) return;
    const renewed = withNewTokenKey(keys.keys, nowMs);
    await writeKeyFile(this.#file, renewed);
    keys.replace(renewed);
  }
}
