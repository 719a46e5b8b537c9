import assert from 'node:assert/strict';
import { ownAddress } from '../../../ui/src/lib/own-address.ts';

const ORIGIN = 'http://nas.test:8080';

describe('where one goes on after signing in', () => {
  const cases: [wanted: string | null, address: string][] = [
    ['/trash?from=mail#top', '/trash?from=mail#top'],
    ['/files/a%2Fb/c%20d', '/files/a%2Fb/c%20d'],
    ['/login-pictures', '/login-pictures'],
    [null, '/files'],
    ['', '/files'],
    ['files', '/files'],
    ['/login', '/files'],
    ['/login?next=/login', '/files'],
    ['/login/', '/files'],
    ['//evil.test/x', '/files'],
    ['/\\evil.test', '/files'],
    ['/\t/evil.test', '/files'],
    ['https://evil.test/', '/files'],
    ['javascript:alert(1)', '/files'],
    ['//', '/files'],
    // Of this server, as a whole address; its path alone would be another server.
    ['/.//evil.test', '//evil.test'],
  ];
  for (const [wanted, address] of cases) {
    it(`${JSON.stringify(wanted)} leads to ${address}`, () => {
      assert.equal(ownAddress(wanted, ORIGIN), ORIGIN + address);
    });
  }
});
