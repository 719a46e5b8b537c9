import assert from 'node:assert/strict';
import sharp from 'sharp';
import type { MediaFacts, MediaKind } from '../../../src/core/media/facts.ts';
import { locate } from '../../../src/core/tree.ts';
import { isDomainError } from '../../../src/lib/errors.ts';
import { randomId } from '../../../src/lib/ids.ts';
import { parsePlainPath } from '../../../src/lib/node-path.ts';
import { ToolProber } from '../../../src/previews/media-prober.ts';
import { DiskCore } from '../../support/disk-core.ts';
import { film, filmAs, music, redAndBlue } from '../../support/media.ts';
import { Scratch } from '../../support/processes.ts';

const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

describe('what is read out of media', function () {
  this.timeout(60_000);
  let test: DiskCore;
  let scratch: Scratch;
  let prober: ToolProber;
  before(async () => {
    test = await DiskCore.open();
    scratch = await Scratch.create('prober');
    prober = new ToolProber({ core: test.core, folder: scratch.path('parts'), programPath: process.env['PATH'] ?? '' });
  });
  after(async () => {
    await prober.close();
    await test.close();
    await scratch.remove();
  });

  async function facts(content: Buffer, kind: MediaKind = 'video'): Promise<MediaFacts | undefined> {
    const path = `/${randomId()}`;
    await test.put(path, content);
    const { node } = await locate(test.core, test.ann, parsePlainPath(path));
    return prober.probe((await test.core.store.locateBlob(node.blobId!))!, kind);
  }

  const FILMS: [ending: string, codecs: readonly string[], container: string, video: string, audio: string][] = [
    ['mp4', [...H264, '-c:a', 'aac'], 'mp4', 'h264', 'aac'],
    ['mkv', [...H264, '-c:a', 'ac3'], 'matroska', 'h264', 'ac3'],
    ['webm', ['-c:v', 'libvpx', '-deadline', 'realtime', '-c:a', 'libvorbis'], 'webm', 'vp8', 'vorbis'],
    ['avi', ['-c:v', 'mpeg4', '-c:a', 'libmp3lame'], 'avi', 'mpeg4', 'mp3'],
    ['ts', [...H264, '-c:a', 'aac'], 'mpegts', 'h264', 'aac'],
    ['mov', [...H264, '-c:a', 'aac'], 'mov', 'h264', 'aac'],
  ];
  for (const [ending, codecs, container, video, audio] of FILMS) {
    it(`is right for ${ending}`, async () => {
      const found = await facts(await filmAs(ending, ...codecs));
      const { durationMs = 0, bitrateBps = 0, audioChannels, width, height } = found ?? {};
      assert.deepEqual(
        [found?.container, found?.videoCodec, found?.audioCodec, audioChannels, width, height],
        [container, video, audio, 1, 320, 180],
      );
      assert.ok(durationMs >= 950 && durationMs <= 1150, String(durationMs));
      assert.ok(bitrateBps > 10_000, String(bitrateBps));
    });
  }

  it('is the same of what has a file of its own and of what lies among others', async () => {
    const small = await film(1);
    const large = Buffer.concat([small, Buffer.alloc(200_000)]);
    assert.ok(small.length < 65_536);
    const [one, other] = [await facts(small), await facts(large)];
    assert.equal(one?.durationMs, other?.durationMs);
    assert.equal(one?.videoCodec, 'h264');
    assert.equal(other?.videoCodec, 'h264');
  });

  it('knows music, and how large a picture is', async () => {
    assert.equal((await facts(await music(2), 'audio'))?.audioCodec, 'mp3');
    const picture = await facts(await redAndBlue(64, 48), 'image');
    assert.deepEqual([picture?.width, picture?.height, picture?.durationMs], [64, 48, undefined]);
  });

  it('knows how a picture is coded, as it is offered by that', async () => {
    const blank = sharp({ create: { width: 64, height: 48, channels: 3, background: 'red' } });
    for (const [progressive, profile] of [
      [false, 'Baseline'],
      [true, 'Progressive'],
    ] as const)
      assert.equal((await facts(await blank.jpeg({ progressive }).toBuffer(), 'image'))?.videoProfile, profile);
  });

  it('is nothing for what is no film, whatever it says it is', async () => {
    assert.equal(await facts(Buffer.from('no film')), undefined);
    // A list of other files is not opened: it could name any file of this machine.
    assert.equal(await facts(Buffer.from('ffconcat version 1.0\nfile /etc/hostname\n')), undefined);
    assert.equal(await facts(Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n')), undefined);
  });

  it('says nothing about a film while no program is there', async () => {
    const none = new ToolProber({ core: test.core, folder: scratch.path('parts'), programPath: scratch.path('empty') });
    assert.equal(await none.isThere(), false);
    assert.equal(await prober.isThere(), true);
    await prober.close();
    await assert.rejects(facts(await film(1)), (error) => isDomainError(error, 'unavailable'));
  });
});
