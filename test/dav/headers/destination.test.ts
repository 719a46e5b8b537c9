import assert from 'node:assert/strict';
import { parseDestination, parseReference } from '../../../src/dav/headers/destination.ts';

const origin = {
  host: 'nas.local:8080',
  forwardedHost: 'forwarded.example:8443',
  publicUrl: 'https://cloud.example',
  prefix: '/dav',
};

describe('Destination', () => {
  const good: [value: string, segments: string[]][] = [
    ['/dav/a/b', ['a', 'b']],
    ['/dav', []],
    ['/dav/a%20b/', ['a b']],
    ['/dav//a', ['a']],
    ['/dav/a?x=1', ['a']],
    ['http://nas.local:8080/dav/a', ['a']],
    ['HTTP://NAS.local:8080/dav/a', ['a']],
    // The scheme is the proxy's business.
    ['https://nas.local:8080/dav/a', ['a']],
    ['https://cloud.example/dav/a', ['a']],
    ['https://cloud.example:443/dav/a', ['a']],
    ['http://cloud.example/dav/a', ['a']],
    ['https://forwarded.example:8443/dav/a', ['a']],
    // KIO 5.103
    ['http://user:p%40ss@nas.local:8080/dav/a', ['a']],
    ['http://us@er@nas.local:8080/dav/a', ['a']],
  ];
  for (const [value, segments] of good) {
    it(`accepts ${value}`, () => assert.deepEqual(parseReference(value, origin).segments, segments));
  }

  const bad: [value: string, code: string][] = [
    ['http://other/dav/a', 'foreign-destination'],
    ['http://nas.local/dav/a', 'foreign-destination'],
    ['https://forwarded.example/dav/a', 'foreign-destination'],
    ['http://nas.local:8080@other/dav/a', 'foreign-destination'],
    ['http://other#@nas.local:8080/dav/a', 'bad-request'],
    ['ftp://nas.local:8080/dav/a', 'foreign-destination'],
    ['/elsewhere/a', 'foreign-destination'],
    // Shorter than the prefix (nginx CVE-2026-27654), and one that only begins like it.
    ['/da', 'foreign-destination'],
    ['/', 'foreign-destination'],
    ['http://nas.local:8080', 'foreign-destination'],
    ['/davos/a', 'foreign-destination'],
    ['//nas.local:8080/dav/a', 'bad-request'],
    ['dav/a', 'bad-request'],
    ['/dav/a#b', 'bad-request'],
    ['/dav/a b', 'bad-request'],
    ['', 'bad-request'],
    ['/dav/%zz', 'bad-name'],
    ['/dav/%ff', 'bad-name'],
    ['/dav/a/../b', 'bad-name'],
    ['/dav/%2e%2e/b', 'bad-name'],
    ['/dav/a%2fb', 'bad-name'],
    ['/dav/a%5cb', 'bad-name'],
    ['/dav/a%00b', 'bad-name'],
  ];
  for (const [value, code] of bad) {
    it(`refuses ${JSON.stringify(value)} as ${code}`, () => {
      assert.throws(() => parseReference(value, origin), { code });
    });
  }

  it('takes exactly one header', () => {
    assert.deepEqual(parseDestination(['Host', 'h', 'DESTINATION', '/dav/a'], origin).segments, ['a']);
    assert.throws(() => parseDestination(['Host', 'h'], origin), { code: 'bad-request' });
    const two = ['Destination', '/dav/a', 'destination', '/dav/a'];
    assert.throws(() => parseDestination(two, origin), { code: 'bad-request' });
  });
});
