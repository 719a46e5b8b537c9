import assert from 'node:assert/strict';
import { makesSidecar, parseExpectedLength, seesSidecars } from '../../../src/dav/quirks/finder.ts';

const WEBDAVFS = 'WebDAVFS/3.0.0 (03008000) Darwin/23.6.0 (x86_64)';

describe('what Finder keeps for itself', () => {
  const agents: [agent: string | undefined, isFinder: boolean][] = [
    [WEBDAVFS, true],
    ['WebDAVFS/1.4 Darwin/6.8 (Power Macintosh)', true],
    ['WebDAVLib/1.3', true],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15', false],
    ['curl/8.1 WebDAVFS/3.0.0', false],
    ['WebDAVFS', false],
    [undefined, false],
  ];
  for (const [agent, isFinder] of agents) {
    it(`${isFinder ? 'is shown to' : 'is hidden from'} ${agent}`, () => {
      assert.equal(seesSidecars(agent), isFinder);
      assert.equal(makesSidecar(agent, '._x'), isFinder);
    });
  }

  const names: [name: string, isSidecar: boolean][] = [
    ['._x', true],
    ['._.', true],
    ['.DS_Store', true],
    ['._', false],
    ['.ds_store', false],
    ['.DS_Store.bak', false],
    ['.x', false],
    ['x._y', false],
  ];
  for (const [name, isSidecar] of names) {
    it(`${isSidecar ? 'may be' : 'is never'} ${name}`, () => assert.equal(makesSidecar(WEBDAVFS, name), isSidecar));
  }
});

describe('X-Expected-Entity-Length', () => {
  const headers: [header: string | undefined, length: number | undefined][] = [
    ['0', 0],
    [' 1234 ', 1234],
    ['99999999999999999999', 1e20],
    ['-1', undefined],
    ['1e3', undefined],
    ['', undefined],
    [undefined, undefined],
  ];
  for (const [header, length] of headers) {
    it(`reads ${header}`, () => assert.equal(parseExpectedLength(header), length));
  }
});
