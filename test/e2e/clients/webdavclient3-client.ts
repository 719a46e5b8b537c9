import { join } from 'node:path';
import { run, type Outcome, type Scratch } from '../../support/processes.ts';
import type { ClientSession, Place, Step, StockClient } from './round-trip.ts';

export const WEBDAVCLIENT3: StockClient = {
  title: 'webdavclient3 3.14.6 (Python)',
  open: async (place) => new Webdavclient3Session(place),
};

const DRIVER = join(import.meta.dirname, 'run-webdavclient3.py');
/** Debian's, not one that stands before it in the path: the packages are installed for that. */
export const PYTHON = '/usr/bin/python3';

/** A method of its Client, or one of its Resource as `resource.NAME` with the path before its arguments. */
export type PythonCall = readonly [name: string, ...args: unknown[]];

export class Webdavclient3Session implements ClientSession {
  readonly #options: Record<string, unknown>;
  readonly #scratch: Scratch;

  constructor({ davUrl, account, scratch }: Place) {
    const { origin, pathname } = new URL(davUrl);
    // With the path in the host's name instead, its listings have the folder itself among its members.
    const drive = { webdav_hostname: origin, webdav_root: pathname };
    this.#options = { ...drive, webdav_login: account.name, webdav_password: account.password };
    this.#scratch = scratch;
  }

  /** What each call gave back, from one process; rejects with what Python says when one raises. */
  async call(...calls: readonly PythonCall[]): Promise<unknown[]> {
    const { code, stdout, stderr } = await this.attempt(...calls);
    if (code === 0) return JSON.parse(stdout) as unknown[];
    throw new Error(`${calls.length} calls ended with ${code}\n${stderr}`);
  }

  async attempt(...calls: readonly PythonCall[]): Promise<Outcome> {
    const input = JSON.stringify({ options: this.#options, steps: calls });
    return run(PYTHON, ['-u', DRIVER], { env: this.#scratch.env, input, timeoutMs: 240_000 });
  }

  async perform(steps: readonly Step[]): Promise<void> {
    await this.call(...steps.map(callOf));
  }

  async list(path: string): Promise<string[]> {
    const [names] = (await this.call(['list', path])) as [string[]];
    return names.map((name) => name.replace(/\/$/, ''));
  }

  async close(): Promise<void> {
    // Nothing lasts longer than a call.
  }
}

function callOf(step: Step): PythonCall {
  switch (step.do) {
    case 'make-folder':
      return ['mkdir', step.path];
    case 'upload':
      return ['upload', step.path, step.from];
    case 'download':
      return ['download', step.path, step.to];
    case 'move':
    case 'copy':
      return [step.do, step.path, step.to];
    case 'remove':
    case 'remove-folder':
      return ['clean', step.path];
  }
}
