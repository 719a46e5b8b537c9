import assert from 'node:assert/strict';
import { lineBreakOf } from '../../../ui/src/viewer/documents/line-breaks.ts';
import { isSource, isText } from '../../../ui/src/viewer/documents/text-kinds.ts';
import { mediaTypeOf } from '../../../ui/src/viewer/media-types.ts';

describe('what a file is to the viewer', () => {
  for (const [name, mediaType, expected] of [
    ['a.JPG', 'application/octet-stream', 'image/jpeg'],
    ['a.mp4', 'text/plain; charset=utf-8', 'video/mp4'],
    ['a.mp3', undefined, 'audio/mpeg'],
    ['a.jpg', 'image/png', 'image/png'],
    ['jpg', 'application/octet-stream', 'application/octet-stream'],
    ['a.svg', 'text/plain', 'text/plain'],
  ] as const) {
    it(`${name}, stored as ${mediaType ?? 'nothing'}, is ${expected}`, () => {
      assert.equal(mediaTypeOf({ name, ...(mediaType && { mediaType }) }), expected);
    });
  }

  it('takes a short .ts for source code, and a long one for a film', () => {
    const file = { name: 'a.ts', mediaType: 'video/mp2t' } as Parameters<typeof isText>[0];
    assert.ok(isSource({ ...file, sizeBytes: 100 }) && isText({ ...file, sizeBytes: 100 }));
    assert.ok(!isText({ ...file, sizeBytes: 1e9 }));
  });

  it('knows how the lines of a text end', () => {
    assert.equal(lineBreakOf('a\r\nb\r\nc\n'), '\r\n');
    assert.equal(lineBreakOf('a\nb\r\nc\n'), '\n');
    assert.equal(lineBreakOf('a\rb'), '\r');
    assert.equal(lineBreakOf('a'), '\n');
  });
});
