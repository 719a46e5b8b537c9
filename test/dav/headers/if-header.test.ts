import assert from 'node:assert/strict';
import { parseIf, submittedTokens, type IfList } from '../../../src/dav/headers/if-header.ts';

const token = (name: string, not = false) => ({ not, token: name });
const etag = (value: string, not = false, isWeak = false) => ({ not, etag: { isWeak, value } });
const list = (...conditions: IfList['conditions']): IfList => ({ resource: undefined, conditions });

describe('If header', () => {
  const good: [value: string, want: IfList[]][] = [
    ['(<urn:a>)', [list(token('urn:a'))]],
    ['(<urn:a> ["v1"])', [list(token('urn:a'), etag('v1'))]],
    ['(<urn:a>["v1"])', [list(token('urn:a'), etag('v1'))]],
    ['(Not <urn:a>)', [list(token('urn:a', true))]],
    ['(not <urn:a>)', [list(token('urn:a', true))]],
    ['(Not<urn:a>)', [list(token('urn:a', true))]],
    ['(Not ["v1"] [W/"v2"])', [list(etag('v1', true), etag('v2', false, true))]],
    ['(["a]b"])', [list(etag('a]b'))]],
    ['(<urn:a>) (Not <DAV:no-lock>)', [list(token('urn:a')), list(token('DAV:no-lock', true))]],
    ['(<urn:a>)(<urn:b>)', [list(token('urn:a')), list(token('urn:b'))]],
    ['  ( <urn:a> )  ', [list(token('urn:a'))]],
    ['</dav/a> (<urn:a>)', [{ resource: '/dav/a', conditions: [token('urn:a')] }]],
    [
      '<http://h/dav/a> (<urn:a>) (["v"]) </dav/b> (<urn:b>)',
      [
        { resource: 'http://h/dav/a', conditions: [token('urn:a')] },
        { resource: 'http://h/dav/a', conditions: [etag('v')] },
        { resource: '/dav/b', conditions: [token('urn:b')] },
      ],
    ],
  ];
  for (const [value, want] of good) {
    it(`reads ${value}`, () => {
      assert.deepEqual(parseIf(value), want);
    });
  }

  const bad = [
    '',
    '()',
    '(',
    '(<urn:a>',
    '<urn:a>)',
    '<urn:a>',
    'urn:a',
    '(urn:a)',
    '(Not)',
    '(Not Not <urn:a>)',
    '(Notation <urn:a>)',
    '(<urn:a> Not)',
    '([v1])',
    '(["v1"',
    '(<>)',
    '(<urn:a>) </dav/b> (<urn:b>)',
    '</dav/a> </dav/b> (<urn:b>)',
    '</dav/a> (<urn:a>) </dav/b>',
    '(<urn:a>), (<urn:b>)',
    '((<urn:a>))',
    '(<urn:a b>)',
    '<a\u0000> (<urn:b>)x',
  ];
  for (const value of bad) {
    it(`refuses ${JSON.stringify(value)}`, () => {
      assert.throws(() => parseIf(value), { code: 'bad-request' });
    });
  }

  it('counts every token as submitted, once, even after Not', () => {
    const lists = parseIf('</a> (<urn:a> ["e"]) (Not <urn:b>) </c> (<urn:a>)');
    assert.deepEqual(submittedTokens(lists), ['urn:a', 'urn:b']);
  });

  it('reads a header of many kilobytes in no time', () => {
    const startedAt = performance.now();
    parseIf('(<urn:a> ["v"])'.repeat(1000));
    assert.throws(() => parseIf('('.repeat(16_000)), { code: 'bad-request' });
    assert.throws(() => parseIf(`(${'Not '.repeat(4000)}`), { code: 'bad-request' });
    assert.ok(performance.now() - startedAt < 500);
  });
});
