import assert from 'node:assert/strict';
import type { MediaEntry } from '../../../src/core/ports/media-library.ts';
import {
  contentFeatures,
  mediaTypeFor,
  protocolInfo,
  sourceProtocolInfo,
} from '../../../src/dlna/media/protocol-info.ts';
import { factsOf, LG, SAMSUNG } from '../control-world.ts';

function piece(kind: MediaEntry['kind'], name: string, mediaType: string, known?: Parameters<typeof factsOf>[0]) {
  const content = { blobId: 'b', sizeBytes: 1, mediaType, subtitlesId: undefined, coverId: undefined };
  return { kind, name, content, facts: known && factsOf(known) };
}

const MOVING = 'DLNA.ORG_OP=01;DLNA.ORG_CI=0;DLNA.ORG_FLAGS=01700000000000000000000000000000';
const STILL = 'DLNA.ORG_OP=01;DLNA.ORG_CI=0;DLNA.ORG_FLAGS=00F00000000000000000000000000000';

describe('protocolInfo', () => {
  const types: [name: string, stored: string, container: string | undefined, type: string][] = [
    ['a.mkv', 'video/matroska', undefined, 'video/x-matroska'],
    ['a.mkv', 'application/octet-stream', 'matroska', 'video/x-matroska'],
    // What it is counts, not what it is called.
    ['a.avi', 'video/x-msvideo', 'matroska', 'video/x-matroska'],
    ['a.MP4', 'video/mp4', undefined, 'video/mp4'],
    ['a.m4v', 'video/x-m4v', undefined, 'video/mp4'],
    ['a.ts', 'video/mp2t', undefined, 'video/mpeg'],
    ['a.m2ts', 'video/mp2t', 'mpegts', 'video/vnd.dlna.mpeg-tts'],
    ['a.mpg', 'video/mpeg', 'mpegps', 'video/mpeg'],
    ['a.divx', 'video/divx', undefined, 'video/x-msvideo'],
    ['a.strange', 'video/strange; codecs=x', undefined, 'video/strange'],
    ['a', 'no type', undefined, 'application/octet-stream'],
    ['constructor', 'video/mp4', 'toString', 'video/mp4'],
  ];
  for (const [name, stored, container, type] of types) {
    it(`gives ${type} to ${name}, ${stored}, ${container ?? 'not looked into'}`, () => {
      assert.equal(mediaTypeFor(piece('video', name, stored, (container && { container }) || undefined), ''), type);
    });
  }

  it('says x-mkv to Samsung alone', () => {
    const film = piece('video', 'a.mkv', 'video/x-matroska');
    assert.equal(protocolInfo(film, SAMSUNG), `http-get:*:video/x-mkv:${MOVING}`);
    assert.equal(protocolInfo(film, LG), `http-get:*:video/x-matroska:${MOVING}`);
  });

  const mp3 = { container: 'mp3', audioCodec: 'mp3', audioChannels: 2, sampleRateHz: 44_100 };
  const jpeg = { container: 'jpeg', videoProfile: 'Baseline', width: 640, height: 480 };
  const features: [what: string, piece: Parameters<typeof contentFeatures>[0], features: string][] = [
    [
      'a film',
      piece('video', 'a.mp4', 'video/mp4', { container: 'mp4', videoCodec: 'h264', audioCodec: 'aac' }),
      MOVING,
    ],
    ['a film that nobody looked into', piece('video', 'a.mp4', 'video/mp4'), MOVING],
    ['MP3', piece('audio', 'a.mp3', 'audio/mpeg', mp3), `DLNA.ORG_PN=MP3;${MOVING}`],
    ['MP3 of an odd rate', piece('audio', 'a.mp3', 'audio/mpeg', { ...mp3, sampleRateHz: 22_050 }), MOVING],
    ['MP3 that nobody looked into', piece('audio', 'a.mp3', 'audio/mpeg'), MOVING],
    ['FLAC', piece('audio', 'a.flac', 'audio/flac', { ...mp3, container: 'flac', audioCodec: 'flac' }), MOVING],
    ['a small picture', piece('image', 'a.jpg', 'image/jpeg', jpeg), `DLNA.ORG_PN=JPEG_SM;${STILL}`],
    ['a tall one', piece('image', 'a.jpg', 'image/jpeg', { ...jpeg, height: 481 }), `DLNA.ORG_PN=JPEG_MED;${STILL}`],
    ['a large one', piece('image', 'a.jpg', 'image/jpeg', { ...jpeg, width: 4096 }), `DLNA.ORG_PN=JPEG_LRG;${STILL}`],
    ['one that is too large', piece('image', 'a.jpg', 'image/jpeg', { ...jpeg, width: 4097 }), STILL],
    [
      'one of unknown size',
      piece('image', 'a.jpg', 'image/jpeg', { container: 'jpeg', videoProfile: 'Baseline' }),
      STILL,
    ],
    ['a progressive one', piece('image', 'a.jpg', 'image/jpeg', { ...jpeg, videoProfile: 'Progressive' }), STILL],
    ['one that does not say', piece('image', 'a.jpg', 'image/jpeg', { ...jpeg, videoProfile: undefined }), STILL],
    ['one that nobody looked into', piece('image', 'a.jpg', 'image/jpeg'), STILL],
    ['PNG', piece('image', 'a.png', 'image/png', { ...jpeg, container: 'png' }), `DLNA.ORG_PN=PNG_LRG;${STILL}`],
    ['WebP', piece('image', 'a.webp', 'image/webp', { ...jpeg, container: 'webp' }), STILL],
  ];
  for (const [what, of, expected] of features) {
    it(`tells of ${what}`, () => assert.equal(contentFeatures(of), expected));
  }

  it('lists each thing once', () => {
    const all = sourceProtocolInfo().split(',');
    assert.equal(new Set(all).size, all.length);
  });
});
