import assert from 'node:assert/strict';
import type { MediaFacts } from '../../../src/core/media/facts.ts';
import { doubtsAbout } from '../../../src/core/media/playability.ts';

const PLAIN: MediaFacts = {
  ...{ container: 'mp4', durationMs: 1, bitrateBps: 1, width: 1920, height: 1080, videoCodec: 'h264' },
  ...{ videoProfile: 'High', bitDepth: 8, frameRate: 24, audioCodec: 'aac', audioChannels: 2, sampleRateHz: 48_000 },
  ...{ title: undefined, artist: undefined, album: undefined, genre: undefined, year: undefined, track: undefined },
};

const reasons = (facts: Partial<MediaFacts>) => doubtsAbout({ ...PLAIN, ...facts }).map(({ reason }) => reason);

describe('what televisions commonly refuse', () => {
  it('is nothing about the usual film', () => {
    assert.deepEqual(reasons({}), []);
    assert.deepEqual(reasons({ container: 'matroska', audioCodec: 'ac3', audioChannels: 6 }), []);
    assert.deepEqual(reasons({ container: 'webm', videoCodec: 'vp9', audioCodec: 'opus' }), []);
  });

  const REFUSED: [Partial<MediaFacts>, RegExp][] = [
    [{ container: 'avi' }, /AVI/],
    [{ videoCodec: 'mpeg4' }, /DivX/],
    [{ videoProfile: 'High 10', bitDepth: 10 }, /10 bits/],
    [{ videoProfile: 'High 4:2:2' }, /4:2:2/],
    [{ videoCodec: 'hevc', bitDepth: 10, videoProfile: 'Main 10' }, /HEVC/],
    [{ width: 7680, height: 4320 }, /4K/],
    [{ width: 3840, height: 2160 }, /want HEVC/],
    [{ container: 'matroska', audioCodec: 'dts' }, /DTS/],
    [{ container: 'matroska', audioCodec: 'opus' }, /Opus/],
    [{ audioChannels: 8 }, /5\.1/],
  ];
  for (const [facts, reason] of REFUSED) {
    it(`is told of ${JSON.stringify(facts)}`, () => {
      const [first, ...more] = doubtsAbout({ ...PLAIN, ...facts });
      assert.match(first?.reason ?? '', reason);
      assert.match(first?.advice ?? '', /^ffmpeg /);
      assert.deepEqual(more, []);
    });
  }

  it('is told of each part that is refused', () => {
    assert.equal(reasons({ container: 'avi', videoCodec: 'mpeg4', audioCodec: 'dts' }).length, 3);
  });

  it('is not told of music', () => {
    assert.deepEqual(reasons({ container: 'flac', videoCodec: undefined, audioCodec: 'flac' }), []);
  });
});
