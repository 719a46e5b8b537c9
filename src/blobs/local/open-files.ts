import { fstat } from 'node:fs';
import { promisify } from 'node:util';
import type { Checksum } from '../checksum.ts';
import { BUFFER_BYTES, type Buffers } from './buffers.ts';
import type { DiskFaults } from './disk-faults.ts';
import type { DiskHealth } from './disk-health.ts';
import { systemError, type Files } from './files.ts';
import { readInOrder } from './ordered-reads.ts';

/** Between two checks the disk may have been unmounted, and another one be in its place. Throws `unavailable`. */
export async function assertOnDisk(
  fd: number,
  { health, faults }: { health: DiskHealth; faults: DiskFaults },
): Promise<void> {
  const { dev } = await promisify(fstat)(fd);
  if (dev === health.device) return;
  await health.check();
  if (dev !== health.device) throw faults.unavailable();
}

/** A write that takes less than all is followed by another; one that takes nothing means that the disk is full. */
export async function writeFully(
  files: Files,
  fd: number,
  { bytes, position }: { bytes: Uint8Array; position: number },
): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const count = await files.write(fd, bytes.subarray(written), position + written);
    if (count === 0) throw systemError('ENOSPC', 'write');
    written += count;
  }
}

/** Adds the first `sizeBytes` of a file to a checksum. Rejects with the signal's reason as well. */
export async function sumUp(
  checksum: Checksum,
  { files, fd, buffers }: { files: Files; fd: number; buffers: Buffers },
  { sizeBytes, signal }: { sizeBytes: number; signal?: AbortSignal },
): Promise<void> {
  for await (const piece of readInOrder({ files, fd, buffers }, { start: 0, sizeBytes })) {
    signal?.throwIfAborted();
    checksum.update(piece);
    if (piece.length === BUFFER_BYTES) buffers.giveBack(piece);
  }
}
