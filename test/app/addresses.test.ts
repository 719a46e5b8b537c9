import assert from 'node:assert/strict';
import type { NetworkInterfaceInfo } from 'node:os';
import type { Endpoint } from '../../src/api/connect/places.ts';
import { endpoints, linkOrigin, localOrigin, reachableOrigins } from '../../src/app/addresses.ts';

function v4(address: string, internal = false): NetworkInterfaceInfo {
  return { family: 'IPv4', address, internal, netmask: '', mac: '', cidr: null };
}

function v6(address: string, internal = false): NetworkInterfaceInfo {
  return { family: 'IPv6', address, internal, netmask: '', mac: '', cidr: null, scopeid: 0 };
}

describe('the addresses that are printed', () => {
  const lan = {
    lo: [v4('127.0.0.1', true), v6('::1', true)],
    eth0: [v6('fd00::5'), v4('192.168.1.5'), v6('fe80::1')],
    wlan0: [v4('10.0.0.7'), v4('169.254.3.4')],
  };
  const cases: [what: string, host: string, interfaces: Record<string, NetworkInterfaceInfo[]>, want: string[]][] = [
    [
      'are those of the network, IPv4 first, without link-local ones',
      '::',
      lan,
      ['http://192.168.1.5:8080', 'http://10.0.0.7:8080', 'http://[fd00::5]:8080'],
    ],
    [
      'are of IPv4 only where only that is listened on',
      '0.0.0.0',
      lan,
      ['http://192.168.1.5:8080', 'http://10.0.0.7:8080'],
    ],
    ['are the one that is listened on', '192.168.1.5', lan, ['http://192.168.1.5:8080']],
    ['put IPv6 in brackets', 'fd00::5', lan, ['http://[fd00::5]:8080']],
    ['are those of the machine itself without a network', '0.0.0.0', { lo: lan.lo }, ['http://127.0.0.1:8080']],
    ['are never none', '::', {}, ['http://127.0.0.1:8080']],
  ];
  for (const [what, host, interfaces, want] of cases) {
    it(what, () => assert.deepEqual(reachableOrigins({ host, port: 8080 }, interfaces), want));
  }
});

describe('the ready line', () => {
  const cases: [host: string, want: string][] = [
    ['::', 'http://127.0.0.1:80'],
    ['0.0.0.0', 'http://127.0.0.1:80'],
    ['127.0.0.1', 'http://127.0.0.1:80'],
    ['::1', 'http://[::1]:80'],
  ];
  for (const [host, want] of cases) {
    it(`names an address of this machine for ${host}`, () => assert.equal(localOrigin({ host, port: 80 }), want));
  }
});

describe('the endpoints', () => {
  const plain = { host: '::', port: 8080 };
  const lan = { eth0: [v4('192.168.1.5'), v6('fd00::5')] };
  const certificate = {
    names: ['box.local', 'box', 'localhost', '*.home.example'],
    covers: (address: string) => address === '192.168.1.5',
  };
  const secure = { listening: { host: '::', port: 8443 }, certificate };

  it('are the public one, then names by TLS, then addresses by TLS and without', () => {
    const publicUrl = 'https://cloud.example.org';
    assert.deepEqual(endpoints({ publicUrl, plain, secure }, lan), [
      { url: 'https://cloud.example.org', isSecure: true, scope: 'public' },
      { url: 'https://box.local:8443', isSecure: true, scope: 'network' },
      { url: 'https://192.168.1.5:8443', isSecure: true, scope: 'network' },
      { url: 'http://192.168.1.5:8080', isSecure: false, scope: 'network' },
      { url: 'http://[fd00::5]:8080', isSecure: false, scope: 'network' },
    ]);
  });

  it('are only for this machine where only that is listened on', () => {
    const here = {
      plain: { host: '127.0.0.1', port: 8080 },
      secure: { ...secure, listening: { host: '::1', port: 1 } },
    };
    assert.deepEqual(endpoints({ publicUrl: undefined, ...here }, lan), [
      { url: 'https://localhost:1', isSecure: true, scope: 'this-machine' },
      { url: 'http://127.0.0.1:8080', isSecure: false, scope: 'this-machine' },
    ]);
  });

  it('are written as a browser has them', () => {
    const certificate = { names: ['NAS.Example'], covers: () => false };
    const usual = {
      plain: { host: '10.0.0.5', port: 80 },
      secure: { listening: { host: '::', port: 443 }, certificate },
    };
    assert.deepEqual(
      endpoints({ publicUrl: undefined, ...usual }, lan).map(({ url }) => url),
      ['https://nas.example', 'http://10.0.0.5'],
    );
  });

  it('leave out what stands in a certificate and can be in no URL', () => {
    const odd = { ...certificate, names: ['300.1.1.1', '"evil.example', 'a b.example', 'box.local'] };
    const urls = endpoints({ publicUrl: undefined, plain, secure: { ...secure, certificate: odd } }, lan);
    assert.equal(urls[0]?.url, 'https://box.local:8443');
  });

  it('name none twice', () => {
    const publicUrl = 'http://192.168.1.5:8080';
    assert.deepEqual(endpoints({ publicUrl, plain: { host: '192.168.1.5', port: 8080 } }, lan), [
      { url: publicUrl, isSecure: false, scope: 'public' },
    ]);
  });
});

describe('the origin of a link', () => {
  const at = (url: string, scope: Endpoint['scope'] = 'network'): Endpoint => ({
    url,
    isSecure: url.startsWith('https:'),
    scope,
  });
  const cases: [what: string, list: Endpoint[], want: string | undefined][] = [
    ['is the public one', [at('https://c.example', 'public'), at('http://10.0.0.1')], 'https://c.example'],
    ['knows no authority yet', [at('https://box.local:8443'), at('http://10.0.0.1')], 'http://10.0.0.1'],
    [
      'can be reached from elsewhere',
      [at('https://box.local:8443'), at('http://127.0.0.1', 'this-machine')],
      'https://box.local:8443',
    ],
    ['is any', [at('https://localhost', 'this-machine'), at('http://[::1]', 'this-machine')], 'http://[::1]'],
  ];
  for (const [what, list, want] of cases) it(what, () => assert.equal(linkOrigin(list), want));
});
