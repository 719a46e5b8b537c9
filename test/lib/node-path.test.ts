import assert from 'node:assert/strict';
import {
  encodePath,
  foldedName,
  nameKey,
  parseEncodedPath,
  parsePlainPath,
  splitPath,
} from '../../src/lib/node-path.ts';

describe('an encoded path', () => {
  const accepted: [encoded: string, segments: string[], trailingSlash: boolean][] = [
    ['/', [], true],
    ['', [], true],
    ['/a', ['a'], false],
    ['/a/', ['a'], true],
    ['//a///b', ['a', 'b'], false],
    ['/a%20b', ['a b'], false],
    ['/%23%3F%25', ['#?%'], false],
    ['/%2541', ['%41'], false],
    ['/caf%C3%A9', ['café'], false],
    ['/cafe%CC%81', ['cafe\u0301'], false],
    ['/%F0%9F%98%80', ['😀'], false],
    ['/...', ['...'], false],
    ['/a.', ['a.'], false],
    ['/a%20', ['a '], false],
    [`/${'n'.repeat(255)}`, ['n'.repeat(255)], false],
  ];
  for (const [encoded, segments, trailingSlash] of accepted) {
    it(`reads ${encoded.slice(0, 40)}`, () => {
      assert.deepEqual(parseEncodedPath(encoded), { segments, trailingSlash });
    });
  }

  const refused = [
    '/%',
    '/%zz',
    '/%ff',
    '/%C3',
    '/a%00b',
    '/a%0Ab',
    '/%7F',
    '/a%2Fb',
    '/a%5Cb',
    '/..',
    '/a/../b',
    '/%2e%2e/b',
    '/.',
    `/${'n'.repeat(256)}`,
    `/${'é'.repeat(128)}`,
    `/${'n'.repeat(200)}`.repeat(21),
  ];
  for (const encoded of refused) {
    it(`refuses ${encoded.slice(0, 40)}`, () => {
      assert.throws(() => parseEncodedPath(encoded), { code: 'bad-name' });
    });
  }
});

describe('names', () => {
  it('are the same in NFC and NFD', () => {
    assert.equal(nameKey('cafe\u0301'), nameKey('caf\u00e9'));
    assert.notEqual(nameKey('a'), nameKey('A'));
    assert.notEqual(nameKey('a'), nameKey('a '));
  });

  it('are compared without case where they are reserved', () => {
    assert.equal(foldedName('WORKSPACE'), foldedName('Workspace'));
  });

  it('come back from a path as they went in', () => {
    const segments = ['a b', '#?%', 'café', '+&;=', "it's (new)!"];
    assert.deepEqual(parseEncodedPath(encodePath(segments)).segments, segments);
  });

  it('split from the collection that holds them', () => {
    assert.deepEqual(splitPath(parsePlainPath('Films/2024/x.mkv'))?.parent.segments, ['Films', '2024']);
    assert.equal(splitPath(parsePlainPath('/')), undefined);
  });
});
