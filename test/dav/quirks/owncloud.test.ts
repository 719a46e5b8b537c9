import assert from 'node:assert/strict';
import { ocModifiedTime, parseOcTime } from '../../../src/dav/quirks/owncloud.ts';

describe('X-OC-Mtime and X-OC-CTime', () => {
  const cases: [header: string | undefined, want: number | undefined][] = [
    [undefined, undefined],
    ['1700000000', 1_700_000_000_000],
    ['1700000000.25', 1_700_000_000_250],
    ['0', 0],
    ['-5', undefined],
    ['1e9', undefined],
    ['9999999999999', undefined],
    ['soon', undefined],
  ];
  for (const [header, want] of cases) {
    it(`reads ${header}`, () => assert.equal(parseOcTime(header), want));
  }
});

describe('DAV:lastmodified', () => {
  const set = (text: string, name = 'lastmodified', namespace = 'DAV:') =>
    ({ kind: 'set', namespace, name, text, xml: `<lastmodified xmlns="DAV:">${text}</lastmodified>` }) as const;
  it('is a time in seconds', () => {
    assert.deepEqual(ocModifiedTime([set('1700000000')]), { modifiedAtMs: 1_700_000_000_000 });
  });
  it('is nothing of the kind else', () => {
    const others = [
      set('yesterday'),
      set('1', 'getlastmodified'),
      set('1', 'lastmodified', 'urn:x'),
      { kind: 'remove', namespace: 'DAV:', name: 'lastmodified' } as const,
    ];
    assert.deepEqual(ocModifiedTime(others), {});
  });
});
