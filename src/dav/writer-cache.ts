import { parsePropfind } from './bodies/propfind.ts';
import { propertyWriter, type PropertyWriter } from './property-writer.ts';

const MAX_BODY_BYTES = 4096;
const MAX_KEPT = 64;

/** Clients send the same few PROPFIND bodies all day: what came of reading them is kept. */
export class WriterCache {
  readonly #kept = new Map<string, PropertyWriter>();

  /** Throws what `parsePropfind` does. */
  get(body: Buffer): PropertyWriter {
    if (body.length > MAX_BODY_BYTES) return propertyWriter(parsePropfind(body));
    const key = body.toString('latin1');
    const kept = this.#kept.get(key);
    if (kept) return kept;
    const writer = propertyWriter(parsePropfind(body));
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size >= MAX_KEPT) this.#kept.delete(oldest);
    this.#kept.set(key, writer);
    return writer;
  }
}
