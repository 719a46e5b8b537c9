import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { endProcess, run, runWell, Scratch, until } from '../../support/processes.ts';
import { TwoNetworks } from '../../support/network.ts';

const BUS = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path=SOCKET</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow eavesdrop="true"/><allow own="*"/><allow user="*"/></policy></busconfig>`;

const SETTINGS = `[server]
host-name=HOST
use-ipv4=yes
use-ipv6=yes
[wide-area]
enable-wide-area=no
[publish]
publish-workstation=no
`;

/** One entry of `avahi-browse --resolve`. */
export interface AvahiEntry {
  readonly family: string;
  readonly name: string;
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly text: string;
}

/** The Avahi daemon of one machine, with a message bus of its own; nothing of the system's is touched. */
export class Avahi {
  readonly #namespace: string;
  readonly #scratch: Scratch;
  readonly #children: ChildProcess[] = [];

  private constructor(namespace: string, scratch: Scratch) {
    this.#namespace = namespace;
    this.#scratch = scratch;
  }

  static async start(namespace: string, hostName: string): Promise<Avahi> {
    const avahi = new Avahi(namespace, await Scratch.create('avahi'));
    try {
      await avahi.#begin(hostName);
      return avahi;
    } catch (error) {
      await avahi.stop();
      throw error;
    }
  }

  async #begin(hostName: string): Promise<void> {
    const bus = this.#scratch.path('bus.conf');
    const settings = this.#scratch.path('avahi.conf');
    await writeFile(bus, BUS.replace('SOCKET', this.#socket));
    await writeFile(settings, SETTINGS.replace('HOST', hostName));
    this.#run(['dbus-daemon', `--config-file=${bus}`, '--nofork', '--nopidfile']);
    await until('a message bus', async () => ((await this.#isBusThere()) ? true : undefined), { timeoutMs: 20_000 });
    // It keeps its process id in a fixed place, where there is room for one on the whole machine.
    await mkdir('/run/avahi-daemon', { recursive: true });
    const script = 'mount -t tmpfs none /run/avahi-daemon && exec "$@"';
    const daemon = ['avahi-daemon', '--no-drop-root', '--no-chroot', '--no-proc-title', '-f', settings];
    this.#run(['unshare', '--mount', '--', 'sh', '-c', script, 'sh', ...daemon]);
    await until('Avahi', async () => ((await this.hostName()) ? true : undefined), { timeoutMs: 20_000 });
  }

  /** As it calls its machine; undefined while that is not settled. */
  async hostName(): Promise<string | undefined> {
    const call = (method: string) =>
      run('dbus-send', [
        ...[`--bus=unix:path=${this.#socket}`, '--print-reply=literal', '--dest=org.freedesktop.Avahi'],
        ...['/', `org.freedesktop.Avahi.Server.${method}`],
      ]);
    const state = await call('GetState');
    // AVAHI_SERVER_RUNNING: nobody else has the name.
    if (state.code !== 0 || !state.stdout.trim().endsWith('int32 2')) return undefined;
    return (await call('GetHostNameFqdn')).stdout.trim();
  }

  /** What it finds; entries of both families of addresses. */
  async browse(type: string): Promise<AvahiEntry[]> {
    const out = await runWell('avahi-browse', ['--resolve', '--parsable', '--terminate', type], { env: this.#env });
    const lines = out.split('\n').filter((line) => line.startsWith('='));
    return lines
      .map((line) => {
        const [, , family = '', name = '', , , host = '', address = '', port = '', text = ''] = line.split(';');
        return { family, name, host, address, port: Number(port), text };
      })
      .sort((one, other) => (one.family < other.family ? -1 : 1));
  }

  async stop(): Promise<void> {
    for (const child of this.#children.toReversed()) await endProcess(child);
    await this.#scratch.remove();
  }

  get #socket(): string {
    return this.#scratch.path('bus');
  }

  get #env(): NodeJS.ProcessEnv {
    return { DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${this.#socket}`, LC_ALL: 'C.UTF-8' };
  }

  async #isBusThere(): Promise<boolean> {
    const args = [`--bus=unix:path=${this.#socket}`, '--dest=org.freedesktop.DBus', '--print-reply'];
    return (await run('dbus-send', [...args, '/', 'org.freedesktop.DBus.ListNames'])).code === 0;
  }

  #run(line: readonly string[]): void {
    const [command, ...args] = [...TwoNetworks.inside(this.#namespace), ...line];
    this.#children.push(spawn(command, args, { env: { ...process.env, ...this.#env }, stdio: 'ignore' }));
  }
}
