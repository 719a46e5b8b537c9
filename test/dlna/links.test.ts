import assert from 'node:assert/strict';
import { linkTo, nodeIdOf } from '../../src/dlna/media/links.ts';

const SECRET = { secret: Buffer.alloc(32, 7) };

describe('links of the media server', () => {
  for (const kind of ['media', 'thumbnails', 'subtitles'] as const) {
    it(`lead back to the node that they were made for: ${kind}`, () => {
      const path = linkTo(SECRET, kind, 1234, 'A film.mp4');
      assert.deepEqual(nodeIdOf(SECRET, path), { kind, nodeId: 1234 });
    });
  }

  const names: [stored: string, shown: string][] = [
    ['Bunny & <Friends> é.MP4', 'Bunny-Friends-e.mp4'],
    ['映画.mkv', 'file.mkv'],
    ['..', 'file'],
    ['no extension', 'no-extension'],
    ['.mp4', 'file.mp4'],
    ['Mr. Nobody', 'Mr-Nobody'],
    ['2.5 lovers', '2-5-lovers'],
    ['a%2f..%2fb.avi', 'a-2f-2fb.avi'],
    [`${'long '.repeat(60)}.mp4`, `${'long-'.repeat(9)}lon.mp4`],
  ];
  for (const [stored, shown] of names) {
    it(`name "${stored.slice(0, 30)}" as ${shown}`, () => {
      const path = linkTo(SECRET, 'media', 1, stored);
      assert.equal(path.split('/')[3], shown);
      assert.match(path, /^[\w./-]+$/);
      assert.equal(nodeIdOf(SECRET, path)?.nodeId, 1);
    });
  }

  const right = linkTo(SECRET, 'media', 12, 'a.mp4');
  const signature = right.slice('/media/12-'.length, -'/a.mp4'.length);
  const refused: [what: string, path: string][] = [
    ['of another node', `/media/13-${signature}/a.mp4`],
    ['of another kind', `/thumbnails/12-${signature}.jpg`],
    ['of another server', linkTo({ secret: Buffer.alloc(32, 8) }, 'media', 12, 'a.mp4')],
    ['without a signature', '/media/12/a.mp4'],
    ['with a short signature', `/media/12-${signature.slice(0, 21)}/a.mp4`],
    ['with a long number', `/media/${'9'.repeat(17)}-${signature}/a.mp4`],
    ['with a leading zero', `/media/012-${signature}/a.mp4`],
    ['with a folder more', `/media/12-${signature}/x/a.mp4`],
    ['with escapes', `/media/12-${signature}/%2e%2e`],
    ['without a name', `/media/12-${signature}/`],
    ['of nothing', '/'],
  ];
  for (const [what, path] of refused) {
    it(`are not believed ${what}`, () => {
      assert.equal(nodeIdOf(SECRET, path), undefined);
    });
  }
});
