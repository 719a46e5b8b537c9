import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What ffmpeg makes with these arguments, by way of its standard output. */
async function ffmpeg(...args: readonly string[]): Promise<Buffer> {
  const { stdout } = await run('ffmpeg', ['-v', 'error', '-bitexact', ...args, '-'], {
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
