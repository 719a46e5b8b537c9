/** What a camera wrote into a picture. All of it may be missing. */
export interface PhotoFacts {
  /** As the camera's clock had it: `2024:05:17 18:03:11`, without a zone. */
  takenAt?: string;
  camera?: string;
  lens?: string;
  exposureSeconds?: number;
  aperture?: number;
  iso?: number;
  focalLengthMm?: number;
  /** Degrees, north and east positive. */
  latitude?: number;
  longitude?: number;
}

/** Where it can stand: with its own mark (JPEG, HEIC, AVIF), as a part of a file (PNG, WebP), or as the file (TIFF). */
const MARKS = ['Exif\0\0', 'eXIf', 'EXIF'] as const;
/** No list of tags that makes sense is longer. */
const MAX_TAGS = 500;
const MAX_TEXT = 200;

type Value = string | readonly number[];
type Tags = ReadonlyMap<number, Value>;

/** Reads the facts from the first bytes of a picture of any format; nothing where there are none, or they make no sense. */
export function readPhotoFacts(bytes: Uint8Array): PhotoFacts {
  const start = findTiff(bytes);
  if (start === undefined) return {};
  const tiff = new Tiff(bytes.subarray(start));
  const main = tiff.tagsAt(tiff.firstList());
  const photo = tiff.tagsAt(pointer(main, 0x8769));
  const place = tiff.tagsAt(pointer(main, 0x8825));
  return defined({
    takenAt: text(photo, 0x9003) ?? text(main, 0x0132),
    camera: cameraOf(text(main, 0x010f), text(main, 0x0110)),
    lens: text(photo, 0xa434),
    exposureSeconds: positive(photo, 0x829a),
    aperture: positive(photo, 0x829d),
    iso: positive(photo, 0x8827),
    focalLengthMm: positive(photo, 0x920a),
    ...placeOf(place),
  });
}

function findTiff(bytes: Uint8Array): number | undefined {
  if (isTiff(bytes, 0)) return 0;
  const all = new TextDecoder('latin1').decode(bytes);
  for (const mark of MARKS) {
    for (let at = all.indexOf(mark); at >= 0; at = all.indexOf(mark, at + 1)) {
      // Behind the mark, or behind the length that WebP puts in between.
      const start = [at + mark.length, at + mark.length + 4].find((place) => isTiff(bytes, place));
      if (start !== undefined) return start;
    }
  }
  return undefined;
}

function isTiff(bytes: Uint8Array, at: number): boolean {
  const mark = String.fromCharCode(...bytes.subarray(at, at + 4));
  return mark === 'II*\0' || mark === 'MM\0*';
}

/** Lists of tags as TIFF 6.0 has them; an offset that leads out of the bytes gives nothing. */
class Tiff {
  readonly #view: DataView;
  readonly #isLittle: boolean;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#isLittle = bytes[0] === 0x49;
  }

  firstList(): number | undefined {
    return this.#uint(4, 4);
  }

  tagsAt(offset: number | undefined): Tags {
    const tags = new Map<number, Value>();
    const count = offset === undefined ? 0 : (this.#uint(offset, 2) ?? 0);
    for (let index = 0; index < Math.min(count, MAX_TAGS); index += 1) {
      const at = (offset ?? 0) + 2 + index * 12;
      const [tag, value] = [this.#uint(at, 2), this.#valueAt(at)];
      if (tag !== undefined && value !== undefined) tags.set(tag, value);
    }
    return tags;
  }

  #valueAt(at: number): Value | undefined {
    const [type, count] = [this.#uint(at + 2, 2), this.#uint(at + 4, 4) ?? 0];
    const length = { 2: 1, 3: 2, 4: 4, 5: 8 }[type ?? 0];
    if (length === undefined || count === 0) return undefined;
    const place = count * length <= 4 ? at + 8 : this.#uint(at + 8, 4);
    if (place === undefined) return undefined;
    if (type === 2) return this.#text(place, Math.min(count, MAX_TEXT));
    const numbers = Array.from({ length: Math.min(count, 4) }, (_, index) =>
      type === 5 ? this.#fraction(place + index * 8) : this.#uint(place + index * length, length === 2 ? 2 : 4),
    );
    return numbers.every((number) => number !== undefined) ? numbers : undefined;
  }

  #fraction(at: number): number | undefined {
    const [upper, lower] = [this.#uint(at, 4), this.#uint(at + 4, 4)];
    return upper === undefined || !lower ? undefined : upper / lower;
  }

  #text(at: number, length: number): string | undefined {
    if (at + length > this.#view.byteLength) return undefined;
    const bytes = new Uint8Array(this.#view.buffer, this.#view.byteOffset + at, length);
    const end = bytes.indexOf(0);
    return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end)).trim();
  }

  #uint(at: number, length: 2 | 4): number | undefined {
    if (at + length > this.#view.byteLength) return undefined;
    return length === 2 ? this.#view.getUint16(at, this.#isLittle) : this.#view.getUint32(at, this.#isLittle);
  }
}

function text(tags: Tags, tag: number): string | undefined {
  const value = tags.get(tag);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numbers(tags: Tags, tag: number): readonly number[] {
  const value = tags.get(tag);
  return typeof value === 'object' ? value : [];
}

function pointer(tags: Tags, tag: number): number | undefined {
  return numbers(tags, tag)[0];
}

function positive(tags: Tags, tag: number): number | undefined {
  const [number = 0] = numbers(tags, tag);
  return number > 0 ? number : undefined;
}

/** `Canon` and `Canon EOS R5` are one name. */
function cameraOf(maker: string | undefined, model: string | undefined): string | undefined {
  if (maker === undefined || model === undefined) return model ?? maker;
  return model.toLowerCase().startsWith(maker.toLowerCase()) ? model : `${maker} ${model}`;
}

function placeOf(tags: Tags): { latitude?: number | undefined; longitude?: number | undefined } {
  const latitude = degrees(numbers(tags, 2), text(tags, 1) === 'S', 90);
  const longitude = degrees(numbers(tags, 4), text(tags, 3) === 'W', 180);
  return latitude === undefined || longitude === undefined ? {} : { latitude, longitude };
}

function degrees(
  [whole, minutes = 0, seconds = 0]: readonly number[],
  isNegative: boolean,
  most: number,
): number | undefined {
  if (whole === undefined) return undefined;
  const angle = whole + minutes / 60 + seconds / 3600;
  if (angle > most) return undefined;
  return isNegative ? -angle : angle;
}

function defined(facts: { [Key in keyof PhotoFacts]: PhotoFacts[Key] | undefined }): PhotoFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}
