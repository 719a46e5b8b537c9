import assert from 'node:assert/strict';
import { isLoopback, isNeighbour, TrustedProxies } from '../../src/http/trusted-proxies.ts';

describe('client address', () => {
  const cases: [what: string, trusted: string[], socket: string, forwarded: string | undefined, want: string][] = [
    ['no proxy', [], '192.0.2.1', undefined, '192.0.2.1'],
    ['no proxy is trusted', [], '192.0.2.1', '203.0.113.7', '192.0.2.1'],
    ['IPv4 in IPv6', [], '::ffff:192.0.2.1', undefined, '192.0.2.1'],
    ['another proxy is trusted', ['192.0.2.2'], '192.0.2.1', '203.0.113.7', '192.0.2.1'],
    ['a trusted proxy', ['192.0.2.1'], '::ffff:192.0.2.1', '203.0.113.7', '203.0.113.7'],
    ['a trusted network', ['192.0.2.0/24'], '192.0.2.9', '203.0.113.7', '203.0.113.7'],
    ['IPv6 networks', ['2001:db8::/32'], '2001:db8::1', '2001:db9::7', '2001:db9::7'],
    ['what the client made up', ['192.0.2.1'], '192.0.2.1', '1.1.1.1, 203.0.113.7', '203.0.113.7'],
    ['two trusted proxies', ['192.0.2.1', '192.0.2.2'], '192.0.2.1', '203.0.113.7, 192.0.2.2', '203.0.113.7'],
    ['only trusted ones', ['192.0.2.0/24'], '192.0.2.1', '192.0.2.3, 192.0.2.2', '192.0.2.3'],
    ['nonsense', ['192.0.2.1'], '192.0.2.1', 'unknown', '192.0.2.1'],
    ['nonsense on the left', ['192.0.2.1'], '192.0.2.1', 'x y, 203.0.113.7', '203.0.113.7'],
    ['nothing', ['192.0.2.1'], '192.0.2.1', '', '192.0.2.1'],
    ['an address with a port', ['192.0.2.1'], '192.0.2.1', '203.0.113.7:5000', '203.0.113.7'],
    ['IPv6 in brackets', ['192.0.2.1'], '192.0.2.1', '[2001:db8::1]:5000', '2001:db8::1'],
  ];
  for (const [what, trusted, socket, forwarded, want] of cases) {
    it(`with ${what} is ${want}`, () => {
      assert.equal(new TrustedProxies(trusted).seeThrough(socket, { 'x-forwarded-for': forwarded }).address, want);
    });
  }

  it('tells once of a proxy next door that was forgotten, and never of strangers', () => {
    const told: string[] = [];
    const proxies = new TrustedProxies(['192.0.2.1'], (address) => void told.push(address));
    const headers = { 'x-forwarded-for': '203.0.113.7' };
    proxies.seeThrough('203.0.113.9', headers);
    proxies.seeThrough('192.0.2.1', headers);
    proxies.seeThrough('10.1.2.3', {});
    assert.equal(told.length, 0);
    for (const address of ['::ffff:10.1.2.3', '127.0.0.1']) proxies.seeThrough(address, headers);
    assert.deepEqual(told, ['10.1.2.3']);

    new TrustedProxies([], (address) => void told.push(address)).seeThrough('::1', { forwarded: 'for=1.2.3.4' });
    assert.deepEqual(told, ['10.1.2.3', '::1']);
  });

  it('tells loopback addresses from others', () => {
    for (const address of ['127.0.0.1', '127.9.9.9', '::1']) assert.equal(isLoopback(address), true);
    for (const address of ['128.0.0.1', '127.0.0.1.evil', '::2', '']) assert.equal(isLoopback(address), false);
  });
});

describe('a neighbour', () => {
  const addresses: [address: string, isOne: boolean][] = [
    ['127.0.0.1', true],
    ['10.1.2.3', true],
    ['172.31.0.1', true],
    ['172.32.0.1', false],
    ['192.168.9.9', true],
    ['169.254.1.1', true],
    ['100.64.0.1', true],
    ['100.128.0.1', false],
    ['203.0.113.7', false],
    ['::1', true],
    ['fd00::1', true],
    ['fe80::1', true],
    ['2001:db8::1', false],
    ['', false],
  ];
  for (const [address, isOne] of addresses) {
    it(`is ${isOne ? '' : 'not '}at "${address}"`, () => assert.equal(isNeighbour(address), isOne));
  }
});
