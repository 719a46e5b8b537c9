/** A message that has not come back by then does not. */
const REMEMBERED_MS = 5000;

/**
 * What this process sent: on every link in the group it comes back, also through another interface to the same network,
 * and must not be taken for another's.
 */
export class OwnMessages {
  readonly #sent = new Map<string, number>();

  add(bytes: Buffer): void {
    const nowMs = performance.now();
    for (const [key, sentMs] of this.#sent) if (nowMs - sentMs > REMEMBERED_MS) this.#sent.delete(key);
    this.#sent.set(bytes.toString('latin1'), nowMs);
  }

  has(bytes: Buffer): boolean {
    return this.#sent.has(bytes.toString('latin1'));
  }
}
