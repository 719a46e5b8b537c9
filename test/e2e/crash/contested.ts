import { seededBytes, sha256 } from '../../support/content.ts';
import { inPieces, type DavClient } from '../../support/dav-client.ts';

interface Attempt {
  readonly hash: string;
  readonly startedAtMs: number;
  /** Undefined until it was acknowledged. */
  ackedAtMs: number | undefined;
}

/** A file that all write at once. Afterwards it holds one of the contents whole, and none that was replaced before. */
export class ContestedFile {
  readonly path: string;
  readonly #dav: DavClient;
  #attempts: Attempt[] = [];

  constructor(dav: DavClient, path: string) {
    this.#dav = dav;
    this.path = path;
  }

  get acknowledged(): number {
    return this.#attempts.filter((attempt) => attempt.ackedAtMs !== undefined).length;
  }

  async work(seed: string, isOver: () => boolean): Promise<void> {
    for (let count = 0; !isOver(); count++) {
      const content = seededBytes(`${seed}-${count}`, 1 + ((count * 7919) % 150_000));
      const attempt: Attempt = { hash: sha256(content), startedAtMs: performance.now(), ackedAtMs: undefined };
      this.#attempts.push(attempt);
      try {
        await this.#dav.expect([201, 204], 'PUT', this.path, { body: count % 2 === 0 ? content : inPieces(content) });
      } catch (error) {
        if (isOver()) return;
        throw error;
      }
      attempt.ackedAtMs = performance.now();
    }
  }

  /** Gives what is wrong with the content that the server holds now, which is then the only one that counts. */
  async verify(): Promise<string[]> {
    const attempts = this.#attempts;
    if (!attempts.some((attempt) => attempt.ackedAtMs !== undefined)) return [];
    const { status, body } = await this.#dav.request('GET', this.path);
    if (status !== 200) return [`${this.path} is answered with ${status}`];
    const hash = sha256(body);
    const held = attempts.find((attempt) => attempt.hash === hash);
    if (held === undefined) return [`${this.path} holds what nobody wrote`];
    const { ackedAtMs } = held;
    const isReplaced = attempts.some(
      (other) => other.ackedAtMs !== undefined && ackedAtMs !== undefined && other.startedAtMs > ackedAtMs,
    );
    this.#attempts = [{ ...held, ackedAtMs: performance.now() }];
    return isReplaced ? [`${this.path} holds what was replaced before the kill`] : [];
  }
}
