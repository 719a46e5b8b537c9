import assert from 'node:assert/strict';
import { factsOf } from '../../src/previews/media-facts.ts';

const VIDEO = { codec_type: 'video', codec_name: 'h264', width: 720, height: 576, pix_fmt: 'yuv420p' };
const AUDIO = { codec_type: 'audio', codec_name: 'aac', channels: 2, sample_rate: '48000' };

function facts(streams: readonly object[], format: object = { format_name: 'mov,mp4,m4a,3gp,3g2,mj2' }) {
  return factsOf(JSON.stringify({ format, streams }));
}

describe('what ffprobe says of media', () => {
  it('is nothing where nothing can be played', () => {
    for (const text of ['', 'null', '{}', '[]', '{"streams":[]}', '{"streams":[{"codec_type":"data"}]}', 'no JSON']) {
      assert.equal(factsOf(text), undefined, text);
    }
  });

  it('gives lengths and rates as numbers, and leaves out what is none', () => {
    const format = { format_name: 'avi', duration: '4.0499', bit_rate: '550358' };
    const found = facts([{ ...VIDEO, avg_frame_rate: '30000/1001' }, AUDIO], format);
    assert.deepEqual(
      { ...found, videoProfile: '' },
      {
        ...{ container: 'avi', durationMs: 4050, bitrateBps: 550_358, width: 720, height: 576, videoCodec: 'h264' },
        ...{
          videoProfile: '',
          bitDepth: 8,
          frameRate: 29.97,
          audioCodec: 'aac',
          audioChannels: 2,
          sampleRateHz: 48_000,
        },
        ...{
          title: undefined,
          artist: undefined,
          album: undefined,
          genre: undefined,
          year: undefined,
          track: undefined,
        },
      },
    );
    const without = facts([{ ...VIDEO, avg_frame_rate: '0/0' }], {
      format_name: 'avi',
      duration: 'N/A',
      bit_rate: '-1',
    });
    assert.deepEqual(
      [without?.durationMs, without?.bitrateBps, without?.frameRate, without?.audioChannels],
      [undefined, undefined, undefined, undefined],
    );
  });

  it('gives the size as shown: with square pixels, and turned', () => {
    const size = (stream: object) => {
      const { width, height } = facts([{ ...VIDEO, ...stream }]) ?? {};
      return [width, height];
    };
    assert.deepEqual(size({ sample_aspect_ratio: '64:45' }), [1024, 576]);
    assert.deepEqual(size({ sample_aspect_ratio: '0:1' }), [720, 576]);
    assert.deepEqual(size({ side_data_list: [{ rotation: -90 }] }), [576, 720]);
    assert.deepEqual(size({ side_data_list: [{ rotation: 180 }] }), [720, 576]);
  });

  it('takes no cover for a film', () => {
    const cover = { ...VIDEO, codec_name: 'mjpeg', disposition: { attached_pic: 1 } };
    assert.equal(facts([cover, AUDIO])?.videoCodec, undefined);
    assert.equal(facts([cover, VIDEO])?.videoCodec, 'h264');
  });

  it('speaks of the sound that is played unless one asks for another', () => {
    const dubbed = { ...AUDIO, codec_name: 'ac3', disposition: { default: 1 } };
    assert.equal(facts([VIDEO, AUDIO, dubbed])?.audioCodec, 'ac3');
    assert.equal(facts([{ ...AUDIO, codec_name: 'pcm_s16le' }])?.audioCodec, 'pcm');
  });

  it('tells apart what ffprobe does not', () => {
    const container = (name: string, tags: object, ...streams: object[]) =>
      facts(streams.length > 0 ? streams : [VIDEO, AUDIO], { format_name: name, tags })?.container;
    assert.equal(container('mov,mp4,m4a,3gp,3g2,mj2', { major_brand: 'qt  ' }), 'mov');
    assert.equal(container('mov,mp4,m4a,3gp,3g2,mj2', { major_brand: 'isom' }), 'mp4');
    assert.equal(container('matroska,webm', {}), 'matroska');
    assert.equal(container('matroska,webm', {}, { ...VIDEO, codec_name: 'vp9' }), 'webm');
    assert.equal(container('mpeg', {}), 'mpegps');
  });

  it('reads tags in any case, on the file or on its sound, and no more of them than people read', () => {
    const tags = { TITLE: ' Song ', Artist: 'A'.repeat(1000), DATE: '1999-05-01', track: '3/10' };
    const found = facts([AUDIO], { format_name: 'mp3', tags });
    assert.deepEqual([found?.title, found?.artist?.length, found?.year, found?.track], ['Song', 200, 1999, 3]);
    assert.equal(facts([{ ...AUDIO, tags: { title: 'In Ogg' } }], { format_name: 'ogg' })?.title, 'In Ogg');
  });
});
