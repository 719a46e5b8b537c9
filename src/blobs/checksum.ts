import { createXXHash128 } from 'hash-wasm';

/** Takes content piece by piece and tells its xxh128 as 32 hex digits. */
export interface Checksum {
  update(bytes: Uint8Array): void;
  /** Ends the calculation; the object must not be used again. */
  digest(): string;
}

type Hasher = Awaited<ReturnType<typeof createXXHash128>>;

/** Hashers that are kept when uploads end; each has its own WebAssembly memory. */
const KEPT_HASHERS = 16;

/** Hands out xxh128 hashers and takes them back. Making one takes 45 µs, using a kept one nothing. */
export class Checksums {
  readonly #idle: Hasher[] = [];
  readonly #whole: Hasher;

  private constructor(whole: Hasher) {
    this.#whole = whole;
  }

  static async create(): Promise<Checksums> {
    return new Checksums(await createXXHash128());
  }

  /** Of content that is at hand in one piece: 4 KiB take 1 µs, 64 KiB 9 µs, so it needs no thread of its own. */
  of(content: Uint8Array): string {
    return this.#whole.init().update(content).digest('hex');
  }

  /** Starts the checksum of a stream. One that is not ended with `digest` is left to the garbage collector. */
  async begin(): Promise<Checksum> {
    const hasher = this.#idle.pop() ?? (await createXXHash128());
    hasher.init();
    return {
      update: (bytes) => {
        hasher.update(bytes);
      },
      digest: () => {
        const checksum = hasher.digest('hex');
        if (this.#idle.length < KEPT_HASHERS) this.#idle.push(hasher);
        return checksum;
      },
    };
  }
}
