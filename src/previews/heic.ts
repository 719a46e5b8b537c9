import libheif from 'libheif-js/wasm-bundle.js';

/** In RGBA each takes four bytes, and the decoder needs as much again. */
const MAX_HEIC_PIXELS = 64_000_000;

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

/** The main image of a HEIC file in RGBA, turned as it says. Throws for what is none, or too large. */
export async function decodeHeic(
  content: Buffer,
): Promise<{ pixels: Uint8ClampedArray; width: number; height: number }> {
  const images = new libheif.HeifDecoder().decode(content);
  const main = images.find((image) => image.is_primary()) ?? images[0];
  if (!main) throw new Error('there is no image in this HEIC file');
  const [width, height] = [main.get_width(), main.get_height()];
  if (!(width > 0 && height > 0 && width * height <= MAX_HEIC_PIXELS)) throw new Error('this image is too large');
  try {
    const data = new Uint8ClampedArray(width * height * 4);
    const { promise, resolve, reject } = Promise.withResolvers<Uint8ClampedArray>();
    main.display({ data, width, height }, (shown) =>
      shown ? resolve(shown.data) : reject(new Error('this HEIC image cannot be decoded')),
    );
    return { pixels: await promise, width, height };
  } finally {
    for (const image of images) image.free();
  }
}
