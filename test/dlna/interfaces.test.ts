import assert from 'node:assert/strict';
import type { NetworkInterfaceInfo } from 'node:os';
import { isOnLink, servedInterfaces } from '../../src/dlna/interfaces.ts';

function at(cidr: string, more: Partial<NetworkInterfaceInfo> = {}): NetworkInterfaceInfo {
  const address = cidr.replace(/\/.*$/, '');
  const mac = '52:54:00:12:34:56';
  return { address, netmask: '', family: 'IPv4', mac, internal: false, cidr, ...more } as NetworkInterfaceInfo;
}

const LOOPBACK = [at('127.0.0.1/8', { internal: true, mac: '00:00:00:00:00:00' })];
const MACHINE = {
  lo: LOOPBACK,
  eth0: [at('192.168.1.5/24'), at('fd00::5/64', { family: 'IPv6', scopeid: 0 })],
  eth1: [at('169.254.7.7/16'), at('10.0.0.5/8')],
  cable: [at('169.254.9.9/16')],
  wan: [at('203.0.113.5/24')],
  shared: [at('100.64.0.5/10')],
  six: [at('fd01::5/64', { family: 'IPv6', scopeid: 0 })],
  wg0: [at('10.8.0.1/24', { mac: '00:00:00:00:00:00' })],
  two: [at('172.16.0.5/16'), at('172.31.0.5/16')],
};

function addressesFor(chosen: string[] = []): string[] {
  return servedInterfaces(chosen, MACHINE).map(({ name, address }) => `${name} ${address}`);
}

describe('interfaces that televisions are served on', () => {
  it('are all with private addresses, with one address each, and no tunnels', () => {
    assert.deepEqual(addressesFor(), ['eth0 192.168.1.5', 'eth1 10.0.0.5', 'cable 169.254.9.9', 'two 172.16.0.5']);
  });

  const chosen: [string[], string[]][] = [
    [['eth0'], ['eth0 192.168.1.5']],
    [['eth1'], ['eth1 10.0.0.5']],
    [['lo'], ['lo 127.0.0.1']],
    [['127.0.0.1'], ['lo 127.0.0.1']],
    [['169.254.7.7'], ['eth1 169.254.7.7']],
    [
      ['172.31.0.5', '172.16.0.5'],
      ['two 172.16.0.5', 'two 172.31.0.5'],
    ],
    [
      ['wan', 'wg0'],
      ['wan 203.0.113.5', 'wg0 10.8.0.1'],
    ],
    [['six', 'absent', '192.168.1.6', 'fd00::5'], []],
  ];
  for (const [names, want] of chosen) {
    it(`are those that are named: ${names.join(', ')}`, () => {
      assert.deepEqual(addressesFor(names), want);
    });
  }

  const peers: [string, boolean][] = [
    ['192.168.1.5', true],
    ['192.168.1.255', true],
    ['192.168.2.1', false],
    ['10.0.0.1', false],
    ['127.0.0.1', false],
    ['::ffff:192.168.1.7', true],
    ['fd00::1', false],
    ['', false],
    ['192.168.1', false],
    ['a name', false],
  ];
  for (const [peer, want] of peers) {
    it(`know whether ${peer || 'nothing'} stands in their network`, () => {
      assert.equal(isOnLink({ network: '192.168.1.5/24' }, peer), want);
    });
  }
});
