// The process that makes pictures. It ends with the channel to the server, however that ended.
import { once } from 'node:events';
import type { ImageAbilities, ImageJob, ImageMessage, ImageOutcome } from './image-job.ts';

async function load() {
  try {
    return await import('./make-picture.ts');
  } catch {
    // The library is optional: there is none for every machine.
    return undefined;
  }
}

const maker = await load();

async function original(sizeBytes: number): Promise<Buffer> {
  const whole = Buffer.allocUnsafe(sizeBytes);
  let at = 0;
  while (at < sizeBytes) {
    const piece = process.stdin.read() as Buffer | null;
    if (piece === null) await once(process.stdin, 'readable');
    else at += piece.copy(whole, at);
  }
  return whole;
}

async function run({ sizeBytes, side }: ImageJob): Promise<ImageOutcome> {
  try {
    const bytes = await original(sizeBytes);
    if (!maker) return { problem: 'nothing can be read here' };
    return { picture: await maker.makePicture(bytes, side) };
  } catch (error) {
    return { problem: String(error) };
  }
}

function answer(message: ImageMessage): void {
  process.send?.(message);
}

process.on('message', (job: ImageJob) => void run(job).then(answer));
process.on('disconnect', () => process.exit());
answer({ mediaTypes: maker?.mediaTypes ?? [] } satisfies ImageAbilities);
