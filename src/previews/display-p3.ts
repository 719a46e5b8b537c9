/** From linear Display P3 to linear sRGB; both have the white of D65. */
const MATRIX = [1.2249402, -0.2249402, 0, -0.0420569, 1.0420569, 0, -0.0196376, -0.0786361, 1.0982736] as const;

/** The curve of both (IEC 61966-2-1), by values of a byte; and back, by steps fine enough for the darkest. */
const STEPS = 16_384;
const LINEAR = Float64Array.from({ length: 256 }, (_, value) => linearOf(value / 255));
const ENCODED = Uint8Array.from({ length: STEPS + 1 }, (_, step) => Math.round(255 * encodedOf(step / STEPS)));

function linearOf(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function encodedOf(value: number): number {
  return value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055;
}

function encode(linear: number): number {
  return ENCODED[Math.round(STEPS * Math.min(1, Math.max(0, linear)))] ?? 0;
}

/** Turns RGBA in Display P3, which is what phones write, into sRGB, in place. Colours that sRGB has not are cut off. */
export function fromDisplayP3(pixels: Buffer): Buffer {
  const [rr, rg, rb, gr, gg, gb, br, bg, bb] = MATRIX;
  for (let at = 0; at + 3 < pixels.length; at += 4) {
    const red = LINEAR[pixels[at] ?? 0] ?? 0;
    const green = LINEAR[pixels[at + 1] ?? 0] ?? 0;
    const blue = LINEAR[pixels[at + 2] ?? 0] ?? 0;
    pixels[at] = encode(rr * red + rg * green + rb * blue);
    pixels[at + 1] = encode(gr * red + gg * green + gb * blue);
    pixels[at + 2] = encode(br * red + bg * green + bb * blue);
  }
  return pixels;
}
