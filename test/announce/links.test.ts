import assert from 'node:assert/strict';
import type { NetworkInterfaceInfo } from 'node:os';
import { linksOf, type Listener } from '../../src/announce/links.ts';

function v4(address: string, internal = false): NetworkInterfaceInfo {
  return { family: 'IPv4', address, internal, netmask: '', mac: '', cidr: `${address}/24` };
}

function v6(address: string, scopeid = 0): NetworkInterfaceInfo {
  return { family: 'IPv6', address, internal: false, netmask: '', mac: '', cidr: `${address}/64`, scopeid };
}

const plain = (host: string): Listener => ({ host, port: 80, isTls: false });
const secure = (host: string): Listener => ({ host, port: 443, isTls: true });

const INTERFACES = {
  lo: [v4('127.0.0.1', true)],
  eth0: [v4('192.168.1.5'), v6('fe80::1', 2), v6('fd00::5')],
  wlan0: [v4('10.0.0.7'), v4('169.254.3.4'), v6('fe80::2', 3)],
  cable: [v4('169.254.9.9'), v6('fe80::3', 4)],
  tunnel: [v6('fe80::4', 5)],
};

describe('what is announced where', () => {
  const cases: [what: string, listeners: Listener[], want: Record<string, string>][] = [
    [
      'every address but link-local ones, those of IPv4 where there are no others',
      [plain('::')],
      {
        eth0: '192.168.1.5 fd00::5 _webdav:80',
        wlan0: '10.0.0.7 _webdav:80',
        cable: '169.254.9.9 _webdav:80',
      },
    ],
    [
      'IPv4 where only that is listened on',
      [plain('0.0.0.0')],
      {
        eth0: '192.168.1.5 _webdav:80',
        wlan0: '10.0.0.7 _webdav:80',
        cable: '169.254.9.9 _webdav:80',
      },
    ],
    ['the one address that is listened on', [plain('fd00::5')], { eth0: 'fd00::5 _webdav:80' }],
    ['nothing for this machine alone', [plain('127.0.0.1')], {}],
    ['nothing before the server listens', [], {}],
    ['each listener where it is reached', [plain('127.0.0.1'), secure('10.0.0.7')], { wlan0: '10.0.0.7 _webdavs:443' }],
    [
      'both where both are reached',
      [plain('192.168.1.5'), secure('192.168.1.5')],
      { eth0: '192.168.1.5 _webdav:80 _webdavs:443' },
    ],
  ];
  for (const [what, listeners, want] of cases) {
    it(`is ${what}`, () => {
      const links = linksOf(listeners, INTERFACES).map(({ interfaceName, addresses, services }) => [
        interfaceName,
        [...addresses, ...services.map(({ type, port }) => `${type}:${port}`)].join(' '),
      ]);
      assert.deepEqual(Object.fromEntries(links), want);
    });
  }
});
