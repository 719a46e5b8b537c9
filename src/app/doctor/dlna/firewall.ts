import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ok, warn, type Finding } from '../finding.ts';

const SUBJECT = 'firewall';
const PATIENCE_MS = 3000;

interface Firewall {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Whether what the command says means that something is kept out. */
  readonly isActive: (said: string) => boolean;
  readonly advice: (port: number) => string;
}

const FIREWALLS: readonly Firewall[] = [
  {
    name: 'ufw',
    command: ['ufw', 'status'],
    isActive: (said) => /^Status: active$/m.test(said),
    advice: (port) => `\`ufw allow ${port}/tcp\` and \`ufw allow 1900/udp\`, if that was not done yet`,
  },
  {
    name: 'firewalld',
    command: ['firewall-cmd', '--state'],
    isActive: (said) => said.trim() === 'running',
    advice: (port) =>
      `\`firewall-cmd --permanent --add-port=${port}/tcp --add-port=1900/udp\` and \`firewall-cmd --reload\`, if that was not done yet`,
  },
  {
    name: 'nftables',
    command: ['nft', 'list', 'ruleset'],
    isActive: (said) => rulesOfInput(said).some((rules) => /\b(?:drop|reject)\b/.test(rules)),
    advice: (port) =>
      `let in \`tcp dport ${port}\` and \`udp dport 1900\` in the chain of its input, if that was not done yet`,
  },
  {
    name: 'iptables',
    command: ['iptables', '-S', 'INPUT'],
    isActive: (said) => /^-P INPUT (?:DROP|REJECT)|^-A INPUT .*-j (?:DROP|REJECT)/m.test(said),
    advice: (port) =>
      `\`iptables -I INPUT -p tcp --dport ${port} -j ACCEPT\` and \`iptables -I INPUT -p udp --dport 1900 -j ACCEPT\`, if that was not done yet`,
  },
];

/** What televisions must get through, and which firewall may be in their way: the first that keeps anything out. */
export async function checkFirewall(port: number, programPath: string): Promise<Finding> {
  const what = `televisions need UDP 1900 (multicast to 239.255.255.250) and TCP ${port === 0 ? '(dlna.port)' : port}`;
  for (const { name, command, isActive, advice } of FIREWALLS) {
    const said = await output(command, programPath);
    if (said !== undefined && isActive(said))
      return warn(SUBJECT, `${what}; ${name} keeps something out`, advice(port));
  }
  return ok(SUBJECT, `${what}; none was seen here that keeps anything out${isRoot() ? '' : ' (root sees more)'}`);
}

/** For tests. */
export function keepsOut(name: string, said: string): boolean {
  return FIREWALLS.find((firewall) => firewall.name === name)?.isActive(said) ?? false;
}

/** Undefined where there is no such program, or it may not look. */
async function output(
  [file, ...args]: readonly [string, ...string[]],
  programPath: string,
): Promise<string | undefined> {
  try {
    // Those of the system are not where users' programs are.
    const env = { PATH: `${programPath}:/usr/sbin:/sbin`, LC_ALL: 'C' };
    const { stdout } = await promisify(execFile)(file, args, { timeout: PATIENCE_MS, env });
    return stdout;
  } catch {
    return undefined;
  }
}

/** The rules of each chain that what comes in goes through: those at its beginning, and all to which they lead. */
function rulesOfInput(ruleset: string): string[] {
  // Names of interfaces, comments, and what is logged: anything may stand there.
  const chains = chainsOf(ruleset.replaceAll(/"[^"\n]*"/g, '""'));
  const reached = new Set([...chains].filter(({ rules }) => rules.includes('hook input')));
  // What is added meanwhile has its turn as well.
  for (const { table, rules } of reached) {
    const next = new Set([...rules.matchAll(/\b(?:jump|goto) ([^\s,;}]+)/g)].map(([, name]) => name));
    for (const chain of chains) if (chain.table === table && next.has(chain.name)) reached.add(chain);
  }
  return [...reached].map(({ rules }) => rules);
}

interface Chain {
  /** Names of chains count within their table. */
  readonly table: number;
  readonly name: string;
  readonly rules: string;
}

/** As `nft list ruleset` writes them: tables, chains in them, and sets and maps in braces among their rules. */
function chainsOf(ruleset: string): Chain[] {
  return blocksOf(ruleset).flatMap(({ body: chains }, table) =>
    blocksOf(chains).flatMap(({ head, body: rules }) => {
      const name = /\bchain (\S+)\s*$/.exec(head)?.[1];
      return name === undefined ? [] : [{ table, name, rules }];
    }),
  );
}

/** What stands in outermost braces, with what stands before each. */
function blocksOf(text: string): { head: string; body: string }[] {
  const blocks: { head: string; body: string }[] = [];
  let [depth, from, head] = [0, 0, ''];
  for (const { 0: brace, index } of text.matchAll(/[{}]/g)) {
    depth += brace === '{' ? 1 : -1;
    if (depth === 1 && brace === '{') {
      head = text.slice(from, index);
      from = index + 1;
    } else if (depth === 0) {
      blocks.push({ head, body: text.slice(from, index) });
      from = index + 1;
    }
  }
  return blocks;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
