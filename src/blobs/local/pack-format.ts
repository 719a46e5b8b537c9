/**
 * A pack file is a header of 16 bytes and then pieces, each behind a record header of 48 bytes:
 *
 *     0  marker, 4 bytes
 *     4  zeros, 4 bytes
 *     8  length of the content, 8 bytes, big-endian
 *    16  blob id, 16 bytes
 *    32  xxh128 of the content, 16 bytes
 *    48  the content
 *
 * The database alone says which pieces count. The records are there for the day when it is lost.
 */
export const PACK_HEADER = Buffer.from('nosocial-pack-1\n', 'latin1');
export const RECORD_HEADER_BYTES = 48;

const MARKER = 0x6e73_7231;

export interface PackRecord {
  blobId: string;
  checksum: string;
  sizeBytes: number;
}

/** Writes a record header at `offset` of `target`, over whatever is there. */
export function writeRecordHeader(target: Buffer, offset: number, record: PackRecord): void {
  target.writeUInt32BE(MARKER, offset);
  target.writeUInt32BE(0, offset + 4);
  target.writeUInt32BE(Math.floor(record.sizeBytes / 0x1_0000_0000), offset + 8);
  target.writeUInt32BE(record.sizeBytes >>> 0, offset + 12);
  target.write(record.blobId, offset + 16, 16, 'hex');
  target.write(record.checksum, offset + 32, 16, 'hex');
}

/** Reads the record header at `offset` of `source`; undefined where there is none. */
export function readRecordHeader(source: Buffer, offset: number): PackRecord | undefined {
  if (source.length < offset + RECORD_HEADER_BYTES || source.readUInt32BE(offset) !== MARKER) return undefined;
  return {
    sizeBytes: source.readUInt32BE(offset + 8) * 0x1_0000_0000 + source.readUInt32BE(offset + 12),
    blobId: source.toString('hex', offset + 16, offset + 32),
    checksum: source.toString('hex', offset + 32, offset + 48),
  };
}
