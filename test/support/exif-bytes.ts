type Tag = readonly [tag: number, value: string | number | readonly (readonly [upper: number, lower: number])[]];

/** What a camera would have written: the lists of tags of a picture, of the photo in it, and of its place. */
export interface ExifTags {
  readonly main?: readonly Tag[];
  readonly photo?: readonly Tag[];
  readonly place?: readonly Tag[];
}

const PHOTO = 0x8769;
const PLACE = 0x8825;

/** The same as bytes: a TIFF without a picture, as JPEG and others hold it. */
export function exifBytes({ main = [], photo, place }: ExifTags): Buffer {
  const pointers: Tag[] = [...(photo ? [[PHOTO, 0] as const] : []), ...(place ? [[PLACE, 0] as const] : [])];
  const tags: Tag[] = [...main, ...pointers];
  const starts = new Map<number, number>();
  let next = 8 + listBytes(tags, 8).length;
  for (const [tag, list] of [
    [PHOTO, photo],
    [PLACE, place],
  ] as const) {
    if (!list) continue;
    starts.set(tag, next);
    next += listBytes(list, next).length;
  }
  const resolved = tags.map(([tag, value]): Tag => [tag, starts.get(tag) ?? value]);
  const parts = [photo, place].flatMap((list, index) =>
    list ? [listBytes(list, starts.get(index === 0 ? PHOTO : PLACE) ?? 0)] : [],
  );
  return Buffer.concat([Buffer.from('II*\0\b\0\0\0', 'latin1'), listBytes(resolved, 8), ...parts]);
}

/** A list of tags at an offset, and behind it the values that are longer than four bytes. */
function listBytes(tags: readonly Tag[], offset: number): Buffer {
  const list = Buffer.alloc(2 + tags.length * 12 + 4);
  list.writeUInt16LE(tags.length);
  let behind = Buffer.alloc(0);
  for (const [index, [tag, value]] of tags.entries()) {
    const at = 2 + index * 12;
    list.writeUInt16LE(tag, at);
    const { type, count, bytes } = encoded(value, tag === PHOTO || tag === PLACE);
    list.writeUInt16LE(type, at + 2);
    list.writeUInt32LE(count, at + 4);
    if (bytes.length <= 4) bytes.copy(list, at + 8);
    else {
      list.writeUInt32LE(offset + list.length + behind.length, at + 8);
      behind = Buffer.concat([behind, bytes]);
    }
  }
  return Buffer.concat([list, behind]);
}

function encoded(value: Tag[1], isPointer: boolean): { type: number; count: number; bytes: Buffer } {
  if (typeof value === 'string') {
    const bytes = Buffer.from(`${value}\0`);
    return { type: 2, count: bytes.length, bytes };
  }
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return { type: isPointer ? 4 : 3, count: 1, bytes };
  }
  const bytes = Buffer.alloc(value.length * 8);
  for (const [index, [upper, lower]] of value.entries()) {
    bytes.writeUInt32LE(upper, index * 8);
    bytes.writeUInt32LE(lower, index * 8 + 4);
  }
  return { type: 5, count: value.length, bytes };
}

/** A JPEG with what a camera would have written into it. */
export function withExif(jpeg: Buffer, tags: ExifTags): Buffer {
  const content = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exifBytes(tags)]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, content, jpeg.subarray(2)]);
}
