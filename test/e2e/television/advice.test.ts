import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { MediaFacts } from '../../../src/core/media/facts.ts';
import { doubtsAbout } from '../../../src/core/media/playability.ts';
import { factsOf } from '../../../src/previews/media-facts.ts';
import { MediaTools } from '../../../src/previews/media-tools.ts';
import { filmAs } from '../../support/media.ts';
import { Scratch } from '../../support/processes.ts';

const run = promisify(execFile);
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const HEVC = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none'];
const DTS = ['-c:a', 'dca', '-strict', '-2'];
/** Little more than H.264 may have. */
const LARGE = ['-vf', 'scale=2816:1584', '-frames:v', '2'];

describe('what is advised for a film that televisions refuse', function () {
  this.timeout(120_000);
  let scratch: Scratch;
  const tools = new MediaTools({ programPath: process.env['PATH'] ?? '' });
  before(async () => {
    scratch = await Scratch.create('advice');
  });
  after(async () => {
    tools.close();
    await scratch.remove();
  });

  async function facts(path: string): Promise<MediaFacts> {
    const file = await open(path);
    try {
      const found = factsOf((await tools.describe({ fd: file.fd, isWhole: true }, 'media')) ?? '');
      assert.ok(found);
      return found;
    } finally {
      await file.close();
    }
  }

  const FILMS: [what: string, ending: string, codecs: readonly string[], reasons: number][] = [
    ['large HEVC with DTS', 'mkv', [...HEVC, ...LARGE, ...DTS, '-ac', '6'], 2],
    ['large H.264', 'mp4', [...H264, ...LARGE, '-c:a', 'aac'], 1],
    ['H.264 with 10 bits', 'mkv', ['-c:v', 'libx264', '-pix_fmt', 'yuv420p10le', '-c:a', 'ac3'], 1],
    ['Windows Media', 'wmv', ['-c:v', 'wmv2', '-c:a', 'wmav2'], 3],
    ['Xvid in AVI', 'avi', ['-c:v', 'mpeg4', '-vtag', 'XVID', '-c:a', 'libmp3lame'], 2],
    ['H.264 in AVI', 'avi', ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'libmp3lame'], 1],
    ['what cameras write', 'mov', [...H264, '-c:a', 'pcm_s16le'], 1],
    ['Flash', 'flv', ['-c:v', 'flv', '-c:a', 'libmp3lame', '-ar', '44100'], 1],
    ['what is odd in size and has no sound', 'avi', ['-an', '-vf', 'scale=321:181', '-c:v', 'mjpeg'], 2],
    ['sound of 7.1', 'mkv', [...H264, '-c:a', 'flac', '-ac', '8'], 1],
    ['sound of 7.1 that is kept with the picture', 'mov', [...H264, '-c:a', 'pcm_s16le', '-ac', '8'], 1],
    ['DTS in MPEG-TS', 'ts', [...H264, ...DTS], 1],
  ];
  for (const [index, [what, ending, codecs, reasons]] of FILMS.entries()) {
    it(`is a command that mends ${what}`, async () => {
      const cwd = scratch.path(String(index));
      await mkdir(cwd);
      await writeFile(`${cwd}/IN`, await filmAs(ending, ...codecs));
      const film = await facts(`${cwd}/IN`);
      const { reasons: found = [], advice = '' } = doubtsAbout(film) ?? {};
      assert.equal(found.length, reasons, found.join('; '));
      await run('/bin/sh', ['-c', `${advice} </dev/null`], { cwd });
      const made = await facts(`${cwd}/${advice.slice(advice.lastIndexOf(' ') + 1)}`);
      assert.equal(doubtsAbout(made), undefined, advice);
      assert.equal(made.audioCodec === undefined, film.audioCodec === undefined);
    });
  }
});
