import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { endProcess, until } from '../../support/processes.ts';

/** python3-zeroconf, which asks for answers to itself alone first, as Apple's systems do. */
const SCRIPT = `
import json, sys, threading
from zeroconf import IPVersion, ServiceBrowser, Zeroconf
zeroconf = Zeroconf(ip_version=IPVersion.All)
turn = threading.Lock()
def say(**what):
    with turn:
        print(json.dumps(what), flush=True)
class Listener:
    def add_service(self, zeroconf, kind, name):
        threading.Thread(target=self.show, args=(kind, name), daemon=True).start()
    update_service = add_service
    def remove_service(self, zeroconf, kind, name):
        say(name=name, isGone=True)
    def show(self, kind, name):
        found = zeroconf.get_service_info(kind, name, 3000)
        if found is None:
            return
        # Whoever else answers has done so by then.
        threading.Event().wait(0.5)
        found = zeroconf.get_service_info(kind, name, 3000)
        if found is not None:
            text = {key.decode(): value.decode() for key, value in found.properties.items()}
            say(name=name, addresses=sorted(found.parsed_addresses()), port=found.port, host=found.server, text=text)
ServiceBrowser(zeroconf, ["_webdav._tcp.local.", "_webdavs._tcp.local."], Listener())
sys.stdin.read()
`;

export interface FoundService {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly port: number;
  readonly host: string;
  readonly text: Readonly<Record<string, string>>;
}

type Told = ({ readonly isGone?: undefined } & FoundService) | { readonly name: string; readonly isGone: true };

/** A program that looks for WebDAV servers on its network, until it is closed. */
export class ZeroconfClient {
  readonly #child: ChildProcess;
  readonly #told: Told[] = [];
  #errors = '';

  constructor(launcher: readonly [string, ...string[]]) {
    const [command, ...args] = launcher;
    // Debian's own: another Python that comes first in the path does not have its packages.
    this.#child = spawn(command, [...args, '/usr/bin/python3', '-c', SCRIPT], { stdio: 'pipe' });
    createInterface({ input: this.#child.stdout! }).on('line', (line) => this.#told.push(JSON.parse(line) as Told));
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
  }

  /** The latest that is known of each service that is there. */
  get services(): FoundService[] {
    const latest = new Map(this.#told.map((each) => [each.name, each]));
    return [...latest.values()].filter((each) => !each.isGone).sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** Waits until what is there is as wanted; throws with what was there instead. */
  async waitFor(what: string, isWanted: (services: FoundService[]) => boolean): Promise<FoundService[]> {
    try {
      return await until(what, () => (isWanted(this.services) ? this.services : undefined), { timeoutMs: 20_000 });
    } catch (error) {
      throw new Error(`${what}: there are ${JSON.stringify(this.services)} ${this.#errors}`, { cause: error });
    }
  }

  async close(): Promise<void> {
    await endProcess(this.#child);
  }
}
