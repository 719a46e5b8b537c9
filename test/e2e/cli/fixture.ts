import assert from 'node:assert/strict';
import { join } from 'node:path';
import { run, Scratch, type Outcome } from '../../support/processes.ts';

const MAIN = join(import.meta.dirname, '../../../src/main.ts');

/** Runs commands on a data folder that no server works on. */
export class Commands {
  readonly scratch: Scratch;

  private constructor(scratch: Scratch) {
    this.scratch = scratch;
  }

  static async create(): Promise<Commands> {
    return new Commands(await Scratch.create('cli'));
  }

  get dataFolder(): string {
    return this.scratch.path('data');
  }

  async cli(args: readonly string[], input?: string): Promise<Outcome> {
    return run(process.execPath, [MAIN, ...args], {
      env: { ...this.scratch.env, NOSOCIAL_DATA: this.dataFolder },
      ...(input !== undefined && { input }),
    });
  }

  async remove(): Promise<void> {
    await this.scratch.remove();
  }
}

export interface HasCommands {
  cli(args: readonly string[], input?: string): Promise<Outcome>;
}

/** Runs a command line that must end well; gives what it printed and said. */
export async function runWell(on: HasCommands, line: string, input?: string): Promise<{ out: string; said: string }> {
  const { code, stdout, stderr } = await on.cli(line.split(' '), input);
  assert.equal(code, 0, `${line}: ${stderr}`);
  return { out: stdout, said: stderr };
}

/** The same with `--json`; gives what that means. */
export async function readJson(on: HasCommands, line: string, input?: string): Promise<unknown> {
  const { out } = await runWell(on, `${line} --json`, input);
  return JSON.parse(out);
}

/** Runs a command line that must be turned down; gives what it said. */
export async function runBadly(on: HasCommands, code: number, line: string, input?: string): Promise<string> {
  const outcome = await on.cli(line.split(' '), input);
  assert.deepEqual({ code: outcome.code, out: outcome.stdout }, { code, out: '' }, `${line}: ${outcome.stderr}`);
  return outcome.stderr;
}
