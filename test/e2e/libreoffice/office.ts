import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { encodePath } from '../../support/dav-client.ts';
import type { Scratch } from '../../support/processes.ts';

const DRIVER = join(import.meta.dirname, 'run-office.py');
const QUIT_MS = 10_000;

export type DocumentKind = 'odt' | 'ods';

/** A LibreOffice of its own, with a profile of its own, in which somebody works on documents. */
export class Office {
  readonly #soffice: ChildProcess;
  readonly #driver: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: Interface;
  #isGone = false;

  private constructor(soffice: ChildProcess, driver: ChildProcessByStdio<Writable, Readable, null>) {
    this.#soffice = soffice;
    this.#driver = driver;
    this.#lines = createInterface(driver.stdout);
  }

  /** `profile` is a folder that it makes in `scratch`; `clockEnv` gives it a clock that the test sets. */
  static async start(scratch: Scratch, profile: string, clockEnv: NodeJS.ProcessEnv): Promise<Office> {
    const pipe = `nosocial-${randomUUID()}`;
    const env = { ...process.env, ...scratch.env };
    const settings = [
      `-env:UserInstallation=file://${encodePath(scratch.path(profile))}`,
      `--accept=pipe,name=${pipe};urp;`,
    ];
    const soffice = spawn('soffice', ['--headless', '--norestore', '--nologo', '--nodefault', ...settings], {
      env: { ...env, ...clockEnv },
      stdio: 'ignore',
      // It is a script that starts a program that starts another: they go together.
      detached: true,
    });
    const driver = spawn('/usr/bin/python3', [DRIVER, pipe], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    const office = new Office(soffice, driver);
    try {
      await office.#reply();
    } catch (error) {
      await office.kill();
      throw error;
    }
    return office;
  }

  /** What its user types into the dialog that asks for a password. */
  async typePassword(url: string, { name, password }: { name: string; password: string }): Promise<void> {
    await this.#call('type_password', url, name, password);
  }

  async create(document: string, kind: DocumentKind): Promise<void> {
    await this.#call('new', document, kind);
  }

  /** Rejects when somebody else has it open, where its user would be asked whether to read it only. */
  async open(document: string, url: string, { readOnly = false } = {}): Promise<{ readOnly: boolean; text: string }> {
    return (await this.#call('open', document, url, readOnly)) as { readOnly: boolean; text: string };
  }

  async write(document: string, text: string): Promise<void> {
    await this.#call('write', document, text);
  }

  async save(document: string): Promise<void> {
    await this.#call('save', document);
  }

  async saveAs(document: string, url: string, kind: DocumentKind): Promise<void> {
    await this.#call('save_as', document, url, kind);
  }

  async closeDocument(document: string): Promise<void> {
    await this.#call('close', document);
  }

  async quit(): Promise<void> {
    if (this.#isGone) return;
    const gone = once(this.#soffice, 'exit');
    const timer = setTimeout(() => void this.kill(), QUIT_MS);
    await this.#call('quit').catch(() => undefined); // it may be gone before it answers
    await gone;
    clearTimeout(timer);
    await this.kill();
  }

  /** `kill -9`, of all that belongs to it. */
  async kill(): Promise<void> {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#lines.close();
    this.#driver.kill('SIGKILL');
    try {
      process.kill(-this.#soffice.pid!, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    if (this.#soffice.exitCode === null && this.#soffice.signalCode === null) await once(this.#soffice, 'exit');
  }

  async #call(...words: readonly unknown[]): Promise<unknown> {
    const reply = this.#reply();
    this.#driver.stdin.write(`${JSON.stringify(words)}\n`);
    return reply;
  }

  async #reply(): Promise<unknown> {
    const ended = new AbortController();
    const gone = once(this.#driver, 'exit', { signal: ended.signal }).then(() => {
      throw new Error('LibreOffice is gone');
    });
    const line = once(this.#lines, 'line', { signal: ended.signal }) as Promise<[string]>;
    const [text] = await Promise.race([line, gone]).finally(() => {
      ended.abort();
      void Promise.allSettled([line, gone]);
    });
    const { answer, error } = JSON.parse(text) as { answer?: unknown; error?: string };
    if (error !== undefined) throw new Error(error);
    return answer;
  }
}
