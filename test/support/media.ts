import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What ffmpeg makes with these arguments, by way of its standard output. */
async function ffmpeg(...args: readonly string[]): Promise<Buffer> {
  const { stdout } = await run('ffmpeg', ['-nostdin', '-v', 'error', '-bitexact', ...args, '-'], {
    encoding: 'buffer',
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

/** A JPEG whose left half is red and whose right half is blue. */
export function redAndBlue(width: number, height: number): Promise<Buffer> {
  const half = `s=${width / 2}x${height}`;
  const sources = ['red', 'blue'].flatMap((color) => ['-f', 'lavfi', '-i', `color=${color}:${half}`]);
  return ffmpeg(...sources, '-filter_complex', 'hstack', '-frames:v', '1', '-f', 'mjpeg', '-q:v', '2');
}

/** A film that small programs and browsers play: a picture that changes, and a tone. */
export async function film(seconds: number): Promise<Buffer> {
  return toFile('mp4', [
    ...['-f', 'lavfi', '-i', `testsrc=s=160x90:r=5:d=${seconds}`, '-f', 'lavfi', '-i', `sine=d=${seconds}`],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-b:a', '32k'],
    ...['-movflags', 'faststart', '-shortest'],
  ]);
}

/** A picture that no browser knows the coding of. */
export function oddFilm(): Promise<Buffer> {
  return toFile('avi', ['-f', 'lavfi', '-i', 'testsrc=s=64x36:r=5:d=1', '-c:v', 'mpeg4']);
}

/** A second of a film of 320 × 180 pixels and a tone, in the container and with the codecs that are asked for. */
export function filmAs(ending: string, ...codecs: readonly string[]): Promise<Buffer> {
  return filmOf(1, ending, ...codecs);
}

/** The same, as long as is asked for. */
export function filmOf(seconds: number, ending: string, ...codecs: readonly string[]): Promise<Buffer> {
  const picture = ['-f', 'lavfi', '-i', `testsrc=s=320x180:r=25:d=${seconds}`];
  return toFile(ending, [...picture, '-f', 'lavfi', '-i', `sine=d=${seconds}`, '-shortest', ...codecs]);
}

/** A tone. */
export function music(seconds: number): Promise<Buffer> {
  return toFile('mp3', ['-f', 'lavfi', '-i', `sine=d=${seconds}`, '-b:a', '32k']);
}

/** What is told of a file's length stands at its beginning, so that it cannot be written to a pipe. */
async function toFile(ending: string, args: readonly string[]): Promise<Buffer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'nosocial-media-'));
  try {
    const file = path.join(folder, `made.${ending}`);
    await run('ffmpeg', ['-nostdin', '-v', 'error', ...args, file]);
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}
