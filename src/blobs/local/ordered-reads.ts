import type { Extent } from '../byte-range.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Files } from './files.ts';

const READ_BYTES = 1024 * 1024;
/** One is being sent, the others come from the disk meanwhile. */
const MAX_READS = 3;

/**
 * A part of a file in pieces of up to 1 MiB, in order, read ahead of whoever takes them. `extent` counts from the
 * start of the file. No read is under way any more when the iteration has ended, however it ended.
 * Throws `corrupt` when the file is too short, and the system's errors.
 */
export async function* readInOrder(files: Files, fd: number, extent: Extent): AsyncGenerator<Uint8Array, void> {
  const reads: Promise<Uint8Array>[] = [];
  const end = extent.start + extent.sizeBytes;
  let position = extent.start;
  const readAhead = (): void => {
    if (position >= end) return;
    const sizeBytes = Math.min(READ_BYTES, end - position);
    const read = readExactly(files, fd, { start: position, sizeBytes });
    // Awaited later: until then its failure is not an unhandled one.
    read.catch(() => undefined);
    reads.push(read);
    position += sizeBytes;
  };
  try {
    for (let ahead = 0; ahead < MAX_READS; ahead += 1) readAhead();
    for (let read = reads.shift(); read !== undefined; read = reads.shift()) {
      const bytes = await read;
      readAhead();
      yield bytes;
    }
  } finally {
    await Promise.allSettled(reads);
  }
}

/** A part of a file in one piece. Throws `corrupt` when the file is too short, and the system's errors. */
export async function readExactly(files: Files, fd: number, extent: Extent): Promise<Uint8Array> {
  // Not from Buffer's shared pool: what is handed out may be kept, and would keep the whole pool.
  const bytes = Buffer.allocUnsafeSlow(extent.sizeBytes);
  for (let filled = 0; filled < bytes.length;) {
    const count = await files.read(fd, bytes.subarray(filled), extent.start + filled);
    if (count === 0) throw new DomainError('corrupt', `a file ends ${bytes.length - filled} bytes too early`);
    filled += count;
  }
  return bytes;
}
