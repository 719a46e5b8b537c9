import assert from 'node:assert/strict';
import { keepsOut } from '../../../src/app/doctor/dlna/firewall.ts';

const table = (...chains: [name: string, rules: readonly string[]][]): string => {
  const written = chains.map(([name, rules]) => `\tchain ${name} {\n\t\t${rules.join('\n\t\t')}\n\t}\n`);
  return `table inet filter {\n${written.join('\n')}}\n`;
};
const chain = (...rules: string[]): string => table(['input', rules]);
const INPUT = 'type filter hook input priority filter; policy accept;';

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
    ['nftables', chain(INPUT, 'iif "lo" accept', 'tcp dport { 22, 443 } accept', 'drop'), true],
    ['nftables', chain(INPUT, 'ct state vmap { invalid : drop, established : accept }'), true],
    ['nftables', chain(INPUT, 'tcp dport { 22, 443 } accept', 'log prefix "} drop: "'), false],
    ['nftables', table(['input', [INPUT, 'jump mine']], ['mine', ['tcp dport 22 accept', 'drop']]), true],
    ['nftables', table(['mine', ['reject']], ['more', ['goto mine']], ['input', [INPUT, 'jump more']]), true],
    ['nftables', table(['input', [INPUT, 'tcp dport vmap { 80 : jump mine, 81 : accept }']], ['mine', ['drop']]), true],
    ['nftables', table(['input', [INPUT, 'jump mine']], ['mine', ['jump more']], ['more', ['jump mine']]), false],
    ['nftables', table(['input', [INPUT, 'jump mine']], ['mine', ['accept']], ['forward', ['drop']]), false],
    ['nftables', chain(INPUT, 'jump mine') + table(['mine', ['drop']]).replace('filter', 'other'), false],
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
