import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { endProcess, runWell, until } from '../../support/processes.ts';
import { ACCOUNT, AUTHORIZATION, type Contender } from './contender.ts';

/** The user under which servers run that do not run as root. */
const SERVICE_USER = 'www-data';

export interface PeerCommand {
  readonly name: string;
  readonly folder: string;
  /** `http://127.0.0.1:PORT/…/`, the WebDAV root. */
  readonly davUrl: string;
  readonly command: readonly [program: string, ...args: string[]];
}

/** A server of others, in the foreground as one child of the bench. */
export class Peer implements Contender {
  readonly authorization = AUTHORIZATION;
  readonly #what: PeerCommand;
  #child: ChildProcess | undefined;

  private constructor(what: PeerCommand) {
    this.#what = what;
  }

  static async start(what: PeerCommand): Promise<Peer> {
    const peer = new Peer(what);
    await peer.#launch();
    return peer;
  }

  get name(): string {
    return this.#what.name;
  }

  get folder(): string {
    return this.#what.folder;
  }

  get davUrl(): string {
    return this.#what.davUrl;
  }

  get pids(): readonly number[] {
    return this.#child?.pid === undefined ? [] : [this.#child.pid];
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.#launch();
  }

  async stop(): Promise<void> {
    if (this.#child) await endProcess(this.#child);
  }

  async #launch(): Promise<void> {
    const [program, ...args] = this.#what.command;
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    const endWithUs = () => child.kill('SIGKILL');
    process.once('exit', endWithUs);
    child.once('exit', () => process.off('exit', endWithUs));
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
    await until(
      `${this.name} answers`,
      async () => {
        if (child.exitCode !== null) throw new Error(`${this.name} ended with ${child.exitCode}: ${said}`);
        return (await fetch(this.davUrl, { method: 'OPTIONS' }).catch(() => undefined))?.status;
      },
      { timeoutMs: 15_000 },
    );
  }
}

/** A port of the loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A line of an htpasswd file, with the hash that costs the server least. */
export function passwordLine(): string {
  return `${ACCOUNT.name}:{SHA}${createHash('sha1').update(ACCOUNT.password).digest('base64')}\n`;
}

/** Gives the folder to the user that the server turns into when it is started by root. */
export async function giveToServiceUser(folder: string): Promise<void> {
  if (process.getuid?.() === 0) await runWell('chown', ['-R', `${SERVICE_USER}:${SERVICE_USER}`, folder]);
}
