import assert from 'node:assert/strict';
import { asStored, mediaTypeUnder } from '../../../src/core/content-type/media-type.ts';
import { mediaKindOf } from '../../../src/core/media/shown.ts';
import { withoutEnding } from '../../../src/core/media/release-words.ts';
import type { Node } from '../../../src/core/node.ts';

describe('the type of a file', () => {
  const cases: [said: string, name: string, type: string][] = [
    ['', 'a.mp4', 'video/mp4'],
    ['', 'A.MP4', 'video/mp4'],
    ['', 'a.mp4.part', 'application/octet-stream'],
    ['', 'a', 'application/octet-stream'],
    ['', '__proto__', 'application/octet-stream'],
    ['application/octet-stream', 'a.mkv', 'video/x-matroska'],
    ['Application/Octet-Stream; charset=binary', 'a.mkv', 'video/x-matroska'],
    ['application/x-www-form-urlencoded', 'a.mkv', 'video/x-matroska'],
    ['application/force-download', 'a.flac', 'audio/x-flac'],
    ['binary/octet-stream', 'a.strange', 'application/octet-stream'],
    ['text/plain', 'a.mkv', 'video/x-matroska'],
    ['text/plain; charset=utf-8', 'a.jpg', 'image/jpeg'],
    ['text/plain', 'a.pdf', 'application/pdf'],
    // What may be text.
    ['text/plain', 'a.mkv.part', 'text/plain'],
    ['text/plain', 'a.svg', 'text/plain'],
    ['text/plain', 'a.m3u8', 'text/plain'],
    ['text/plain', 'a.html', 'text/plain'],
    ['text/plain', 'server.key', 'text/plain'],
    ['text/plain', 'main.ts', 'text/plain'],
    ['image/x-own; a=b', 'a.png', 'image/x-own; a=b'],
    ['video/mp4', 'a.bak', 'video/mp4'],
    ['', 'a.mks', 'application/x-matroska'],
  ];
  for (const [said, name, type] of cases) {
    it(`is ${type} for ${name}, said to be "${said}"`, () => {
      assert.equal(mediaTypeUnder(said, name), type);
    });
  }

  const stored: [said: string, name: string, kept: string][] = [
    ['video/mp4', 'a.mp4', ''],
    ['video/mp4', 'a', 'video/mp4'],
    ['video/x-own', 'a.mp4', 'video/x-own'],
    ['text/plain', 'a.mp4', ''],
    ['text/plain', 'a.txt', ''],
    ['text/plain', 'a.part', 'text/plain'],
    ['application/octet-stream', 'a.part', ''],
  ];
  for (const [said, name, kept] of stored) {
    it(`is stored as "${kept}" for ${name}, said to be "${said}"`, () => {
      assert.equal(asStored({ name, mediaType: said }).mediaType, kept);
    });
  }
});

describe('what televisions are shown by its name alone', () => {
  const endings = {
    video:
      '3gp asf avi divx dv f4v flv m1v m2p m2t m2ts m2v m4v mk3d mkv mov mp4 mpe mpeg mpg mts mxf ogm ogv qt rm rmvb tp trp ts vob webm wmv',
    audio: 'aac ac3 aif aiff alac ape dsf dts eac3 flac m4a m4b mka mp2 mp3 mpc oga ogg opus ra tta wav wma wv',
    image: 'avif bmp gif heic heif jfif jpe jpeg jpg jxl png tif tiff webp',
  };
  const kindOf = (name: string) => {
    const mediaType = mediaTypeUnder('', name);
    return mediaKindOf({ kind: 'file', name, mediaType, blobId: 'b', isSidecar: false, isUnwritten: false } as Node);
  };
  for (const [kind, names] of Object.entries(endings)) {
    for (const ending of names.split(' ')) {
      it(`is ${kind} for .${ending}`, () => {
        assert.equal(kindOf(`a.${ending}`), kind);
        assert.equal(withoutEnding(`a.${ending}`), 'a');
      });
    }
  }

  it('is nothing for subtitles without a film, and for what is on its way', () => {
    for (const name of ['a.mks', 'a.srt', 'a.mp4.part', 'a.mkv.crdownload'])
      assert.equal(kindOf(name), undefined, name);
  });
});
