import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore, ByteRange } from '../core/ports/blob-store.ts';
import type { BlobLocation } from '../core/ports/operations.ts';
import { DomainError } from '../lib/errors.ts';
import { randomId } from '../lib/ids.ts';
import type { MediaFile } from './media-tools.ts';

/** Of content that is not a file by itself so much is copied: its beginning and, where indexes stand, its end. */
const HEAD_BYTES = 48 * 1024 * 1024;
const TAIL_BYTES = 16 * 1024 * 1024;

/**
 * Does `work` with content as an open file, in which a program can go to and fro. Where the store has it as such, not a
 * byte is copied; else it is a file without a name in `folder`, with holes where nothing was copied.
 */
export async function withMediaFile<T>(
  { blobs, folder }: { blobs: Pick<BlobStore, 'read' | 'openFile'>; folder: string },
  location: BlobLocation,
  work: (file: MediaFile) => Promise<T>,
): Promise<T> {
  const file = await blobs.openFile(location);
  if (file) {
    try {
      return await work({ fd: file.fd, isWhole: true });
    } finally {
      file.release();
    }
  }
  const copy = await withRoom(emptyFile(folder));
  try {
    const ranges = neededOf(location.sizeBytes);
    for (const range of ranges) await withRoom(copyRange(blobs, { location, range }, copy));
    return await work({ fd: copy.fd, isWhole: ranges.length === 1 });
  } finally {
    await copy.close();
  }
}

/** Throws `unavailable` when the disk of the copy is full: that is no fault of the content, nor of the server. */
async function withRoom<T>(writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw cause;
    throw new DomainError('unavailable', 'there is no room to look into this film', { cause });
  }
}

function neededOf(sizeBytes: number): ByteRange[] {
  if (sizeBytes <= HEAD_BYTES + TAIL_BYTES) return [{ start: 0, end: sizeBytes - 1 }];
  return [
    { start: 0, end: HEAD_BYTES - 1 },
    { start: sizeBytes - TAIL_BYTES, end: sizeBytes - 1 },
  ];
}

async function emptyFile(folder: string): Promise<FileHandle> {
  const path = join(folder, `${randomId()}.partial`);
  const handle = await open(path, 'wx+', 0o600);
  await rm(path);
  return handle;
}

async function copyRange(
  blobs: Pick<BlobStore, 'read'>,
  { location, range }: { location: BlobLocation; range: ByteRange },
  copy: FileHandle,
): Promise<void> {
  let at = range.start;
  for await (const piece of blobs.read(location, range)) {
    // On a full disk less may be written than there is.
    for (let done = 0; done < piece.length;) {
      const { bytesWritten } = await copy.write(piece, done, piece.length - done, at);
      done += bytesWritten;
      at += bytesWritten;
    }
  }
}
