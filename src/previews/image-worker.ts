// The process that makes pictures.
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

async function made({ sizeBytes, side }: ImageJob): Promise<{ picture: Uint8Array } | { problem: string }> {
  try {
    const bytes = await original(sizeBytes);
    if (!maker) return { problem: 'nothing can be read here' };
    return { picture: await maker.makePicture(bytes, side) };
  } catch (error) {
    return { problem: String(error) };
  }
}

async function run(job: ImageJob): Promise<ImageOutcome> {
  const outcome = await made(job);
  const { user, system } = process.cpuUsage();
  return { ...outcome, processorSeconds: (user + system) / 1_000_000 };
}

function answer(message: ImageMessage): void {
  process.send?.(message);
}

process.on('message', (job: ImageJob) => void run(job).then(answer));
// The server is gone, however that was. An exit would wait for what is being decoded.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
answer({ mediaTypes: maker?.mediaTypes ?? [] } satisfies ImageAbilities);
