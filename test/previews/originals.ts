import sharp from 'sharp';
import { crc32, deflateSync } from 'node:zlib';

/** Red at the left, blue at the right. */
export async function halves(format: 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif' = 'jpeg'): Promise<Buffer> {
  return drawn().toFormat(format, { quality: 95 }).toBuffer();
}

/** The same as a JPEG that says how it is to be turned, and who took it where. */
export async function turnedHalves(orientation: number): Promise<Buffer> {
  const exif = { IFD0: { Copyright: 'Anna' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '47/1 22/1 0/1' } };
  return drawn().withExif(exif).withMetadata({ orientation, exif }).jpeg({ quality: 95 }).toBuffer();
}

function drawn() {
  return sharp({ create: { width: 600, height: 400, channels: 3, background: '#ff0000' } }).composite([
    { input: { create: { width: 300, height: 400, channels: 3, background: '#0000ff' } }, left: 300, top: 0 },
  ]);
}

const NAMED: Readonly<Record<string, string>> = {
  'high low low': 'red',
  'low high low': 'green',
  'low low high': 'blue',
};

/** What a picture is, and its colours at the middle of its left, right, upper and lower edge. */
export async function seen(picture: Uint8Array | undefined) {
  if (!picture) throw new Error('there is no picture');
  const { format, exif, icc } = await sharp(picture).metadata();
  const { data, info } = await sharp(picture)
    .flatten()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const colour = (x: number, y: number): string => {
    const at = (Math.floor(y) * width + Math.floor(x)) * channels;
    const levels = [...data.subarray(at, at + 3)];
    const shape = levels.map((level) => (level > 200 ? 'high' : level < 60 ? 'low' : 'middle')).join(' ');
    return NAMED[shape] ?? levels.join(' ');
  };
  return {
    format,
    width,
    height,
    isBare: exif === undefined && icc === undefined,
    left: colour(width * 0.1, height / 2),
    right: colour(width * 0.9, height / 2),
    top: colour(width / 2, height * 0.1),
    bottom: colour(width / 2, height * 0.9),
  };
}

/** A few bytes that say that they are a PNG of `side` times `side` pixels. */
export function pngBomb(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc(1024 * 1024));
  const parts = [chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...parts]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
