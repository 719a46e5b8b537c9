import { createHash } from 'node:crypto';
import { DomainError } from '../lib/errors.ts';

export const DIGEST_BYTES = { sha512: 64, sha256: 32, sha1: 20, md5: 16, adler32: 4 } as const;

export type DigestAlgorithm = keyof typeof DIGEST_BYTES;

/** What content should hash to. */
export interface Digest {
  readonly algorithm: DigestAlgorithm;
  readonly hex: string;
}

interface Hasher {
  update(piece: Uint8Array): unknown;
  digest(encoding: 'hex'): string;
}

/** Passes content through; ends in `checksum-mismatch` unless it has each of the digests. */
export async function* checked(
  source: AsyncIterable<Uint8Array>,
  digests: readonly Digest[],
): AsyncGenerator<Uint8Array, void> {
  // One for each algorithm: a header has room for hundreds of digests.
  const hashers = new Map(digests.map(({ algorithm }) => [algorithm, hasherOf(algorithm)]));
  for await (const piece of source) {
    for (const hasher of hashers.values()) hasher.update(piece);
    yield piece;
  }
  for (const [algorithm, hasher] of hashers) {
    const found = hasher.digest('hex');
    if (digests.every((each) => each.algorithm !== algorithm || each.hex.toLowerCase() === found)) continue;
    throw new DomainError('checksum-mismatch', `the content does not have the announced ${algorithm} digest`);
  }
}

function hasherOf(algorithm: DigestAlgorithm): Hasher {
  return algorithm === 'adler32' ? new Adler32() : createHash(algorithm);
}

const MODULUS = 65_521;
/** So many bytes can be added up before a sum has to be taken modulo (RFC 1950 §9). */
const BEFORE_MODULO = 5552;

/** The checksum of RFC 1950 §8, which storages of science use. */
class Adler32 implements Hasher {
  #low = 1;
  #high = 0;

  update(piece: Uint8Array): void {
    for (let start = 0; start < piece.length; start += BEFORE_MODULO) {
      const end = Math.min(start + BEFORE_MODULO, piece.length);
      for (let at = start; at < end; at += 1) {
        this.#low += piece[at] ?? 0;
        this.#high += this.#low;
      }
      this.#low %= MODULUS;
      this.#high %= MODULUS;
    }
  }

  digest(): string {
    return (this.#high * 65_536 + this.#low).toString(16).padStart(8, '0');
  }
}
