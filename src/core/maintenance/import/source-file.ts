import { constants, type BigIntStats } from 'node:fs';
import { lstat, open, unlink, type FileHandle } from 'node:fs/promises';
import { DomainError } from '../../../lib/errors.ts';
import { writersOf } from '../../../lib/writers.ts';
import type { OfferedFile } from '../../shared-content.ts';
import { modifiedAtMsOf } from '../host-entries.ts';

const READ_BYTES = 1024 * 1024;
/** A link is not followed, and a named pipe in the place of the file does not make the open wait. */
const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants as Partial<typeof constants>;
const OPEN_FLAGS = (O_RDONLY ?? 0) | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0);

/** A regular file of this machine, open for reading, as it was when it was opened. */
export class SourceFile implements OfferedFile {
  readonly path: string;
  readonly fd: number;
  readonly device: number;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  readonly isGivenAway: boolean;
  readonly #handle: FileHandle;
  readonly #stats: BigIntStats;
  #settle: (() => Promise<void>) | undefined;

  private constructor(path: string, handle: FileHandle, { stats, isMove }: { stats: BigIntStats; isMove: boolean }) {
    this.path = path;
    this.fd = handle.fd;
    this.device = Number(stats.dev);
    this.sizeBytes = Number(stats.size);
    this.modifiedAtMs = modifiedAtMsOf(stats);
    // With other names it could be written through those; and where nobody can tell who writes, it is not taken.
    this.isGivenAway = isMove && stats.nlink === 1n && writersOf(handle.fd) !== 'unknown';
    this.#handle = handle;
    this.#stats = stats;
  }

  /** Rejects with the system's error, and with `bad-request` for what is no regular file. */
  static async open(path: string, isMove: boolean): Promise<SourceFile> {
    const handle = await open(path, OPEN_FLAGS);
    try {
      const stats = await handle.stat({ bigint: true });
      if (!stats.isFile()) throw new DomainError('bad-request', 'it is not a regular file any more');
      return new SourceFile(path, handle, { stats, isMove });
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** To be called in any case, after `remove`. */
  async close(): Promise<void> {
    try {
      await this.#settle?.();
    } finally {
      await this.#handle.close();
    }
  }

  onAdopted(settle: () => Promise<void>): void {
    this.#settle = settle;
  }

  /** The content, in memory that is used again. Ends in `busy` when it is not what it was any more. */
  async *content(): AsyncGenerator<Uint8Array, void> {
    const buffer = Buffer.allocUnsafeSlow(Math.min(READ_BYTES, Math.max(1, this.sizeBytes)));
    for (let position = 0; position < this.sizeBytes; position += buffer.length) {
      const part = buffer.subarray(0, Math.min(buffer.length, this.sizeBytes - position));
      await this.#fill(part, position);
      yield part;
    }
    await this.assertUnchanged();
  }

  async readHead(bytes: number): Promise<Uint8Array> {
    const head = Buffer.alloc(Math.min(bytes, this.sizeBytes));
    await this.#fill(head, 0);
    return head;
  }

  async #fill(part: Buffer, position: number): Promise<void> {
    for (let filled = 0; filled < part.length;) {
      const { bytesRead } = await this.#handle.read(part, filled, part.length - filled, position + filled);
      if (bytesRead === 0) throw changed();
      filled += bytesRead;
    }
  }

  async assertUnchanged(): Promise<void> {
    if (!isSame(this.#stats, await this.#handle.stat({ bigint: true }))) throw changed();
  }

  /** Whether it holds what `pieces` are. */
  async equals(pieces: AsyncIterable<Uint8Array>): Promise<boolean> {
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    let position = 0;
    for await (const piece of pieces) {
      for (let offset = 0; offset < piece.length;) {
        const wanted = Math.min(READ_BYTES, piece.length - offset);
        const { bytesRead } = await this.#handle.read(buffer, 0, wanted, position);
        const part = buffer.subarray(0, bytesRead);
        if (bytesRead === 0 || !part.equals(piece.subarray(offset, offset + bytesRead))) return false;
        offset += bytesRead;
        position += bytesRead;
      }
    }
    return position === this.sizeBytes;
  }

  /**
   * Removes the name, once its content is safe elsewhere. Throws `refused`, with the file left where it is, when the
   * name is another file's now, when the file was written since it was opened, or may still be.
   */
  async remove(): Promise<void> {
    const present = await lstat(this.path, { bigint: true });
    const isThis = present.dev === this.#stats.dev && present.ino === this.#stats.ino;
    if (!isThis || !isSame(this.#stats, present)) {
      throw new DomainError('refused', 'it was imported, but is another one now, which was left');
    }
    if (writersOf(this.fd) === 'somebody') {
      throw new DomainError('refused', 'it was imported, but left where it is: a program has it open for writing');
    }
    await unlink(this.path);
  }
}

function changed(): DomainError {
  return new DomainError('busy', 'it is changed while it is read');
}

function isSame(before: BigIntStats, now: BigIntStats): boolean {
  return before.size === now.size && before.mtimeNs === now.mtimeNs;
}
