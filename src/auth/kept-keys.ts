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

  /** Throws `refused` for a file that is not as it should be, `not-found` when one that is given is missing. */
  async open(nowMs: number): Promise<KeyRing> {
    return new KeyRing(this.#isOwn ? await ensureKeyFile(this.#file, nowMs) : await readKeyFile(this.#file));
  }

  /** Called now and then. Whoever gives a file sees to this by themselves: other servers have a copy of it. */
  async renew(keys: KeyRing, nowMs: number): Promise<void> {
    if (!this.#isOwn || nowMs - keys.newest('token').madeAtMs < TOKEN_KEY_MS) return;
    const renewed = withNewTokenKey(keys.keys, nowMs);
    await writeKeyFile(this.#file, renewed);
    keys.replace(renewed);
  }
}
