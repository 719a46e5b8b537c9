import { fstat } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { StoredFile, StoredFileKind } from '../../core/ports/stored-file.ts';
import type { BlobLocation } from '../../core/ports/operations.ts';
import { DomainError, isDomainError } from '../../lib/errors.ts';
import type { Descriptor } from './descriptors.ts';
import type { DiskFaults } from './disk-faults.ts';
import { listContents } from './disk-contents.ts';
import { errnoOf, FOLDER_MODE, type Files } from './files.ts';
import { ASIDE_FOLDER } from './layout.ts';
import { readExactly } from './ordered-reads.ts';
import { readRecordHeader, RECORD_HEADER_BYTES } from './pack-format.ts';

export interface InspectorSetup {
  readonly root: string;
  readonly files: Files;
  readonly faults: DiskFaults;
  readonly open: (location: BlobLocation) => Promise<Descriptor>;
  readonly isInUse: (kind: StoredFileKind, id: string) => boolean;
}

/** Compares what lies on a disk with what should, and puts aside what belongs to nothing. */
export class DiskInspector {
  readonly #setup: InspectorSetup;

  constructor(setup: InspectorSetup) {
    this.#setup = setup;
  }

  /** What is wrong with the place of a blob: its file, or its record in a pack. Its bytes are not read. */
  async problemOf(location: BlobLocation): Promise<string | undefined> {
    const { faults, open } = this.#setup;
    const opened = await open(location).catch((error: unknown) => {
      if (isDomainError(error, 'corrupt')) return error.message;
      throw error;
    });
    if (typeof opened === 'string') return opened;
    try {
      return await faults.guard(this.#problemIn(opened.fd, location));
    } catch (error) {
      if (isDomainError(error, 'corrupt')) return error.message;
      throw error;
    } finally {
      opened.release();
    }
  }

  async #problemIn(fd: number, location: BlobLocation): Promise<string | undefined> {
    const { offsetBytes, sizeBytes, packName } = location;
    const foundBytes = (await promisify(fstat)(fd)).size;
    if (packName === undefined) {
      return foundBytes === sizeBytes ? undefined : `its file has ${foundBytes} bytes instead of ${sizeBytes}`;
    }
    if (foundBytes < offsetBytes + sizeBytes) return `pack ${packName} ends before it`;
    const start = offsetBytes - RECORD_HEADER_BYTES;
    if (start < 0) return `it cannot begin at ${offsetBytes} in pack ${packName}`;
    const head = await readExactly(this.#setup.files, fd, { start, sizeBytes: RECORD_HEADER_BYTES });
    return recordProblem(head, location);
  }

  async *list(signal: AbortSignal): AsyncGenerator<StoredFile, void> {
    const { root, isInUse, faults } = this.#setup;
    try {
      yield* listContents({ root, isInUse, signal });
    } catch (error) {
      throw await faults.of(error);
    }
  }

  /** One that has gone meanwhile needs nothing more. */
  async setAside({ path, kind, id }: StoredFile): Promise<void> {
    if (kind !== 'blob' && kind !== 'pack') throw new DomainError('refused', `"${path}" is not of our making`);
    const folder = join(this.#setup.root, ASIDE_FOLDER);
    await this.#setup.faults.guard(
      (async () => {
        await mkdir(folder, FOLDER_MODE).catch(unlessCode('EEXIST'));
        await rename(join(this.#setup.root, path), join(folder, id)).catch(unlessCode('ENOENT'));
      })(),
    );
  }

  async remove({ path, kind, isInUse }: StoredFile): Promise<void> {
    const mayGo = ((kind === 'temporary' || kind === 'partial') && !isInUse) || kind === 'aside';
    if (!mayGo) throw new DomainError('refused', `"${path}" may be needed`);
    const { files, root, faults } = this.#setup;
    await faults.guard(files.unlink(join(root, path)).catch(unlessCode('ENOENT')));
  }
}

function recordProblem(head: Uint8Array, { packName, blobId, checksum, sizeBytes }: BlobLocation): string | undefined {
  const record = readRecordHeader(Buffer.from(head.buffer, head.byteOffset, head.length), 0);
  if (record === undefined) return `pack ${packName} has no record where it should be`;
  const isRight = record.blobId === blobId && record.checksum === checksum && record.sizeBytes === sizeBytes;
  return isRight ? undefined : `pack ${packName} has the record of blob ${record.blobId} where it should be`;
}

const unlessCode = (code: string) => (error: unknown) => {
  if (errnoOf(error) !== code) throw error;
};
