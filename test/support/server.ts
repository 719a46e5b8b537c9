import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { DatabaseEngine, TestDatabase } from './databases.ts';
import { endProcess, run, Scratch, type Outcome } from './processes.ts';

const ROOT = join(import.meta.dirname, '../..');
/** A start takes well under a second; a loaded machine may need longer. */
const READY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 20_000;

export interface ServerOptions {
  /** Where the server gets a new database from, which goes with it; a SQLite file in the data folder without it. */
  database?: DatabaseEngine;
  /** HOST:PORT; a free port of 127.0.0.1 without it. */
  listen?: string;
  /** Folders to use as disks; one in the data folder without it. */
  disks?: readonly string[];
  /** Settings and more; nothing of the caller's own `NOSOCIAL_…` reaches the server. */
  env?: NodeJS.ProcessEnv;
  /** More arguments of `serve`. */
  args?: readonly string[];
  /** The sources run directly; `build` runs dist/main.js. */
  program?: 'sources' | 'build';
  /** A command that starts the program, in the same process: `['prlimit', '--nofile=256']`. */
  launcher?: readonly string[];
  /** A data folder that stays; a fresh one that goes with the server without it. */
  dataFolder?: string;
}

export interface NewTestUser {
  password: string;
  /** `advanced` without it. */
  role?: 'normal' | 'advanced' | 'admin';
  quota?: string;
}

/** Children that still live when the test process ends, however it ends, are ended with it. */
const living = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/** The real program on 127.0.0.1, on a port and in a folder of its own. */
export class TestServer {
  readonly dataFolder: string;
  readonly #scratch: Scratch;
  readonly #options: ServerOptions;
  #database: TestDatabase | undefined;
  #child: ChildProcess | undefined;
  #url = '';
  #output = { stdout: '', stderr: '' };

  private constructor(scratch: Scratch, options: ServerOptions) {
    this.#scratch = scratch;
    this.#options = options;
    this.dataFolder = options.dataFolder ?? scratch.path('data');
  }

  static async start(options: ServerOptions): Promise<TestServer> {
    const server = new TestServer(await Scratch.create('server'), options);
    try {
      server.#database = await options.database?.create();
      await server.#launch(options.listen ?? '127.0.0.1:0');
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** `http://127.0.0.1:PORT`, without a slash at its end; the same after a restart. */
  get url(): string {
    return this.#url;
  }

  get davUrl(): string {
    return `${this.#url}/dav/`;
  }

  /** As the setting `database` has it. */
  get databaseUrl(): string {
    return this.#database?.url ?? `sqlite:${join(this.dataFolder, 'nosocial.db')}`;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('the server does not run');
    return pid;
  }

  /** What the present run, or the last one, wrote so far. */
  get stdout(): string {
    return this.#output.stdout;
  }

  get stderr(): string {
    return this.#output.stderr;
  }

  /** A folder that goes with the server, for whatever the test needs. */
  get scratch(): Scratch {
    return this.#scratch;
  }

  /** Runs a command on this server's data. */
  async cli(args: readonly string[], input?: string): Promise<Outcome> {
    return run(process.execPath, [...program(this.#options), ...args], {
      env: { ...this.#environment(), NOSOCIAL_DATA: this.dataFolder },
      ...(input !== undefined && { input }),
    });
  }

  async addUser(name: string, { password, role = 'advanced', quota }: NewTestUser): Promise<void> {
    const args = ['user', 'add', '--role', role, ...(quota ? ['--quota', quota] : []), '--password-stdin', '--', name];
    const { code, stderr } = await this.cli(args, password);
    if (code !== 0) throw new Error(`user add ended with ${code}: ${stderr}`);
  }

  /** Ends the server in an orderly way and keeps its data. Gives its exit code. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (!child) return null;
    await endProcess(child, STOP_TIMEOUT_MS, signal);
    return child.exitCode;
  }

  /** kill -9; the data stay as they are. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** Starts again on the same data and the same port; ends the running one before. */
  async restart(): Promise<void> {
    await this.end();
    await this.#launch(new URL(this.#url).host);
  }

  /** Ends the server and removes everything that was made for it. */
  async stop(): Promise<void> {
    await this.end();
    await this.#database?.remove();
    await this.#scratch.remove();
  }

  async #launch(listen: string): Promise<void> {
    const { disks = [], args = [], launcher = [] } = this.#options;
    const diskArgs = disks.flatMap((disk) => ['--disk', disk]);
    const serve = ['serve', '--data', this.dataFolder, '--listen', listen, ...diskArgs, ...args];
    const [command, ...rest] = [...launcher, process.execPath, ...program(this.#options), ...serve];
    const child = spawn(command!, rest, {
      env: this.#environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    living.add(child);
    child.on('exit', () => living.delete(child));
    this.#child = child;
    const output = { stdout: '', stderr: '' };
    this.#output = output;
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    this.#url = await this.#ready(child, output);
  }

  async #ready(child: ChildProcess, output: { stdout: string; stderr: string }): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (what: string) => reject(new Error(`${what}\n${output.stdout}\n${output.stderr}`));
      const timer = setTimeout(() => fail(`the server was not ready within ${READY_TIMEOUT_MS} ms`), READY_TIMEOUT_MS);
      child.on('error', reject);
      child.on('close', (code, signal) => {
        clearTimeout(timer);
        fail(`the server ended with ${code ?? signal} before it was ready`);
      });
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        output.stdout += text;
        const url = /^ready (http:\S+)$/m.exec(output.stdout)?.[1];
        if (url === undefined || !output.stdout.endsWith('\n')) return;
        clearTimeout(timer);
        resolve(url);
      });
    });
  }

  #environment(): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('NOSOCIAL_'));
    // Listening on 127.0.0.1 it would not announce itself anyway; where a test lets it listen elsewhere, it must ask.
    // Televisions of the network that the tests run in are told nothing.
    const own = { NOSOCIAL_DATABASE: this.databaseUrl, NOSOCIAL_ANNOUNCE: 'false', NOSOCIAL_DLNA: 'off' };
    return { ...Object.fromEntries(inherited), ...this.#scratch.env, ...own, ...this.#options.env };
  }
}

/** Starts the real program and resolves when it answers. End it with `stop()` in an `after` hook. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  return TestServer.start(options);
}

function program({ program: which = 'sources' }: ServerOptions): string[] {
  return [join(ROOT, which === 'sources' ? 'src/main.ts' : 'dist/main.js')];
}
