import { run, runWell } from './processes.ts';

/** A network that the machine in the middle stands in, with one other machine on it. */
export interface Side {
  /** The interface of the machine in the middle. */
  readonly interfaceName: string;
  readonly ipv4: string;
  readonly ipv6: string;
  /** The namespace of the other machine. */
  readonly namespace: string;
}

let networks = 0;

/**
 * A machine with two networks, made of network namespaces; nothing of it leaves this machine, and nothing else of this
 * machine is in it. As root.
 */
export class TwoNetworks {
  readonly middle: string;
  readonly sides: readonly [Side, Side];

  private constructor(prefix: string) {
    this.middle = `${prefix}-m`;
    const side = (number: number): Side => ({
      interfaceName: `net${number}`,
      ipv4: `10.71.${number}.1`,
      ipv6: `fd71:${number}::1`,
      namespace: `${prefix}-${number}`,
    });
    this.sides = [side(1), side(2)];
  }

  static async create(): Promise<TwoNetworks> {
    const made = new TwoNetworks(`nosocial-${process.pid}-${networks++}`);
    try {
      await addNamespace(made.middle);
      for (const side of made.sides) {
        await addNamespace(side.namespace);
        await made.connect(side);
      }
      return made;
    } catch (error) {
      await made.remove();
      throw error;
    }
  }

  /** Plugs in a cable to that side. */
  async connect({ namespace, interfaceName, ipv4, ipv6 }: Side): Promise<void> {
    const ends = ['dev', interfaceName];
    await runWell('ip', [
      ...['-n', namespace, 'link', 'add', interfaceName, 'type', 'veth'],
      ...['peer', 'name', interfaceName, 'netns', this.middle],
    ]);
    for (const [where, ending] of [
      [this.middle, '1'],
      [namespace, '2'],
    ] as const) {
      await addAddress(where, interfaceName, ipv4.replace(/1$/, ending));
      await addAddress(where, interfaceName, ipv6.replace(/1$/, ending));
      await runWell('ip', ['-n', where, 'link', 'set', ...ends, 'up']);
    }
  }

  /** Makes both cables end in the network of `side`; gives the address that the machine in the middle has at the other. */
  async join(side: Side, other: Side): Promise<string> {
    const [inSide, inMiddle] = [
      ['-n', side.namespace],
      ['-n', this.middle],
    ];
    const second = side.ipv4.replace(/1$/, '3');
    const port = other.interfaceName;
    await runWell('ip', ['-n', other.namespace, 'link', 'set', port, 'netns', side.namespace]);
    await runWell('ip', [...inSide, 'link', 'add', 'switch', 'type', 'bridge']);
    for (const name of [side.interfaceName, port]) {
      await runWell('ip', [...inSide, 'address', 'flush', 'dev', name]);
      await runWell('ip', [...inSide, 'link', 'set', name, 'master', 'switch', 'up']);
    }
    await runWell('ip', [...inSide, 'link', 'set', 'switch', 'up']);
    await addAddress(side.namespace, 'switch', side.ipv4.replace(/1$/, '2'));
    await addAddress(side.namespace, 'switch', side.ipv6.replace(/1$/, '2'));
    await runWell('ip', [...inMiddle, 'address', 'flush', 'dev', port]);
    await addAddress(this.middle, port, second);
    return second;
  }

  /** What `launcher` of a test server, or `run`, puts before a command to have it run there, on a machine `box`. */
  static inside(namespace: string, hostName = 'box'): [string, ...string[]] {
    const named = ['unshare', '--uts', '--', 'sh', '-c', `hostname ${hostName} && exec "$@"`, 'sh'];
    return ['ip', 'netns', 'exec', namespace, ...named];
  }

  async remove(): Promise<void> {
    for (const namespace of [this.middle, ...this.sides.map((side) => side.namespace)]) {
      await run('ip', ['netns', 'delete', namespace]);
    }
  }
}

async function addNamespace(name: string): Promise<void> {
  await runWell('ip', ['netns', 'add', name]);
  await runWell('ip', ['-n', name, 'link', 'set', 'lo', 'up']);
}

/** Usable at once: whether another has it is not asked. */
export async function addAddress(namespace: string, interfaceName: string, address: string): Promise<void> {
  const isIpv6 = address.includes(':');
  const more = isIpv6 ? ['nodad'] : [];
  await runWell('ip', [
    ...['-n', namespace, 'address', 'add', `${address}/${isIpv6 ? 64 : 24}`],
    ...['dev', interfaceName, ...more],
  ]);
}

export async function removeAddress(namespace: string, interfaceName: string, address: string): Promise<void> {
  await runWell('ip', [
    ...['-n', namespace, 'address', 'delete', `${address}/${address.includes(':') ? 64 : 24}`],
    ...['dev', interfaceName],
  ]);
}
