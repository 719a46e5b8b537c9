import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DavClient } from '../../support/dav-client.ts';
import { runWell, Scratch, until } from '../../support/processes.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** Installing on a slow line takes its time. */
const FIRST_START_MS = 240_000;
const NEXT_START_MS = 30_000;
const ADMINISTRATOR = { name: 'olga', password: 'a few plain words' };

/** `npm start` in a clone, as a person runs it. */
class Started {
  readonly child: ChildProcess;
  readonly seconds: number;
  readonly output: { stdout: string; stderr: string };

  private constructor(child: ChildProcess, seconds: number, output: Started['output']) {
    this.child = child;
    this.seconds = seconds;
    this.output = output;
  }

  static async run(clone: string, env: NodeJS.ProcessEnv, timeoutMs: number): Promise<Started> {
    const startedAt = performance.now();
    const child = spawn('npm', ['start', '--', '--listen', '127.0.0.1:0'], { cwd: clone, env });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    const isReady = (): true | undefined => {
      if (child.exitCode !== null) throw new Error(`npm start ended: ${output.stdout}${output.stderr}`);
      return /^ready http:\S+\n/m.test(output.stdout) || undefined;
    };
    try {
      await until('the ready line', isReady, { timeoutMs });
    } catch (error) {
      child.kill('SIGTERM');
      throw new Error(`${output.stdout}${output.stderr}`, { cause: error });
    }
    return new Started(child, (performance.now() - startedAt) / 1000, output);
  }

  get url(): string {
    return /^ready (http:\S+)$/m.exec(this.output.stdout)?.[1] ?? '';
  }

  /** npm, its shell, the launcher, the server and its helpers. */
  async processes(): Promise<number[]> {
    const parents = new Map<number, number>();
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]);
      if (stat !== '') parents.set(Number(name), parent);
    }
    const isOurs = (pid: number): boolean => pid === this.child.pid || (pid > 1 && isOurs(parents.get(pid) ?? 0));
    return [...parents.keys()].filter(isOurs);
  }

  /** Ends what a person would: npm. */
  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const processes = await this.processes();
    const gone = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await gone;
    await until('every process is gone', () => !processes.some(isAlive) || undefined, { timeoutMs: 20_000 });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A home of its own, where nothing of this checkout's npm is left but its cache and its registry. */
function environment(scratch: Scratch): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NOSOCIAL_)/i.test(name) || /^npm_config_registry$/i.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    HOME: scratch.path('home'),
    XDG_DATA_HOME: '',
    NOSOCIAL_DLNA: 'off',
    npm_config_cache: process.env['npm_config_cache'] ?? join(homedir(), '.npm'),
    npm_config_userconfig: process.env['npm_config_userconfig'] ?? join(homedir(), '.npmrc'),
  };
}

async function filesOf(clone: string): Promise<string[]> {
  const ignored = new Set(['node_modules', 'dist', '.git']);
  const names = await readdir(clone, { recursive: true });
  return names.filter((name) => !ignored.has(name.split('/')[0] ?? '')).sort();
}

describe('npm start in a fresh clone', function () {
  this.timeout(FIRST_START_MS + NEXT_START_MS);
  let scratch: Scratch;
  let clone: string;
  let committed: string[];
  let started: Started;
  let hasStarted = false;

  before(async () => {
    scratch = await Scratch.create('start');
    clone = scratch.path('clone');
    await runWell('git', ['clone', '--quiet', '--no-hardlinks', ROOT, clone]);
    committed = await filesOf(clone);
    started = await Started.run(clone, environment(scratch), FIRST_START_MS);
    hasStarted = true;
  });

  after(async () => {
    if (hasStarted) await started.end();
    await scratch.remove();
  });

  const dataFolder = (): string => scratch.path('home', '.local/share/nosocial');

  it('says where it is reached, where data lie, and how to begin', () => {
    const { stdout } = started.output;
    const lines = [
      `open    ${started.url}/`,
      `webdav  ${started.url}/dav/`,
      `data    ${dataFolder()}`,
      `disk    disk1  ${dataFolder()}/disk`,
    ];
    for (const line of lines) assert.ok(stdout.includes(line), `${line} in ${stdout}`);
    assert.ok(stdout.trimEnd().endsWith(`ready ${started.url}`));
  });

  it('lets the link make the first administrator, once, who can then mount', async () => {
    const link = new RegExp(`${started.url}/setup/\\S+`).exec(started.output.stdout)?.[0] ?? '';
    const form = await fetch(link);
    assert.equal(form.status, 200);
    assert.match(await form.text(), /<form method="post">/);

    const { name, password } = ADMINISTRATOR;
    const body = new URLSearchParams({ name, password, repeated: password });
    const answer = await fetch(link, { method: 'POST', body, headers: { origin: started.url } });
    assert.equal(answer.status, 200, await answer.text());
    const again = await fetch(link, { method: 'POST', body, headers: { origin: started.url } });
    assert.equal(again.status, 404);

    const dav = new DavClient(`${started.url}/dav/`, ADMINISTRATOR);
    try {
      const members = await dav.list('');
      assert.deepEqual([...members.keys()].sort(), [
        'Gallery',
        'Mere',
        'Movies',
        'Public',
        'Special',
        'Temporary',
        'Workspace',
      ]);
      await dav.put('Mere/first.txt', 'hello');
    } finally {
      dav.close();
    }
  });

  it('serves its pages with their scripts, as the build made them', async () => {
    const page = await (await fetch(`${started.url}/connect`)).text();
    const files = [...page.matchAll(/(?:href|src)="(\/connect\/files\/[^"]+)"/g)].map(([, path = '']) => path);
    assert.ok(files.includes('/connect/files/page.js'), files.join(' '));
    for (const path of files) {
      const answer = await fetch(`${started.url}${path}`);
      assert.equal(answer.status, 200, path);
      for (const [, name = ''] of (await answer.text()).matchAll(/from ["']\.\/([\w.-]+)["']/g)) {
        if (!files.includes(`/connect/files/${name}`)) files.push(`/connect/files/${name}`);
      }
    }
    assert.equal(files.length, 4, files.join(' '));
  });

  it('keeps its data out of the checkout', async () => {
    assert.deepEqual(await filesOf(clone), committed);
    assert.ok((await readdir(dataFolder())).includes('nosocial.db'));
  });

  it('offers the command line of the same checkout', async () => {
    const env = environment(scratch);
    const out = await runWell('npm', ['run', '-s', 'nosocial', '--', 'user', 'list', '--json'], { cwd: clone, env });
    const users = JSON.parse(out) as { name: string; role: string }[];
    assert.deepEqual(
      users.map(({ name, role }) => ({ name, role })),
      [{ name: ADMINISTRATOR.name, role: 'admin' }],
    );
  });

  it('ends every process when npm is ended, and starts again quickly with everything kept', async () => {
    const first = started.seconds;
    await started.end();
    started = await Started.run(clone, environment(scratch), NEXT_START_MS);

    console.log(`      first start ${first.toFixed(1)} s, second ${started.seconds.toFixed(2)} s`);
    assert.doesNotMatch(started.output.stdout, /setup/);
    const dav = new DavClient(`${started.url}/dav/`, ADMINISTRATOR);
    try {
      assert.equal((await dav.get('Mere/first.txt')).toString(), 'hello');
    } finally {
      dav.close();
    }
  });
});
