import libheif from 'libheif-js/wasm-bundle.js';

/** In RGBA each takes four bytes, and the decoder needs as much again. */
const MAX_HEIC_PIXELS = 64_000_000;
/** Properties of the image stand before its bytes. */
const MAX_PROPERTIES_BYTES = 256 * 1024;
/** In a profile; that of sRGB is 0.436. */
const RED_OF_P3 = 0.5151;

export interface DecodedImage {
  /** RGBA */
  readonly pixels: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly isDisplayP3: boolean;
}

/** ISO/IEC 14496-12 §4.3: which brand a file of that family begins with. AVIF, of the same family, is left to sharp. */
export function isHeic(content: Buffer): boolean {
  return content.toString('latin1', 4, 8) === 'ftyp' && /^(?:hei[cxms]|hev[cxms]|mif1|msf1)/.test(brandOf(content));
}

function brandOf(content: Buffer): string {
  const major = content.toString('latin1', 8, 12);
  if (!/^m[is]f1$/.test(major)) return major;
  // `mif1` says only that there are images; the compatible brands say of which kind.
  const length = Math.min(content.readUInt32BE(0), content.length, 256);
  return content.toString('latin1', 16, length).includes('avi') ? 'avif' : major;
}

/** The main image of a HEIC file, turned as it says. Throws for what is none, or too large. */
export async function decodeHeic(content: Buffer): Promise<DecodedImage> {
  const images = new libheif.HeifDecoder().decode(content);
  try {
    const main = images.find((image) => image.is_primary()) ?? images[0];
    if (!main) throw new Error('there is no image in this HEIC file');
    const [width, height] = [main.get_width(), main.get_height()];
    if (!(width > 0 && height > 0 && width * height <= MAX_HEIC_PIXELS)) throw new Error('this image is too large');
    const data = new Uint8ClampedArray(width * height * 4);
    const { promise, resolve, reject } = Promise.withResolvers<Uint8ClampedArray>();
    main.display({ data, width, height }, (shown) =>
      shown ? resolve(shown.data) : reject(new Error('this HEIC image cannot be decoded')),
    );
    return { pixels: await promise, width, height, isDisplayP3: isDisplayP3(content) };
  } finally {
    for (const image of images) image.free();
  }
}

/** ISO/IEC 14496-12 §12.1.5: by the number of its primaries (ITU-T H.273), or by the red of its ICC profile. */
function isDisplayP3(content: Buffer): boolean {
  const properties = content.subarray(0, MAX_PROPERTIES_BYTES);
  const numbers = properties.indexOf('colrnclx');
  if (numbers >= 0 && numbers + 10 <= properties.length && properties.readUInt16BE(numbers + 8) === 12) return true;
  const profile = properties.indexOf('colrprof');
  const red = profile < 0 ? undefined : redOf(properties.subarray(profile + 8));
  return red !== undefined && Math.abs(red - RED_OF_P3) < 0.01;
}

/** ICC.1:2022 §7.3, §9.2.44: the X of a profile's red; undefined where it has none. */
function redOf(profile: Buffer): number | undefined {
  const tag = profile.subarray(0, 1024).indexOf('rXYZ');
  if (tag < 0 || tag + 8 > profile.length) return undefined;
  const at = profile.readUInt32BE(tag + 4) + 8;
  return at + 4 <= profile.length ? profile.readInt32BE(at) / 65_536 : undefined;
}
