import assert from 'node:assert/strict';
import * as server from '../../../src/core/media-families.ts';
import * as page from '../../../ui/src/lib/families.ts';

describe('what people call kinds of files', () => {
  const cases: [mediaType: string, want: page.Family][] = [
    ['image/jpeg', 'image'],
    ['IMAGE/PNG', 'image'],
    ['video/mp4', 'video'],
    ['audio/flac', 'audio'],
    ['text/plain; charset=utf-8', 'text'],
    ['application/json', 'text'],
    ['application/json; charset=utf-8', 'text'],
    ['application/ld+json', 'text'],
    ['application/jsonp', 'other'],
    ['application/x-sh', 'text'],
    ['application/x-shockwave-flash', 'other'],
    ['application/pdf', 'document'],
    ['application/vnd.oasis.opendocument.text', 'document'],
    ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'document'],
    ['application/epub+zip', 'document'],
    ['application/zip', 'archive'],
    ['application/x-zip', 'archive'],
    ['application/x-zip-compressed', 'archive'],
    ['application/x-rar', 'archive'],
    ['application/vnd.rar', 'archive'],
    ['application/x-rar-compressed', 'archive'],
    ['application/x-7z', 'archive'],
    ['application/x-7z-compressed', 'archive'],
    ['application/x-bzip2', 'archive'],
    ['application/octet-stream', 'other'],
    ['', 'other'],
  ];
  for (const [mediaType, want] of cases) {
    it(`has "${mediaType}" as ${want}, on the server and in the page`, () => {
      assert.deepEqual([server.familyOf(mediaType), page.familyOf(mediaType)], [want, want]);
    });
  }

  it('knows the same of them', () => {
    assert.deepEqual(server.MEDIA_FAMILIES.toSorted(), page.FAMILIES.toSorted());
  });
});
