import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { encodePath } from '../../support/dav-client.ts';
import { runWell, type Outcome, type Scratch } from '../../support/processes.ts';
import { DIFFICULT_NAMES } from '../../support/sample-tree.ts';
import type { ClientSession, Place, Step, StockClient } from './round-trip.ts';

/** A download is first written beside its name, with `.part` after it: no local file system takes that for these. */
export const NAMES_WITHOUT_ROOM = DIFFICULT_NAMES.filter((name) => Buffer.byteLength(name) > 250);

export const KIO: StockClient = {
  title: 'KIO 5.103 (KDE)',
  open: (place) => KioSession.open(place),
  leavesOut: NAMES_WITHOUT_ROOM,
};

const TIMEOUT_MS = 120_000;

/**
 * A KDE session of its own, in which the password of the drive was typed in: what Dolphin does goes through the same
 * workers as what `kioclient` does here.
 */
export class KioSession implements ClientSession {
  readonly #root: string;
  readonly #scratch: Scratch;
  readonly #bus: ChildProcess;
  readonly #env: NodeJS.ProcessEnv;
  #runs = 0;

  private constructor(root: string, scratch: Scratch, bus: ChildProcess, env: NodeJS.ProcessEnv) {
    this.#root = root;
    this.#scratch = scratch;
    this.#bus = bus;
    this.#env = env;
  }

  static async open({ davUrl, account, scratch }: Place): Promise<KioSession> {
    const root = new URL(davUrl);
    const desktop = { ...process.env, ...scratch.env, QT_QPA_PLATFORM: 'offscreen', DISPLAY: '' };
    await mkdir(scratch.path('home/.config'), { recursive: true });
    await mkdir(scratch.path('runs/nothing'), { recursive: true });
    await writeFile(scratch.path('home/.config/kwalletrc'), '[Wallet]\nEnabled=false\n');
    // In a process group of its own: what the bus starts (kiod5, kded5) outlives it otherwise.
    const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], {
      env: desktop,
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    const [address] = (await once(createInterface(bus.stdout), 'line')) as [string];
    const env = { ...desktop, DBUS_SESSION_BUS_ADDRESS: address };
    const url = `webdav://${account.name}@${root.host}${root.pathname}`;
    await typePassword(url, account, env);
    return new KioSession(url, scratch, bus, env);
  }

  /** The address of a path on the drive: with the user's name in it, and with the password when it is given. */
  urlOf(path: string, password?: string): string {
    const root = new URL(this.#root);
    if (password !== undefined) root.password = encodeURIComponent(password);
    return root.href + encodePath(path);
  }

  async perform(steps: readonly Step[]): Promise<void> {
    let group: Step[] = [];
    for (const step of steps) {
      if (group.length > 0 && !goesWith(step, group[0]!)) {
        await this.#together(group);
        group = [];
      }
      group.push(step);
    }
    if (group.length > 0) await this.#together(group);
  }

  async list(path: string): Promise<string[]> {
    const names = (await this.kioclientWell(['ls', `${this.urlOf(path)}/`])).split('\n');
    return names.filter((name) => name !== '' && name !== '.');
  }

  async kioclientWell(words: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.kioclient(words);
    if (code === 0) return stdout;
    throw new Error(`kioclient5 ${words.join(' ')} ended with ${code}\n${stdout}\n${stderr}`);
  }

  /** Its output goes to files: a pipe would stay open for as long as the workers that it leaves behind. */
  async kioclient(words: readonly string[]): Promise<Outcome> {
    const place = this.#scratch.path('runs', String((this.#runs += 1)));
    const [stdout, stderr] = [await open(`${place}.out`, 'w'), await open(`${place}.err`, 'w')];
    const child = spawn('kioclient5', ['--noninteractive', ...words], {
      env: this.#env,
      stdio: ['ignore', stdout.fd, stderr.fd],
      detached: true,
    });
    // A dialog that nobody sees waits for ever.
    const timer = setTimeout(() => endGroup(child), TIMEOUT_MS);
    const [code] = (await once(child, 'exit')) as [number | null];
    clearTimeout(timer);
    endGroup(child);
    await stdout.close();
    await stderr.close();
    const texts = [await readFile(`${place}.out`, 'utf8'), await readFile(`${place}.err`, 'utf8')] as const;
    return { code, stdout: texts[0], stderr: texts[1] };
  }

  async close(): Promise<void> {
    const gone = once(this.#bus, 'exit');
    endGroup(this.#bus);
    await gone;
    await endWorkers(this.#scratch.folder);
  }

  /** Files that keep their names on their way from one folder to another go by one command. */
  async #together(group: readonly Step[]): Promise<void> {
    const [first] = group as readonly [Step];
    const ends = group.map((step) => this.#endsOf(step));
    if (group.length === 1) await this.kioclientWell(this.#wordsOf(first));
    else await this.kioclientWell(['--overwrite', 'copy', ...ends.map(({ from }) => from), dirname(ends[0]!.to)]);
  }

  #wordsOf(step: Step): string[] {
    const { from, to } = this.#endsOf(step);
    if (step.do === 'remove' || step.do === 'remove-folder') return ['remove', to];
    return ['--overwrite', step.do === 'move' ? 'move' : 'copy', from, to];
  }

  #endsOf(step: Step): { from: string; to: string } {
    const remote = this.urlOf(step.path);
    switch (step.do) {
      case 'upload':
        return { from: fileUrl(step.from), to: remote };
      case 'download':
        return { from: remote, to: fileUrl(step.to) };
      case 'move':
      case 'copy':
        return { from: remote, to: this.urlOf(step.to) };
      // kioclient5 makes folders only by copying one.
      case 'make-folder':
        return { from: fileUrl(this.#scratch.path('runs/nothing')), to: remote };
      case 'remove':
      case 'remove-folder':
        return { from: '', to: remote };
    }
  }
}

function goesWith(step: Step, other: Step): boolean {
  const [ends, others] = [transferEnds(step), transferEnds(other)];
  if (!ends || !others || step.do !== other.do) return false;
  return ends.every((end, index) => dirname(end) === dirname(others[index]!));
}

/** Undefined for what is no transfer, or one that changes the name. */
function transferEnds(step: Step): [string, string] | undefined {
  const local = step.do === 'upload' ? step.from : step.do === 'download' ? step.to : undefined;
  return local !== undefined && basename(local) === basename(step.path) ? [local, step.path] : undefined;
}

function fileUrl(path: string): string {
  return `file://${encodePath(path)}`;
}

function endGroup(child: ChildProcess): void {
  kill(-child.pid!);
}

/** A process, or a group with a minus before its number; it may be gone already. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Workers are in groups of their own, and one that waits for a dialog waits for ever: they name a socket in that folder. */
async function endWorkers(folder: string): Promise<void> {
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''); // it may have ended meanwhile
    if (command.includes('kioslave5') && command.includes(folder)) kill(Number(pid));
  }
}

/** What the dialog of KDE does with a password that was typed in: kpasswdserver has it from then on. */
async function typePassword(url: string, account: Place['account'], env: NodeJS.ProcessEnv): Promise<void> {
  const bytes = [...authInfo(url, account)].map((byte) => `0x${byte.toString(16).padStart(2, '0')}`);
  const object = ['--dest', 'org.kde.kpasswdserver', '--object-path', '/modules/kpasswdserver'];
  const method = ['--method', 'org.kde.KPasswdServer.addAuthInfo', `[byte ${bytes.join(', ')}]`, 'int64 0'];
  await runWell('gdbus', ['call', '--session', ...object, ...method], { env });
}

/** A `KIO::AuthInfo` of version 1 as QDataStream writes it, for the realm of this server. */
function authInfo(url: string, { name, password }: Place['account']): Buffer {
  const text = (content: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    return Buffer.concat([length, content]);
  };
  const string = (value: string) => text(Buffer.from(value, 'utf16le').swap16());
  const labels = ['', '', '', ''].map(string);
  const [realm, digest] = [string('nosocial'), string('')];
  // verifyPath, readOnly, keepPassword, modified: what is not to be kept is forgotten 10 s after it was last used.
  const flags = Buffer.of(0, 0, 1, 0);
  const noExtraFields = Buffer.alloc(4);
  const parts = [text(Buffer.from(url)), string(name), string(password), ...labels, realm, digest];
  return Buffer.concat([Buffer.of(1), ...parts, flags, noExtraFields]);
}
