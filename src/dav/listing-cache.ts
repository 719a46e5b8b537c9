/** One kept listing is at most this part of all. */
const LARGEST_PART = 4;

interface KeptListing {
  readonly etag: string;
  readonly body: Buffer;
}

/**
 * Rendered listings of collections, the latest used first to stay, bounded in bytes. A collection's etag follows every
 * change below it, so a listing is good as long as the etag is the one it was rendered under.
 */
export class ListingCache {
  readonly #maxBytes: number;
  readonly #kept = new Map<string, KeptListing>();
  #bytes = 0;
  #gatheredBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The greatest listing that is kept. */
  get largestBytes(): number {
    return this.#maxBytes / LARGEST_PART;
  }

  get(key: string, etag: string): Buffer | undefined {
    const kept = this.#kept.get(key);
    if (!kept) return undefined;
    this.#kept.delete(key);
    if (kept.etag !== etag) {
      this.#bytes -= kept.body.length;
      return undefined;
    }
    this.#kept.set(key, kept);
    return kept.body;
  }

  put(key: string, etag: string, body: Buffer): void {
    if (body.length > this.largestBytes) return;
    this.#drop(key);
    this.#kept.set(key, { etag, body });
    this.#bytes += body.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#drop(oldest);
    }
  }

  /**
   * Passes a listing through; `onEnd` gets the whole of it, unless it is too large to keep or breaks off. All that are
   * under way gather no more than the greatest alone may: there can be hundreds, and clients may take hours to read.
   */
  async *keeping(pieces: AsyncIterable<Buffer>, onEnd: (body: Buffer) => void): AsyncGenerator<Buffer> {
    let gathered: Buffer[] | undefined = [];
    let bytes = 0;
    try {
      for await (const piece of pieces) {
        if (gathered && this.#gatheredBytes + piece.length <= this.largestBytes) {
          gathered.push(piece);
          bytes += piece.length;
          this.#gatheredBytes += piece.length;
        } else {
          gathered = undefined;
          this.#gatheredBytes -= bytes;
          bytes = 0;
        }
        yield piece;
      }
      if (gathered) onEnd(Buffer.concat(gathered, bytes));
    } finally {
      this.#gatheredBytes -= bytes;
    }
  }

  #drop(key: string): void {
    const kept = this.#kept.get(key);
    if (!kept) return;
    this.#kept.delete(key);
    this.#bytes -= kept.body.length;
  }
}
