import assert from 'node:assert/strict';
import { parseDavDigests } from '../../../src/dav/headers/content-digest.ts';
import { parseDepth } from '../../../src/dav/headers/depth.ts';
import { parseLockToken } from '../../../src/dav/headers/lock-token.ts';
import { parseOverwrite } from '../../../src/dav/headers/overwrite.ts';
import { parseTimeout } from '../../../src/dav/headers/timeout.ts';

const badRequest = { code: 'bad-request' };

describe('Depth', () => {
  it('reads what is allowed in any case and takes the default for nothing', () => {
    assert.equal(parseDepth('0', ['0', '1', 'infinity'], 'infinity'), '0');
    assert.equal(parseDepth(' Infinity ', ['0', 'infinity'], '0'), 'infinity');
    assert.equal(parseDepth(undefined, ['0', 'infinity'], 'infinity'), 'infinity');
  });
  for (const value of ['', '2', '1', '0, 0', 'infinite', '-1']) {
    it(`refuses ${JSON.stringify(value)} where 0 and infinity are allowed`, () => {
      assert.throws(() => parseDepth(value, ['0', 'infinity'], 'infinity'), badRequest);
    });
  }
});

describe('Overwrite', () => {
  it('takes a missing header for T', () => {
    assert.deepEqual([undefined, 'T', 't', 'F', ' f '].map(parseOverwrite), [true, true, true, false, false]);
  });
  for (const value of ['', 'true', 'T, F', 'no']) {
    it(`refuses ${JSON.stringify(value)}`, () => assert.throws(() => parseOverwrite(value), badRequest));
  }
});

describe('Timeout', () => {
  const cases: [header: string | undefined, want: number | undefined][] = [
    [undefined, undefined],
    ['Second-600', 600],
    ['second-600', 600],
    ['Infinite', undefined],
    ['Infinite, Second-4100000000', undefined],
    ['Second-4100000000', 4_100_000_000],
    ['Extend, Second-5', 5],
    ['Second-', undefined],
    ['Second--1', undefined],
    ['Second-99999999999999999999', undefined],
    ['nonsense', undefined],
  ];
  for (const [header, want] of cases) {
    it(`reads ${header}`, () => assert.equal(parseTimeout(header), want));
  }
});

describe('Lock-Token', () => {
  it('reads a token with and without angle brackets', () => {
    assert.equal(parseLockToken('<urn:uuid:1>'), 'urn:uuid:1');
    assert.equal(parseLockToken(' urn:uuid:1 '), 'urn:uuid:1');
  });
  for (const value of [undefined, '', '<>', '<urn:a> <urn:b>', '<urn:a', 'a b']) {
    it(`refuses ${JSON.stringify(value)}`, () => assert.throws(() => parseLockToken(value), badRequest));
  }
});

describe('announced digests', () => {
  const adler32 = '00000001';
  const md5 = 'd41d8cd98f00b204e9800998ecf8427e';
  const sha1 = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
  const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  const sha512 = 'cf83e1357eefb8bd'.repeat(8);
  const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');
  const cases: [headers: Record<string, string>, want: Record<string, string>][] = [
    [{}, {}],
    [{ 'content-md5': base64(md5) }, { md5 }],
    [{ 'oc-checksum': `SHA1:${sha1.toUpperCase()}` }, { sha1 }],
    [{ 'oc-checksum': `md5:${md5} sha256:${sha256} SHA3-256:x` }, { md5, sha256 }],
    [{ 'oc-checksum': 'ADLER32:00000001' }, { adler32 }],
    [{ 'oc-checksum': 'ADLER32:1' }, { adler32 }],
    [{ digest: `md5=${base64(md5)}, SHA-256=${base64(sha256)}` }, { md5, sha256 }],
    [{ digest: `SHA=${base64(sha1)},adler32=00000001,unixsum=30637` }, { sha1, adler32 }],
    [{ 'content-digest': `sha-256=:${base64(sha256)}:, sha-512=:${base64(sha512)}:` }, { sha256, sha512 }],
    [{ digest: `=, =x,md5,  , SHA = ${base64(sha1)}\t` }, { sha1 }],
    [{ 'repr-digest': `crc32c=:AAAA:, sha-256=:${base64(sha256)}:` }, { sha256 }],
    [
      { 'content-md5': base64(md5), 'oc-checksum': `SHA1:${sha1}` },
      { sha1, md5 },
    ],
  ];
  for (const [headers, want] of cases) {
    it(`reads ${JSON.stringify(headers)}`, () => {
      const found = parseDavDigests(headers).map(({ algorithm, hex }) => [algorithm, hex]);
      assert.deepEqual(Object.fromEntries(found), want);
    });
  }
  for (const headers of [
    { 'content-md5': 'x' },
    { 'oc-checksum': 'SHA1:zz' },
    { 'oc-checksum': 'ADLER32:' },
    { digest: 'sha-256=' },
    { 'content-digest': `sha-256=${base64(sha256)}` },
  ]) {
    it(`refuses ${JSON.stringify(headers)}`, () => assert.throws(() => parseDavDigests(headers), badRequest));
  }
});
