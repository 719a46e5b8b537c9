import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface RunOptions {
  env?: NodeJS.ProcessEnv;
  input?: string | Buffer;
  cwd?: string;
  timeoutMs?: number;
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end; it is killed when it takes longer than `timeoutMs`. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { env, input = '', cwd, timeoutMs = 60_000 } = options;
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    cwd,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const outputs = [gather(child.stdout), gather(child.stderr)] as const;
  child.stdin.on('error', () => undefined); // it may end without reading
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: await outputs[0], stderr: await outputs[1] };
}

/** The same, but throws with everything it said unless it ended well. */
export async function runWell(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code === 0) return stdout;
  throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${stdout}\n${stderr}`);
}

async function gather(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Ends a process that was started here, hard when it does not go by itself. */
export async function endProcess(
  child: ChildProcess,
  graceMs = 5000,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await gone;
  clearTimeout(timer);
}

/** Asks again until `probe` gives something; throws `what` when it does not in time. */
export async function until<T>(
  what: string,
  probe: () => T | undefined | Promise<T | undefined>,
  { timeoutMs = 5000, everyMs = 25 } = {},
): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined) return answer;
    if (performance.now() > deadlineMs) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await delay(everyMs);
  }
}

/** A folder of its own for a test, with a home in it that no user's settings reach. */
export class Scratch {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(name: string): Promise<Scratch> {
    const scratch = new Scratch(await mkdtemp(join(tmpdir(), `nosocial-${name}-`)));
    await mkdir(scratch.path('home', '.run'), { recursive: true, mode: 0o700 });
    return scratch;
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /** Environment for a client: nothing of the caller's own is read or written. */
  get env(): NodeJS.ProcessEnv {
    const home = this.path('home');
    return {
      HOME: home,
      XDG_CONFIG_HOME: join(home, '.config'),
      XDG_CACHE_HOME: join(home, '.cache'),
      XDG_DATA_HOME: join(home, '.local/share'),
      XDG_RUNTIME_DIR: join(home, '.run'),
      LC_ALL: 'C.UTF-8',
      http_proxy: '',
      https_proxy: '',
      HTTP_PROXY: '',
      HTTPS_PROXY: '',
      no_proxy: '*',
    };
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
