import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { connect } from 'node:tls';
import { endProcess, run, until, type Outcome } from '../../support/processes.ts';
import { startAuthority } from './authority.ts';
import { NAME, type Ending, type Stage } from './stage.ts';

const CONFIG = join(import.meta.dirname, '../../../config');
/** A certificate by ACME takes two seconds or three. */
const READY_TIMEOUT_MS = 60_000;

/** A reverse proxy, with its file in config/ at the place where that file says that it belongs. */
export interface ProxyKind {
  readonly name: string;
  readonly file: string;
  /** It says `100 Continue` before it has asked the server. */
  readonly continuesUnasked: boolean;
  /** It gets its certificate by itself. */
  readonly isCertified: boolean;
  /** Puts everything where the file wants it. */
  install(stage: Stage): Promise<void>;
  /** The command by which the program judges its configuration. */
  check(): readonly string[];
  command(): readonly string[];
  environment?(stage: Stage): NodeJS.ProcessEnv;
  /** Puts the proof of a challenge where certbot would, when it is called as the file says. */
  readonly proveAsCertbot?: (path: string, proof: string) => Promise<Ending>;
  /** What must run beside it: ended after it. */
  startBeside?(stage: Stage): Promise<Ending>;
}

const NGINX: ProxyKind = {
  name: 'nginx',
  file: 'nginx.conf',
  continuesUnasked: true,
  isCertified: false,
  install: async (stage) => {
    await installCertificate(stage);
    await copyFile(join(CONFIG, 'nginx.conf'), '/etc/nginx/sites-enabled/nosocial');
  },
  proveAsCertbot: async (path, proof) => {
    const file = join('/var/www/html', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, proof);
    return { stop: () => rm(file) };
  },
  check: () => ['nginx', '-t'],
  command: () => ['nginx', '-g', 'daemon off;'],
};

const HAPROXY: ProxyKind = {
  name: 'haproxy',
  file: 'haproxy.cfg',
  continuesUnasked: false,
  isCertified: false,
  install: async (stage) => {
    const { certificate, key } = await stage.certify(NAME);
    await mkdir('/etc/haproxy/certs', { recursive: true });
    const both = (await readFile(certificate, 'utf8')) + (await readFile(key, 'utf8'));
    await writeFile(`/etc/haproxy/certs/${NAME}.pem`, both, { mode: 0o600 });
    await copyFile(join(CONFIG, 'haproxy.cfg'), '/etc/haproxy/haproxy.cfg');
  },
  proveAsCertbot: async (path, proof) => {
    const server = createServer((request, response) => response.end(request.url === path ? proof : 'nothing'));
    server.listen(8888, '127.0.0.1');
    await once(server, 'listening');
    return {
      stop: async () => {
        server.close();
        server.closeAllConnections();
      },
    };
  },
  check: () => ['haproxy', '-c', '-f', '/etc/haproxy/haproxy.cfg'],
  command: () => ['haproxy', '-db', '-f', '/etc/haproxy/haproxy.cfg'],
};

const CADDY: ProxyKind = {
  name: 'Caddy',
  file: 'Caddyfile',
  continuesUnasked: false,
  isCertified: true,
  install: async () => undefined,
  check: () => ['caddy', 'validate', '--config', join(CONFIG, 'Caddyfile'), '--adapter', 'caddyfile'],
  command: () => ['caddy', 'run', '--config', join(CONFIG, 'Caddyfile'), '--adapter', 'caddyfile'],
  environment: ({ scratch }) => ({ ...scratch.env, TMPDIR: '/run' }),
  startBeside: startAuthority,
};

export const PROXIES: readonly ProxyKind[] = [NGINX, HAPROXY, CADDY];

async function installCertificate(stage: Stage): Promise<void> {
  const { certificate, key } = await stage.certify(NAME);
  const live = `/etc/letsencrypt/live/${NAME}`;
  await mkdir(live, { recursive: true });
  await copyFile(certificate, join(live, 'fullchain.pem'));
  await copyFile(key, join(live, 'privkey.pem'));
}

/** What the comments of the file say belongs into nosocial.yaml. */
export async function settingsIn(kind: ProxyKind): Promise<string> {
  const text = await readFile(join(CONFIG, kind.file), 'utf8');
  const lines = /In nosocial\.yaml:\n#\n((?:# {3}.*\n)+)/.exec(text)?.[1];
  if (lines === undefined) throw new Error(`${kind.file} does not say what belongs into nosocial.yaml`);
  return lines.replace(/^# {3}/gm, '');
}

/** One that runs. */
export class Proxy {
  readonly #stage: Stage;
  readonly #kind: ProxyKind;
  readonly #child: ChildProcess;
  readonly #beside: Ending | undefined;
  #output = '';

  private constructor(stage: Stage, kind: ProxyKind, child: ChildProcess, beside: Ending | undefined) {
    this.#stage = stage;
    this.#kind = kind;
    this.#child = child;
    this.#beside = beside;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
  }

  static async start(stage: Stage, kind: ProxyKind): Promise<Proxy> {
    await kind.install(stage);
    const beside = await kind.startBeside?.(stage);
    const [command = '', ...args] = kind.command();
    const env = { ...process.env, ...kind.environment?.(stage) };
    const proxy = new Proxy(stage, kind, spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }), beside);
    try {
      await until(`${kind.name} speaks TLS as ${NAME}`, () => proxy.#probe(), { timeoutMs: READY_TIMEOUT_MS });
    } catch (error) {
      await proxy.stop();
      throw new Error(proxy.output, { cause: error });
    }
    return proxy;
  }

  /** What it said so far. */
  get output(): string {
    return this.#output;
  }

  /** What the program says of its configuration. */
  async check(): Promise<Outcome> {
    const [command = '', ...args] = this.#kind.check();
    return run(command, args, { env: { ...this.#kind.environment?.(this.#stage) } });
  }

  /** The most memory that its processes ever had, added up. */
  async peakMemoryBytes(): Promise<number> {
    const { pid = 0 } = this.#child;
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    let kibibytes = 0;
    for (const each of [pid, ...children.trim().split(' ').filter(Boolean)]) {
      const status = await readFile(`/proc/${each}/status`, 'utf8');
      kibibytes += Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN);
    }
    return kibibytes * 1024;
  }

  async stop(): Promise<void> {
    await endProcess(this.#child);
    await this.#beside?.stop();
  }

  async #probe(): Promise<true | undefined> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) throw new Error(`${this.#kind.name} ended: ${this.#output}`);
    const { promise, resolve } = Promise.withResolvers<true | undefined>();
    const socket = connect({ host: NAME, port: 443, servername: NAME }, () => resolve(true));
    socket.on('error', () => resolve(undefined));
    const answer = await promise;
    socket.destroy();
    return answer;
  }
}
