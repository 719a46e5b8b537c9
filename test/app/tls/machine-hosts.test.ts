import assert from 'node:assert/strict';
import type { NetworkInterfaceInfo } from 'node:os';
import { machineHosts, readHost } from '../../../src/app/tls/machine-hosts.ts';

function at(address: string): NetworkInterfaceInfo {
  const common = { address, internal: false, netmask: '', mac: '', cidr: null };
  return address.includes(':') ? { ...common, family: 'IPv6', scopeid: 0 } : { ...common, family: 'IPv4' };
}

describe('what the local certificate is for', () => {
  it('is every name and address of the machine, and what was added', () => {
    const interfaces = {
      lo: [at('127.0.0.1'), at('::1')],
      eth0: [at('192.168.1.5'), at('169.254.3.4'), at('fd00::5'), at('fe80::1')],
    };
    assert.deepEqual(machineHosts({ hostname: 'Box', interfaces }, ['cloud.example.org', '203.0.113.5']), {
      names: ['box.local', 'cloud.example.org', 'box', 'localhost'],
      addresses: ['203.0.113.5', '127.0.0.1', '::1', '192.168.1.5', 'fd00::5'],
    });
  });

  it('is a part of the addresses where there are thousands, and all that was added', () => {
    const many = Array.from({ length: 2000 }, (_, index) => at(`10.1.${index >> 8}.${index & 255}`));
    const interfaces = { eth0: [at('192.168.1.5')], 'kube-ipvs0': many };
    const { addresses } = machineHosts({ hostname: 'box', interfaces }, ['203.0.113.5']);
    assert.equal(addresses.length, 203);
    for (const one of ['203.0.113.5', '192.168.1.5', '127.0.0.1', '::1']) assert.ok(addresses.includes(one), one);
  });

  const names: [hostname: string, want: string[]][] = [
    ['nas.home.arpa', ['nas.local', 'nas.home.arpa', 'nas', 'localhost']],
    ["Ann's Mac.local", ['localhost']],
    ['Anns-Mac.local', ['anns-mac.local', 'anns-mac', 'localhost']],
    ['büro', ['xn--bro-hoa.local', 'xn--bro-hoa', 'localhost']],
    ['MY_PC', ['my_pc.local', 'my_pc', 'localhost']],
    ['12345', ['12345.local', 'localhost']],
    ['a'.repeat(64), ['localhost']],
    ['localhost', ['localhost']],
    ['', ['localhost']],
  ];
  for (const [hostname, want] of names) {
    it(`is right on a machine called "${hostname}"`, () => {
      assert.deepEqual(machineHosts({ hostname, interfaces: {} }, []).names, want);
    });
  }

  const hosts: [text: string, want: string | undefined][] = [
    ['Cloud.Example.ORG.', 'cloud.example.org'],
    ['*.home.example', '*.home.example'],
    ['BÜRO.example', 'xn--bro-hoa.example'],
    ['10.0.0.5', '10.0.0.5'],
    ['FD00::5', 'fd00::5'],
    ['[fd00::5]', 'fd00::5'],
    ['fd00:0:0:0:0:0:0:5', 'fd00::5'],
    ['fe80::1%eth0', undefined],
    ['10.0.0', undefined],
    ['300.1.1.1', undefined],
    ['a b', undefined],
    ['a..b', undefined],
    ['*.*.example', undefined],
    ['-a.example', undefined],
    ['https://a.example', undefined],
    ['a.example:8443', undefined],
    ['', undefined],
    ['a'.repeat(64), undefined],
  ];
  for (const [text, want] of hosts) {
    it(`${want === undefined ? 'refuses' : 'takes'} "${text}"`, () => {
      if (want === undefined) assert.throws(() => readHost(text), { code: 'bad-request' });
      else assert.equal(readHost(text), want);
    });
  }
});
