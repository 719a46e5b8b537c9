import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, Socket } from 'node:net';
import { userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { endProcess, runWell, until } from './processes.ts';

export interface MariadbOptions {
  /** A folder for the server alone; whoever made it removes it. It may be a small disk: a new server takes 50 MiB. */
  readonly folder: string;
  /** Whether a commit is on the disk before it is answered, as a power cut needs it; `kill -9` does not. */
  readonly isDurable?: boolean;
}

/** Debian keeps servers where the path of an ordinary user does not lead. */
const ENVIRONMENT = { PATH: [process.env['PATH'], '/usr/sbin', '/sbin'].join(delimiter), LC_ALL: 'C.UTF-8' };
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;
const USER = 'nosocial';
/** It must be escaped in a URL. */
const PASSWORD = 'p@ss/word:1';

/** A MariaDB server of its own on 127.0.0.1, with Debian's character set and a user who may do all in databases of ours. */
export class Mariadb {
  readonly port: number;
  readonly socket: string;
  readonly #folder: string;
  readonly #isDurable: boolean;
  #child: ChildProcess | undefined;
  #databases = 0;

  private constructor({ folder, isDurable = false }: MariadbOptions, port: number) {
    this.#folder = folder;
    this.#isDurable = isDurable;
    this.port = port;
    this.socket = join(folder, 'socket');
  }

  /** Sets a server up in `folder` and starts it. */
  static async open(options: MariadbOptions): Promise<Mariadb> {
    const server = new Mariadb(options, await freePort());
    await server.#install();
    await server.start();
    return server;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('the MariaDB server does not run');
    return pid;
  }

  /** A new, empty database; gives the URL under which the product reaches it. */
  async createDatabase(): Promise<string> {
    this.#databases += 1;
    const name = `nosocial_${this.#databases}`;
    await this.execute(`CREATE DATABASE ${name}`);
    return `mysql://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${this.port}/${name}`;
  }

  /** Runs SQL as the server's root; gives what the client prints. */
  async execute(sql: string): Promise<string> {
    const args = ['--no-defaults', `--socket=${this.socket}`, '--user=root', '--batch', '--skip-column-names'];
    return runWell('mariadb', args, { input: sql, env: ENVIRONMENT });
  }

  /** Starts it again on the same data and port; resolves when it answers. */
  async start(): Promise<void> {
    const flush = this.#isDurable ? 1 : 2;
    const options = [
      ...this.#basics(),
      `--socket=${this.socket}`,
      '--bind-address=127.0.0.1',
      `--port=${this.port}`,
      `--pid-file=${join(this.#folder, 'pid')}`,
      `--init-file=${join(this.#folder, 'init.sql')}`,
      '--skip-name-resolve',
      '--skip-log-bin',
      '--character-set-server=utf8mb4',
      '--collation-server=utf8mb4_general_ci',
      '--innodb-buffer-pool-size=64M',
      `--innodb-flush-log-at-trx-commit=${flush}`,
      '--max-connections=300',
    ];
    // It ends with the test process, however that ends: the kernel sees to it.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'mariadbd', ...options], {
      env: { ...process.env, ...ENVIRONMENT },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    await ready(child);
    // It does not keep a test process that is through from ending.
    child.unref();
    if (child.stderr instanceof Socket) child.stderr.unref();
  }

  /** Ends it in an orderly way; its data stay. */
  async stop(): Promise<void> {
    if (this.#child) await endProcess(this.#child, STOP_TIMEOUT_MS);
  }

  /** kill -9; the data stay as they are. */
  async kill(): Promise<void> {
    if (this.#child) await endProcess(this.#child, STOP_TIMEOUT_MS, 'SIGKILL');
  }

  /** Stops it in the middle of whatever it does: connections stay, and nothing is answered. */
  /** Resolves when it answers nothing more: threads that are at work stop when the kernel comes to them. */
  async pause(): Promise<void> {
    process.kill(this.pid, 'SIGSTOP');
    await until('every thread of MariaDB stands still', async () => (await isStopped(this.pid)) || undefined);
  }

  resume(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  async #install(): Promise<void> {
    await mkdir(join(this.#folder, 'tmp'), { recursive: true });
    const install = ['--no-defaults', '--skip-test-db', '--auth-root-authentication-method=normal'];
    await runWell('mariadb-install-db', [...install, ...this.#basics().slice(1)], { env: ENVIRONMENT });
    const account = `'${USER}'@'127.0.0.1'`;
    await writeFile(
      join(this.#folder, 'init.sql'),
      `CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY '${PASSWORD}';\n` +
        `GRANT ALL ON \`nosocial\\_%\`.* TO ${account};\n`,
    );
  }

  /** What the installation must know as well. */
  #basics(): string[] {
    return [
      '--no-defaults',
      `--user=${userInfo().username}`,
      `--datadir=${join(this.#folder, 'data')}`,
      `--tmpdir=${join(this.#folder, 'tmp')}`,
      '--innodb-log-file-size=16M',
      // Many servers at once may use up what the kernel has for it.
      '--innodb-use-native-aio=OFF',
    ];
  }
}

/** Sets a server up in `folder` and starts it; dispose of it in an `after` hook. */
export async function startMariadb(options: MariadbOptions): Promise<Mariadb> {
  return Mariadb.open(options);
}

/** Resolves when the server says that it takes connections; it goes on listening to what it says. */
async function ready(child: ChildProcess): Promise<void> {
  let said = '';
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = (what: string): void => reject(new Error(`MariaDB ${what}\n${said}`));
  const timer = setTimeout(() => fail(`was not ready within ${READY_TIMEOUT_MS} ms`), READY_TIMEOUT_MS);
  child.on('error', reject);
  child.on('close', (code, signal) => fail(`ended with ${code ?? signal} before it was ready`));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-10_000);
    if (said.includes('ready for connections')) resolve();
  });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
  }
}

/** Whether all threads of a process are stopped by a signal, by their state in proc_pid_stat(5). */
async function isStopped(pid: number): Promise<boolean> {
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const stat = await readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    // The name of the program stands in parentheses before it, and may hold anything.
    if (!stat.slice(stat.lastIndexOf(')')).startsWith(') T')) return false;
  }
  return true;
}

/**
 * Below what the kernel hands out to clients: a client that asks for a server that is down could otherwise be given
 * the server's own port, and be connected to itself.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    const probe = createServer().listen(port, '127.0.0.1');
    const isFree = await Promise.race([
      once(probe, 'listening').then(() => true),
      once(probe, 'error').then(() => false),
    ]).catch(() => false);
    if (!isFree) continue;
    probe.close();
    await once(probe, 'close');
    return port;
  }
}
