import type { Extent } from '../byte-range.ts';
import { DomainError } from '../../lib/errors.ts';
import { BUFFER_BYTES, type Buffers } from './buffers.ts';
import type { Files } from './files.ts';

/** One is being sent, the others come from the disk meanwhile. */
const MAX_READS = 3;

interface Source {
  files: Files;
  fd: number;
  buffers: Buffers;
}

/**
 * A part of a file in pieces of 1 MiB, the last one shorter, in order, read ahead of whoever takes them. `extent` counts
 * from the start of the file. A piece of 1 MiB comes from `buffers`, for the taker to give back. No read is under way
 * any more when the iteration has ended, however it ended.
 * Throws `corrupt` when the file is too short, and the system's errors.
 */
export async function* readInOrder({ files, fd, buffers }: Source, extent: Extent): AsyncGenerator<Buffer, void> {
  const reads: Promise<Buffer>[] = [];
  const end = extent.start + extent.sizeBytes;
  let position = extent.start;
  const readAhead = (): void => {
    if (position >= end) return;
    const isLast = end - position < BUFFER_BYTES;
    const read = fill(files, fd, { target: isLast ? fresh(end - position) : buffers.take(), position });
    // Awaited later: until then its failure is not an unhandled one.
    read.catch(() => undefined);
    reads.push(read);
    position += BUFFER_BYTES;
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
  return fill(files, fd, { target: fresh(extent.sizeBytes), position: extent.start });
}

/** Not from Buffer's shared pool: what is handed out may be kept, and would keep the whole pool. */
function fresh(sizeBytes: number): Buffer {
  return Buffer.allocUnsafeSlow(sizeBytes);
}

async function fill(
  files: Files,
  fd: number,
  { target, position }: { target: Buffer; position: number },
): Promise<Buffer> {
  for (let filled = 0; filled < target.length;) {
    const count = await files.read(fd, target.subarray(filled), position + filled);
    if (count === 0) throw new DomainError('corrupt', `a file ends ${target.length - filled} bytes too early`);
    filled += count;
  }
  return target;
}
