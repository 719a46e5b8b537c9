import assert from 'node:assert/strict';
import { keepsOut } from '../../../src/app/doctor/dlna/firewall.ts';

const chain = (rules: string): string => `table inet filter {\n\tchain input {\n\t\t${rules}\n\t}\n}\n`;

describe('doctor on firewalls', () => {
  const cases: [name: string, said: string, keeps: boolean][] = [
    ['ufw', 'Status: active\n\nTo  Action  From\n', true],
    ['ufw', 'Status: inactive\n', false],
    ['firewalld', 'running\n', true],
    ['firewalld', 'not running\n', false],
    ['nftables', chain('type filter hook input priority filter; policy drop;'), true],
    ['nftables', chain('type filter hook input priority filter; policy accept;\n\t\ttcp dport 80 drop'), true],
    ['nftables', chain('type filter hook input priority filter; policy accept;'), false],
    ['nftables', chain('type filter hook output priority filter; policy drop;'), false],
    ['nftables', '', false],
    ['iptables', '-P INPUT DROP\n', true],
    ['iptables', '-P INPUT ACCEPT\n-A INPUT -p tcp -j REJECT --reject-with tcp-reset\n', true],
    ['iptables', '-P INPUT ACCEPT\n-A INPUT -i lo -j ACCEPT\n', false],
  ];
  for (const [name, said, keeps] of cases) {
    it(`${keeps ? 'sees' : 'sees no'} ${name} in the way: ${said.replaceAll(/\s+/g, ' ').trim()}`, () => {
      assert.equal(keepsOut(name, said), keeps);
    });
  }
});
