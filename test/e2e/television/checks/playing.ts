import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endProcess, run, runWell, until } from '../../../support/processes.ts';
import type { Check, World } from './check.ts';

const FILMS = [
  { word: 'Bunny', file: 'Bunny & <Friends> é.mp4' },
  { word: 'Second', file: 'The.Second.Film.1999.1080p.BluRay.x264-GRP.mkv' },
  { word: 'Third', file: 'Third.ts' },
];
const SECONDS = 20;
/** VLC will not run as root. */
const AS_NOBODY = ['--reuid=nobody', '--regid=nogroup', '--clear-groups', 'env', 'HOME=/nonexistent'];

/** The picture at 10 seconds, as a checksum with its place in time. */
async function pictureAt10(input: string): Promise<string> {
  const seek = ['-nostdin', '-v', 'error', '-copyts', '-ss', '10', '-i', input];
  return runWell('ffmpeg', [...seek, '-map', '0:v', '-frames:v', '1', '-f', 'framemd5', '-']);
}

async function playByVlc({ scratch }: World, url: string): Promise<string> {
  // Without anything to show or hear it on, it plays as fast as it is told to.
  const dummies = ['-I', 'dummy', '--vout=dummy', '--aout=dummy', '--no-dbus', '--rate', '16', '-vv'];
  const args = [...AS_NOBODY, 'cvlc', ...dummies, '--play-and-exit', url];
  const { code, stderr } = await run('setpriv', args, { timeoutMs: 30_000, cwd: scratch });
  assert.equal(code, 0, stderr.slice(-2000));
  return stderr;
}

/** Programs that play. */
export const PLAYING: readonly Check[] = [
  {
    name: 'ffprobe: MP4, MKV and TS have their length',
    run: async ({ point }) => {
      for (const { word } of FILMS) {
        const { resource } = await point.film(word);
        const said = await runWell('ffprobe', [
          '-v',
          'error',
          '-show_entries',
          'format=duration',
          '-of',
          'csv=p=0',
          resource.url,
        ]);
        assert.ok(Math.abs(Number(said) - SECONDS) < 0.2, `${word}: ${said}`);
      }
    },
  },
  {
    name: 'ffmpeg: at 10 seconds the same picture as in the file, in MP4 with its index at the end, MKV and TS',
    run: async ({ point, films }) => {
      for (const { word, file } of FILMS) {
        const { resource } = await point.film(word);
        assert.equal(await pictureAt10(resource.url), await pictureAt10(join(films, file)), word);
      }
    },
  },
  {
    name: 'VLC plays to the end',
    run: async (world) => {
      for (const { word } of FILMS) {
        const { resource } = await world.point.film(word);
        assert.match(await playByVlc(world, resource.url), /EOF reached/, word);
      }
    },
  },
  {
    name: 'gmediarender, told to by GUPnP, plays to the end',
    run: async ({ point, gupnp, interfaceName, scratch }) => {
      const log = join(scratch, 'gmediarender.log');
      const names = ['-I', interfaceName, '-u', '71717171-0000-4000-8000-000000000000', '-f', 'a television'];
      const sinks = ['--gstout-videosink=fakevideosink', '--gstout-audiosink=fakeaudiosink'];
      const renderer = spawn('gmediarender', [...names, ...sinks, `--logfile=${log}`], { stdio: 'ignore' });
      const isIn = (words: string) => async (): Promise<true | undefined> =>
        (await readFile(log, 'utf8').catch(() => '')).includes(words) || undefined;
      try {
        await until('gmediarender', isIn('Ready for rendering'), { timeoutMs: 20_000 });
        const { resource } = await point.film('Short');
        assert.deepEqual((await gupnp.play(resource.url)).slice(-2), ['PLAYING', 'STOPPED']);
        await until('the end of the stream', isIn('play: End-of-stream'));
      } finally {
        await endProcess(renderer);
      }
    },
  },
];
