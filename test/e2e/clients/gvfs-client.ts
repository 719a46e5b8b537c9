import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { encodePath } from '../../support/dav-client.ts';
import { endProcess, run, runWell } from '../../support/processes.ts';
import type { ClientSession, Place, Step, StockClient } from './round-trip.ts';

export const GVFS: StockClient = { title: 'gvfs (GNOME)', open: (place) => GvfsSession.mount(place) };

/** For large files on a machine that has other work to do. */
const TRANSFER_TIMEOUT_MS = 300_000;

/** A desktop session of its own, with the drive mounted in it as the file manager does; `gio` works on that mount. */
export class GvfsSession implements ClientSession {
  readonly #root: string;
  readonly #bus: ChildProcess;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(root: string, bus: ChildProcess, env: NodeJS.ProcessEnv) {
    this.#root = root;
    this.#bus = bus;
    this.#env = env;
  }

  static async mount({ davUrl, account, scratch }: Place): Promise<GvfsSession> {
    const { host, pathname } = new URL(davUrl);
    const root = `dav://${account.name}@${host}${pathname}`;
    const desktop = { ...scratch.env, GVFS_DISABLE_FUSE: '1', GIO_USE_VFS: 'gvfs', DISPLAY: '' };
    const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], {
      env: { ...process.env, ...desktop },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [address] = (await once(createInterface(bus.stdout), 'line')) as [string];
    const session = new GvfsSession(root, bus, { ...desktop, DBUS_SESSION_BUS_ADDRESS: address });
    await session.gio(['mount', root], `${account.password}\n`);
    return session;
  }

  /** What `gio` prints when it works. */
  async gio(words: readonly string[], input: string | Buffer = ''): Promise<string> {
    return runWell('gio', words, { env: this.#env, input, timeoutMs: TRANSFER_TIMEOUT_MS });
  }

  /** The address of a path on the drive: gvfs takes only what is fully encoded. */
  uriOf(path: string): string {
    return this.#root + encodePath(path);
  }

  async perform(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.gio(this.#wordsFor(step));
  }

  async list(path: string): Promise<string[]> {
    const wanted = ['list', '--hidden', '--nofollow-symlinks', '--attributes=standard::name'];
    const lines = (await this.gio([...wanted, this.uriOf(path)])).split('\n');
    return lines.filter((line) => line !== '').map((line) => line.split('\t')[0]!);
  }

  async close(): Promise<void> {
    await run('gio', ['mount', '--unmount', this.#root], { env: this.#env });
    await endProcess(this.#bus);
  }

  #wordsFor(step: Step): string[] {
    const uri = this.uriOf(step.path);
    switch (step.do) {
      case 'make-folder':
        return ['mkdir', uri];
      case 'upload':
        return ['copy', step.from, uri];
      case 'download':
        return ['copy', uri, step.to];
      case 'move':
      case 'copy':
        return [step.do, uri, this.uriOf(step.to)];
      case 'remove':
      case 'remove-folder':
        return ['remove', uri];
    }
  }
}
