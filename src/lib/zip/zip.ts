import { crc32 } from 'node:zlib';
import { DomainError } from '../errors.ts';
import { descriptor, directoryEnd, directoryRecord, localHeader, type ZipMember } from './records.ts';

/** The directory at the end is held until then: some 100 bytes for each member, … */
export const MAX_ZIP_MEMBERS = 500_000;
/** … and far more for one that lies deep. */
const MAX_DIRECTORY_BYTES = 128 * 1024 * 1024;
/** Records and small files go out together in pieces of this size. */
const PIECE_BYTES = 64 * 1024;
/** What is smaller is copied for it. */
const SMALL_BYTES = 16 * 1024;

/** Whole for a member of which `isInPieces` says no. */
export type ZipContent = Uint8Array | AsyncIterable<Uint8Array>;

/**
 * A zip file (APPNOTE 6.3.10) of `members` in their order, stored as they are; `open` is asked for the content of each
 * that has any, when its turn has come. No more than a piece is read ahead of who takes the bytes. A piece of content
 * need not outlive the moment at which the next one is asked for, nor do those that come out.
 * Throws what `members` and `open` throw, `corrupt` for content of another length, `too-large`.
 */
export async function* zip<Member extends ZipMember>(
  members: AsyncIterable<Member>,
  open: (member: Member) => Promise<ZipContent>,
): AsyncGenerator<Uint8Array, void> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  for await (const bytes of written(members, open)) {
    const isHeld = bytes.length < SMALL_BYTES;
    if (isHeld) {
      held.push(Buffer.from(bytes));
      heldBytes += bytes.length;
    }
    if (isHeld && heldBytes < PIECE_BYTES) continue;
    if (heldBytes > 0) yield Buffer.concat(held);
    [held, heldBytes] = [[], 0];
    if (!isHeld) yield bytes;
  }
  yield Buffer.concat(held);
}

async function* written<Member extends ZipMember>(
  members: AsyncIterable<Member>,
  open: (member: Member) => Promise<ZipContent>,
): AsyncGenerator<Uint8Array, void> {
  const directory = new Directory();
  let offset = 0;
  for await (const member of members) {
    if (directory.count === MAX_ZIP_MEMBERS) throw new DomainError('too-large', 'these are too many files for a zip');
    const crc = yield* stored(member, open);
    directory.add(directoryRecord(member, { crc, offset }));
    if (directory.lengthBytes > MAX_DIRECTORY_BYTES) {
      throw new DomainError('too-large', 'the names of these files are too long for a zip');
    }
    offset += storedLength(member);
  }
  const { count, lengthBytes } = directory;
  yield* directory.pieces();
  yield directoryEnd({ count, lengthBytes, offset });
}

/** How long the zip file of `members` is. */
export function zipLength(members: readonly ZipMember[]): number {
  let offset = 0;
  let lengthBytes = 0;
  for (const member of members) {
    lengthBytes += directoryRecord(member, { crc: 0, offset }).length;
    offset += storedLength(member);
  }
  return offset + lengthBytes + directoryEnd({ count: members.length, lengthBytes, offset }).length;
}

function storedLength(member: ZipMember): number {
  const behind = member.isInPieces ? descriptor(member, 0).length : 0;
  return localHeader(member, 0).length + member.sizeBytes + behind;
}

/** One member as it stands in the file; returns its checksum. */
async function* stored<Member extends ZipMember>(
  member: Member,
  open: (member: Member) => Promise<ZipContent>,
): AsyncGenerator<Uint8Array, number> {
  if (member.sizeBytes === 0) {
    yield localHeader(member, 0);
    if (member.isInPieces) yield descriptor(member, 0);
    return 0;
  }
  const content = await open(member);
  if (!(content instanceof Uint8Array)) return yield* inPieces(member, content);
  assertLength(member, content.length);
  const crc = crc32(content);
  yield Buffer.concat([localHeader(member, crc), content]);
  return crc;
}

async function* inPieces(member: ZipMember, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, number> {
  const pieces = content[Symbol.asyncIterator]();
  let crc = 0;
  let lengthBytes = 0;
  try {
    // Asked for before anything goes out: what cannot be opened has left nothing behind.
    let next = await pieces.next();
    yield localHeader(member, 0);
    for (; !next.done; next = await pieces.next()) {
      crc = crc32(next.value, crc);
      lengthBytes += next.value.length;
      yield next.value;
    }
  } finally {
    await pieces.return?.();
  }
  assertLength(member, lengthBytes);
  yield descriptor(member, crc);
  return crc;
}

function assertLength({ path, sizeBytes }: ZipMember, lengthBytes: number): void {
  if (lengthBytes === sizeBytes) return;
  throw new DomainError('corrupt', `"${path}" has ${lengthBytes} bytes and not ${sizeBytes}`);
}

/** Many small records as a few pieces of memory. */
class Directory {
  readonly #pieces: Buffer[] = [];
  #latest: Buffer[] = [];
  #latestBytes = 0;
  count = 0;
  lengthBytes = 0;

  add(record: Buffer): void {
    this.count += 1;
    this.lengthBytes += record.length;
    this.#latest.push(record);
    this.#latestBytes += record.length;
    if (this.#latestBytes >= PIECE_BYTES) this.#seal();
  }

  pieces(): readonly Buffer[] {
    this.#seal();
    return this.#pieces;
  }

  #seal(): void {
    if (this.#latest.length > 0) this.#pieces.push(Buffer.concat(this.#latest));
    this.#latest = [];
    this.#latestBytes = 0;
  }
}
