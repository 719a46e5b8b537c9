import sharp, { type Sharp } from 'sharp';
import { decodeHeic, isHeic } from './heic.ts';
import { fromDisplayP3 } from './display-p3.ts';
import { TELEVISION_SIDE } from '../core/ports/previewer.ts';
import { MAX_PIXELS } from './image-job.ts';

/** Good at these sizes; one more point of quality costs more bytes than anybody sees. */
const QUALITY = 78;
/** A drawing with so many bytes is a program to run. */
const MAX_SVG_BYTES = 4 * 1024 * 1024;

/** The decoders that stay open; all other ways into the library are closed. */
const LOADERS = {
  'image/jpeg': 'VipsForeignLoadJpegBuffer',
  'image/png': 'VipsForeignLoadPngBuffer',
  'image/apng': 'VipsForeignLoadPngBuffer',
  'image/webp': 'VipsForeignLoadWebpBuffer',
  'image/gif': 'VipsForeignLoadNsgifBuffer',
  'image/tiff': 'VipsForeignLoadTiffBuffer',
  'image/avif': 'VipsForeignLoadHeifBuffer',
  'image/svg+xml': 'VipsForeignLoadSvgBuffer',
} as const;

sharp.concurrency(1);
sharp.cache(false);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: Object.values(LOADERS) });

export const mediaTypes: readonly string[] = [...Object.keys(LOADERS), 'image/heic', 'image/heif'];

/** The picture of an image as WebP, or as JPEG for a television. Throws for what is none, or too large. */
export async function makePicture(original: Buffer, side: number): Promise<Buffer> {
  const picture = isHeic(original) ? await heic(original, side) : await image(original, side);
  if (side !== TELEVISION_SIDE) return picture.webp({ quality: QUALITY, effort: 2 }).toBuffer();
  return picture.flatten({ background: '#fff' }).jpeg({ quality: QUALITY }).toBuffer();
}

async function heic(original: Buffer, side: number): Promise<Sharp> {
  const { pixels, width, height, isDisplayP3 } = await decodeHeic(original);
  const image = fitted(sharp(pixels, { raw: { width, height, channels: 4 } }), side);
  if (!isDisplayP3) return image;
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return sharp(fromDisplayP3(data), { raw: { width: info.width, height: info.height, channels: 4 } });
}

async function image(original: Buffer, side: number): Promise<Sharp> {
  if (original.length > MAX_SVG_BYTES && isMarkup(original)) throw new Error('this drawing is too long');
  const opened = sharp(original, { limitInputPixels: MAX_PIXELS, failOn: 'none' });
  const { format, width, height } = await opened.metadata();
  if (format !== 'svg') return fitted(opened.autoOrient(), side);
  // Lines have no resolution: a small one is drawn as large as it is shown, a large one never.
  const density = Math.min(2400, Math.max(1, (72 * side) / Math.max(width, height)));
  return fitted(sharp(original, { limitInputPixels: MAX_PIXELS, density }), side);
}

function isMarkup(original: Buffer): boolean {
  return /^(?:\u00ef\u00bb\u00bf)?\s*</.test(original.toString('latin1', 0, 64));
}

function fitted(image: Sharp, side: number): Sharp {
  return image.resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true });
}
