/** What a zip file knows of a member before its content is read. */
export interface ZipMember {
  /** With slashes between its parts; that of a folder has one at its end. */
  readonly path: string;
  readonly modifiedAtMs: number;
  /** 0 for a folder. */
  readonly sizeBytes: number;
  /** Its content comes in pieces, so that its checksum is known, and stands, only behind it. */
  readonly isInPieces: boolean;
}

/** What it knows afterwards. */
export interface Stored {
  readonly crc: number;
  /** Where its header stands. */
  readonly offset: number;
}

/** What does not fit the old fields stands in ZIP64 ones (APPNOTE 4.3.9, 4.5.3). */
const MAX_32 = 0xffff_ffff;
const MAX_16 = 0xffff;

const NAME_IS_UTF8 = 1 << 11;
const CRC_COMES_LATER = 1 << 3;
const VERSION = 20;
const VERSION_ZIP64 = 45;
const MADE_ON_UNIX = 3 << 8;
const FILE_MODE = 0o100_644;
const FOLDER_MODE = 0o040_755;
const DOS_FOLDER = 0x10;

/** Bytes written one field after the other. */
class Fields {
  readonly #fields: { readonly width: number; readonly value: number | Buffer }[] = [];
  #lengthBytes = 0;

  u16(...values: number[]): this {
    return this.#add(2, values);
  }

  u32(...values: number[]): this {
    return this.#add(4, values);
  }

  u64(...values: number[]): this {
    return this.#add(8, values);
  }

  bytes(...parts: Buffer[]): this {
    for (const part of parts) this.#add(part.length, [part]);
    return this;
  }

  get whole(): Buffer {
    const whole = Buffer.allocUnsafe(this.#lengthBytes);
    let at = 0;
    for (const { width, value } of this.#fields) {
      if (typeof value !== 'number') value.copy(whole, at);
      else if (width === 8) whole.writeBigUInt64LE(BigInt(value), at);
      else whole.writeUIntLE(value, at, width);
      at += width;
    }
    return whole;
  }

  #add(width: number, values: readonly (number | Buffer)[]): this {
    for (const value of values) this.#fields.push({ width, value });
    this.#lengthBytes += width * values.length;
    return this;
  }
}

/** Local file header, APPNOTE 4.3.7. The checksum is left to the descriptor where the content comes in pieces. */
export function localHeader(member: ZipMember, crc: number): Buffer {
  const { isInPieces, sizeBytes } = member;
  const isLarge = sizeBytes >= MAX_32;
  const name = Buffer.from(member.path);
  const known = isInPieces ? 0 : sizeBytes;
  // With this field the descriptor has 8 bytes for each size (APPNOTE 4.3.9.2).
  const zip64 = isLarge ? new Fields().u16(1, 16).u64(known, known).whole : Buffer.alloc(0);
  const extra = Buffer.concat([zip64, timeField(member)]);
  const shownSize = isLarge ? MAX_32 : known;
  return new Fields()
    .u32(0x0403_4b50)
    .u16(isLarge ? VERSION_ZIP64 : VERSION, flagsOf(member), 0, ...dosTime(member.modifiedAtMs))
    .u32(isInPieces ? 0 : crc, shownSize, shownSize)
    .u16(name.length, extra.length)
    .bytes(name, extra).whole;
}

/** Data descriptor, APPNOTE 4.3.9: behind content that came in pieces. */
export function descriptor({ sizeBytes }: ZipMember, crc: number): Buffer {
  const fields = new Fields().u32(0x0807_4b50, crc);
  return (sizeBytes >= MAX_32 ? fields.u64(sizeBytes, sizeBytes) : fields.u32(sizeBytes, sizeBytes)).whole;
}

/** Central directory header, APPNOTE 4.3.12. */
export function directoryRecord(member: ZipMember, { crc, offset }: Stored): Buffer {
  const { sizeBytes } = member;
  const name = Buffer.from(member.path);
  const isFolder = member.path.endsWith('/');
  const isLarge = sizeBytes >= MAX_32;
  const isFar = offset >= MAX_32;
  const wide = [...(isLarge ? [sizeBytes, sizeBytes] : []), ...(isFar ? [offset] : [])];
  const zip64 = wide.length > 0 ? new Fields().u16(1, wide.length * 8).u64(...wide).whole : Buffer.alloc(0);
  const extra = Buffer.concat([zip64, timeField(member)]);
  const shownSize = isLarge ? MAX_32 : sizeBytes;
  const attributes = (isFolder ? FOLDER_MODE * 0x1_0000 + DOS_FOLDER : FILE_MODE * 0x1_0000) >>> 0;
  return new Fields()
    .u32(0x0201_4b50)
    .u16(MADE_ON_UNIX | VERSION_ZIP64, isLarge || isFar ? VERSION_ZIP64 : VERSION, flagsOf(member), 0)
    .u16(...dosTime(member.modifiedAtMs))
    .u32(crc, shownSize, shownSize)
    .u16(name.length, extra.length, 0, 0, 0)
    .u32(attributes, isFar ? MAX_32 : offset)
    .bytes(name, extra).whole;
}

/** How many members the directory has, how long it is, and where it stands. */
export interface DirectoryPlace {
  readonly count: number;
  readonly lengthBytes: number;
  readonly offset: number;
}

/** End of central directory, APPNOTE 4.3.16, and before it what ZIP64 needs where it is needed, 4.3.14 and 4.3.15. */
export function directoryEnd({ count, lengthBytes, offset }: DirectoryPlace): Buffer {
  const fields = new Fields();
  if (count >= MAX_16 || lengthBytes >= MAX_32 || offset >= MAX_32) {
    fields
      .u32(0x0606_4b50)
      .u64(44)
      .u16(MADE_ON_UNIX | VERSION_ZIP64, VERSION_ZIP64)
      .u32(0, 0)
      .u64(count, count, lengthBytes, offset)
      .u32(0x0706_4b50, 0)
      .u64(offset + lengthBytes)
      .u32(1);
  }
  const shownCount = Math.min(count, MAX_16);
  return fields
    .u32(0x0605_4b50)
    .u16(0, 0, shownCount, shownCount)
    .u32(Math.min(lengthBytes, MAX_32), Math.min(offset, MAX_32))
    .u16(0).whole;
}

function flagsOf({ isInPieces }: ZipMember): number {
  return NAME_IS_UTF8 | (isInPieces ? CRC_COMES_LATER : 0);
}

/** Info-ZIP's extended timestamp: to the second and in UTC, which the old fields are not. */
function timeField({ modifiedAtMs }: ZipMember): Buffer {
  const seconds = Math.floor(modifiedAtMs / 1000);
  return new Fields()
    .u16(0x5455, 5)
    .bytes(Buffer.from([1]))
    .u32(Math.max(0, Math.min(seconds, 0x7fff_ffff))).whole;
}

/** In the machine's own time zone, which is what programs take it for. */
function dosTime(epochMs: number): [time: number, date: number] {
  const year = Math.max(1980, Math.min(new Date(epochMs).getFullYear(), 2107));
  const date = new Date(epochMs);
  if (date.getFullYear() !== year) return [0, ((year - 1980) << 9) | (1 << 5) | 1];
  return [
    (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1),
    ((year - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate(),
  ];
}
