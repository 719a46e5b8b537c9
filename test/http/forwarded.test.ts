import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { isPlainHost } from '../../src/http/forwarded.ts';
import { TrustedProxies, type Client } from '../../src/http/trusted-proxies.ts';

const NEAR = '192.0.2.1';
const trusted = new TrustedProxies([NEAR, '192.0.2.2', '2001:db8::/32']);
const see = (headers: IncomingHttpHeaders, socket = NEAR) => trusted.seeThrough(socket, headers);
const from = (address: string, told: Partial<Client> = {}): Client => ({
  address,
  host: undefined,
  scheme: undefined,
  ...told,
});

describe('X-Forwarded-…', () => {
  const all = {
    'x-forwarded-for': '203.0.113.7',
    'x-forwarded-host': 'cloud.example:8443',
    'x-forwarded-proto': 'https',
  };

  it('of a trusted proxy is believed', () => {
    assert.deepEqual(see(all), from('203.0.113.7', { host: 'cloud.example:8443', scheme: 'https' }));
  });

  it('of anybody else changes nothing', () => {
    assert.deepEqual(see(all, '203.0.113.9'), from('203.0.113.9'));
    assert.deepEqual(new TrustedProxies([]).seeThrough(NEAR, all), from(NEAR));
    assert.deepEqual(see(all, '2001:db9::1'), from('2001:db9::1'));
  });

  const cases: [what: string, headers: IncomingHttpHeaders, want: Client][] = [
    [
      'two proxies that each added',
      lists('203.0.113.7, 192.0.2.2', 'out, in', 'https, http'),
      from('203.0.113.7', { host: 'out', scheme: 'https' }),
    ],
    [
      'two proxies of which one tells the host',
      lists('203.0.113.7, 192.0.2.2', 'out', 'https'),
      from('203.0.113.7', { host: 'out', scheme: 'https' }),
    ],
    [
      'what the client made up',
      lists('198.51.100.1, 203.0.113.7', 'evil, real', 'https, http'),
      from('203.0.113.7', { host: 'real', scheme: 'http' }),
    ],
    [
      'a longer list of hosts than of addresses',
      lists('203.0.113.7', 'evil, real', 'ftp, https'),
      from('203.0.113.7', { host: 'real', scheme: 'https' }),
    ],
    ['no address', lists(undefined, 'real', 'https'), from(NEAR, { host: 'real', scheme: 'https' })],
    ['an address that is none', lists('unknown', 'real', 'https'), from(NEAR, { host: 'real', scheme: 'https' })],
    [
      'letters in other case',
      lists('203.0.113.7', 'Real', 'HTTPS'),
      from('203.0.113.7', { host: 'Real', scheme: 'https' }),
    ],
    [
      'IPv6',
      lists('2001:db9::7', '[2001:db9::1]:8443', 'https'),
      from('2001:db9::7', { host: '[2001:db9::1]:8443', scheme: 'https' }),
    ],
    ['a scheme that is none', lists('203.0.113.7', undefined, 'javascript'), from('203.0.113.7')],
    ['a host that is none', lists('203.0.113.7', 'a/b"><b>', 'https'), from('203.0.113.7', { scheme: 'https' })],
    ['empty values', lists('', '', ''), from(NEAR)],
    [
      'Forwarded of a stranger beside them',
      { ...lists('203.0.113.7', undefined, undefined), forwarded: 'for=198.51.100.1;host=evil;proto=https' },
      from('203.0.113.7'),
    ],
  ];
  for (const [what, headers, want] of cases) it(`with ${what}`, () => assert.deepEqual(see(headers), want));

  function lists(addresses: string | undefined, hosts: string | undefined, schemes: string | undefined) {
    return { 'x-forwarded-for': addresses, 'x-forwarded-host': hosts, 'x-forwarded-proto': schemes };
  }
});

describe('Forwarded, RFC 7239', () => {
  const cases: [value: string, want: Client][] = [
    ['for=203.0.113.7;host=cloud.example;proto=https', from('203.0.113.7', { host: 'cloud.example', scheme: 'https' })],
    ['For="203.0.113.7:4711";PROTO=HTTP', from('203.0.113.7', { scheme: 'http' })],
    ['for="[2001:db9::7]:4711";host="[2001:db9::1]:8443"', from('2001:db9::7', { host: '[2001:db9::1]:8443' })],
    ['for=203.0.113.7;proto=https, for=192.0.2.2;proto=http;by=192.0.2.1', from('203.0.113.7', { scheme: 'https' })],
    ['for=198.51.100.1;proto=https, for=203.0.113.7;proto=http', from('203.0.113.7', { scheme: 'http' })],
    ['for=203.0.113.7;host="a,b";proto=https', from('203.0.113.7', { scheme: 'https' })],
    ['for="203.0.\\113.7"', from('203.0.113.7')],
    // A stranger's part on the left, malformed, takes nothing of what the proxy added.
    ['for="never closed, for=203.0.113.7;proto=https', from('203.0.113.7', { scheme: 'https' })],
    [', ;;, for=203.0.113.7', from('203.0.113.7')],
    ['for="_hidden";proto=https', from(NEAR, { scheme: 'https' })],
    ['for=unknown, for=192.0.2.2', from('192.0.2.2')],
    ['203.0.113.7', from(NEAR)],
    ['for=203.0.113.7;', from(NEAR)],
    ['for="203.0.113.7', from(NEAR)],
    ['', from(NEAR)],
  ];
  for (const [value, want] of cases) {
    it(`reads ${value}`, () => assert.deepEqual(see({ forwarded: value }), want));
  }

  it('of anybody but a trusted proxy changes nothing', () => {
    assert.deepEqual(see({ forwarded: 'for=1.1.1.1;host=evil;proto=https' }, '203.0.113.9'), from('203.0.113.9'));
  });
});

describe('a host to build a link on', () => {
  for (const host of [
    'nas',
    'nas.local.',
    'cloud.example:8443',
    '192.0.2.1:80',
    '[::1]',
    '[2001:db8::1]:8080',
    '[::ffff:192.0.2.1]',
  ]) {
    it(`can be ${host}`, () => assert.equal(isPlainHost(host), true));
  }
  for (const host of [
    '',
    'a b',
    'a/b',
    'a@b',
    'a:b',
    'a:1234567',
    '.a',
    'a..b',
    '"',
    '[::1',
    '::1',
    'a,b',
    'x'.repeat(300),
  ]) {
    it(`cannot be ${JSON.stringify(host)}`, () => assert.equal(isPlainHost(host), false));
  }
});
