import assert from 'node:assert/strict';
import type { MediaFacts } from '../../../src/core/media/facts.ts';
import { doubtsAbout } from '../../../src/core/media/playability.ts';

const PLAIN: MediaFacts = {
  ...{ container: 'mp4', durationMs: 1, bitrateBps: 1, width: 1920, height: 1080, videoCodec: 'h264' },
  ...{ videoProfile: 'High', bitDepth: 8, frameRate: 24, audioCodec: 'aac', audioChannels: 2, sampleRateHz: 48_000 },
  ...{ title: undefined, artist: undefined, album: undefined, genre: undefined, year: undefined, track: undefined },
};

const reasons = (facts: Partial<MediaFacts>) => doubtsAbout({ ...PLAIN, ...facts })?.reasons ?? [];

/** What ffmpeg makes of such a film by this command. */
function madeBy(command: string, from: MediaFacts): MediaFacts {
  const words = command.split(' ');
  const after = (option: string): string | undefined => words[words.lastIndexOf(option) + 1 || words.length];
  const [all, video, audio] = [after('-c'), after('-c:v'), after('-c:a')];
  const isCopied = (own: string | undefined): boolean => own === undefined && all === 'copy';
  const box = /scale=(\d+):(\d+)/.exec(after('-vf') ?? '');
  const { width = 0, height = 0 } = from;
  const factor = box ? Math.min(Number(box[1]) / width, Number(box[2]) / height) : 1;
  const size = { width: Math.round(width * factor), height: Math.round(height * factor) };
  const picture = { ...size, videoCodec: 'h264', videoProfile: 'High', bitDepth: 8 };
  const audioCodec = from.audioCodec === undefined || isCopied(audio) ? from.audioCodec : audio;
  return {
    ...from,
    container: command.endsWith(' OUT.mp4') ? 'mp4' : 'matroska',
    ...(!isCopied(video) && picture),
    audioCodec,
    // More is not in AC-3.
    audioChannels: Number(
      after('-ac') ?? (audioCodec === 'ac3' ? Math.min(from.audioChannels ?? 0, 6) : from.audioChannels),
    ),
  };
}

describe('what televisions commonly refuse', () => {
  it('is nothing about the usual film', () => {
    assert.deepEqual(reasons({}), []);
    assert.deepEqual(reasons({ container: 'matroska', audioCodec: 'ac3', audioChannels: 6 }), []);
    assert.deepEqual(reasons({ container: 'webm', videoCodec: 'vp9', audioCodec: 'opus' }), []);
  });

  const REFUSED: [Partial<MediaFacts>, RegExp][] = [
    [{ container: 'avi' }, /AVI/],
    [{ container: 'mov', audioCodec: 'pcm' }, /QuickTime/],
    [{ container: 'mov', audioCodec: undefined, audioChannels: undefined }, /QuickTime/],
    [{ container: 'flv', videoCodec: 'flv1', audioCodec: 'mp3' }, /Flash/],
    [{ videoCodec: 'mpeg4' }, /DivX/],
    [{ videoProfile: 'High 10', bitDepth: 10 }, /10 bits/],
    [{ videoProfile: 'High 4:2:2' }, /4:2:2/],
    [{ videoCodec: 'hevc', bitDepth: 10, videoProfile: 'Main 10' }, /HEVC/],
    [{ videoCodec: 'hevc', width: 3840, height: 2160 }, /HEVC/],
    [{ videoCodec: 'hevc', width: 2160, height: 2160, audioCodec: 'truehd', audioChannels: 8 }, /HEVC.*TrueHD/],
    [{ videoCodec: 'av1', width: 7680, height: 4320 }, /AV1.*4K/],
    [{ width: 7680, height: 4320 }, /4K/],
    [{ width: 3840, height: 2160 }, /want HEVC/],
    [{ width: 2160, height: 3840 }, /4K/],
    [{ videoCodec: 'vp9', width: 4320, height: 7680 }, /4K/],
    [{ container: 'matroska', audioCodec: 'dts' }, /DTS/],
    [{ container: 'matroska', audioCodec: 'truehd', audioChannels: 8 }, /TrueHD/],
    [{ container: 'matroska', audioCodec: 'opus' }, /Opus/],
    [{ container: 'avi', audioCodec: 'dts' }, /AVI.*DTS/],
    [{ container: 'avi', videoCodec: 'mpeg4', audioCodec: 'mp3' }, /AVI.*DivX/],
    [{ container: 'asf', videoCodec: 'wmv3', audioCodec: 'wmav2' }, /Windows Media .*Video.*sound/],
    [{ videoCodec: 'hevc', container: 'matroska', audioCodec: 'dts', audioChannels: 8 }, /HEVC.*DTS/],
    [{ audioChannels: 8 }, /5\.1/],
    [{ container: 'mov', audioCodec: 'pcm', audioChannels: 8 }, /QuickTime/],
    [{ container: 'webm', videoCodec: 'av1', audioCodec: 'opus' }, /AV1/],
  ];
  for (const [facts, reason] of REFUSED) {
    it(`is told of ${JSON.stringify(facts)}, with one command after which nothing is left`, () => {
      const film = { ...PLAIN, ...facts };
      const doubts = doubtsAbout(film);
      assert.match(doubts?.reasons.join('; ') ?? '', reason);
      assert.match(doubts?.advice ?? '', /^ffmpeg -i IN .* OUT\.(?:mp4|mkv)$/);
      assert.equal(doubtsAbout(madeBy(doubts!.advice, film)), undefined, doubts!.advice);
    });
  }

  it('leaves nothing after its command, whatever a film is', () => {
    const parts = {
      container: ['mp4', 'mov', 'matroska', 'avi', 'asf', 'flv', 'ogg', 'mpegts', 'mpegps'],
      videoCodec: ['h264', 'hevc', 'mpeg4', 'wmv3', 'vp8', 'vp9', 'mpeg2video', 'prores', 'dvvideo'],
      audioCodec: [undefined, 'aac', 'ac3', 'dts', 'truehd', 'opus', 'flac', 'pcm', 'wmav2', 'mp3'],
      audioChannels: [2, 6, 8],
      bitDepth: [8, 10],
      height: [720, 1440, 2160, 4320],
    } satisfies { [name in keyof MediaFacts]?: MediaFacts[name][] };
    let films: MediaFacts[] = [PLAIN];
    for (const [name, values] of Object.entries(parts))
      films = films.flatMap((film) => values.map((value) => ({ ...film, [name]: value })));
    const left = films
      .map((film) => ({ ...film, width: ((film.height ?? 0) * 16) / 9 }))
      .flatMap((film) => {
        const advice = doubtsAbout(film)?.advice;
        return advice !== undefined && doubtsAbout(madeBy(advice, film)) ? [{ film, advice }] : [];
      });
    assert.deepEqual(left.slice(0, 3), []);
  });

  it('is told of each part that is refused', () => {
    assert.equal(reasons({ container: 'avi', videoCodec: 'mpeg4', audioCodec: 'dts' }).length, 3);
  });

  it('keeps what is not refused', () => {
    const advice = (facts: Partial<MediaFacts>) => doubtsAbout({ ...PLAIN, ...facts })?.advice ?? '';
    assert.match(advice({ container: 'mov' }), / -c copy -movflags /);
    assert.match(advice({ container: 'mov', audioCodec: 'pcm' }), / -c copy -c:a aac -movflags /);
    // Other languages and subtitles.
    assert.match(advice({ container: 'matroska', audioCodec: 'dts' }), / -map 0 -c copy -c:a ac3 /);
    assert.match(advice({ videoCodec: 'hevc' }), / -vf scale=iw:ih:/);
  });

  it('is not told of music', () => {
    assert.deepEqual(reasons({ container: 'flac', videoCodec: undefined, audioCodec: 'flac' }), []);
    assert.deepEqual(reasons({ container: 'ogg', videoCodec: undefined, audioCodec: 'vorbis' }), []);
  });
});
