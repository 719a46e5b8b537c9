import assert from 'node:assert/strict';
import type { NetworkInterfaceInfo } from 'node:os';
import { checkInterfaces } from '../../../src/app/doctor/dlna/check-interfaces.ts';

const NOW = Date.UTC(2026, 10, 21);

function ipv4(address: string, more: Partial<NetworkInterfaceInfo> = {}): NetworkInterfaceInfo[] {
  const common = { netmask: '255.255.255.0', mac: '02:00:00:00:00:01', internal: false, cidr: `${address}/24` };
  return [{ address, family: 'IPv4', ...common, ...more } as NetworkInterfaceInfo];
}

const INTERFACES = {
  lo: ipv4('127.0.0.1', { internal: true }),
  eth0: ipv4('192.168.1.5'),
  wan: ipv4('203.0.113.7'),
  tun0: ipv4('10.8.0.2', { mac: '00:00:00:00:00:00' }),
};

function messages(chosen: readonly string[], isAnnounced?: boolean): Record<string, string> {
  const place = { interface: 'eth0', origin: 'http://192.168.1.5:8200', network: '192.168.1.5/24' };
  const announcedAt = new Date(NOW - 90_000).toISOString();
  const places = isAnnounced === undefined ? undefined : isAnnounced ? [{ ...place, announcedAt }] : [];
  const findings = checkInterfaces({ chosen, places, nowMs: NOW, interfaces: INTERFACES });
  return Object.fromEntries(findings.map(({ subject, level, message }) => [subject, `${level}: ${message}`]));
}

describe('doctor on the networks of televisions', () => {
  it('says where it is served, since when it was announced, and why nowhere else', () => {
    assert.deepEqual(messages([], true), {
      'network eth0': 'ok: http://192.168.1.5:8200, for whoever is in 192.168.1.5/24; announced 90 seconds ago',
      'network lo': 'ok: not served: nobody else is in it',
      'network wan': 'ok: not served: 203.0.113.7 is no private address; name it in `dlna.interfaces` if you mean it',
      'network tun0': 'ok: not served: it is a tunnel; name it in `dlna.interfaces` if you mean it',
    });
  });

  it('fails where it should be served and is not', () => {
    assert.match(messages([], false)['network eth0'] ?? '', /^fail: it is not served at 192\.168\.1\.5/);
  });

  it('says where it will be found once a server runs', () => {
    assert.match(messages([])['network eth0'] ?? '', /^ok: it will be found at 192\.168\.1\.5/);
  });

  it('goes by the interfaces that were chosen, and names those that are not there', () => {
    const said = messages(['lo', 'eth7']);
    assert.match(said['network lo'] ?? '', /^ok: it will be found at 127\.0\.0\.1/);
    assert.match(said['network eth7'] ?? '', /^warn: there is none/);
    assert.match(said['network eth0'] ?? '', /`dlna\.interfaces` does not name it/);
  });

  it('fails where there is nothing to be served on', () => {
    const findings = checkInterfaces({ chosen: [], places: [], nowMs: NOW, interfaces: { lo: INTERFACES.lo } });
    assert.deepEqual(
      findings.map(({ level }) => level),
      ['fail', 'ok'],
    );
  });
});
