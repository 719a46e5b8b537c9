import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { run } from '../../support/processes.ts';
import type { ClientSession, Place, Step, StockClient } from './round-trip.ts';

/** Bytes that `ls` gives a name at least, with spaces after it. */
const NAME_COLUMN = 29;

export const CADAVER: StockClient = {
  title: 'cadaver',
  // One with blanks cannot stand in a .netrc.
  password: 'cadaver#secret',
  open: (place) => CadaverSession.open(place),
  // Its listing does not tell a blank at the end of a short name from those that fill the column.
  shows: (name) => (Buffer.byteLength(name) < NAME_COLUMN ? name.trimEnd() : name),
};

export class CadaverSession implements ClientSession {
  readonly #place: Place;

  private constructor(place: Place) {
    this.#place = place;
  }

  static async open(place: Place): Promise<CadaverSession> {
    const { name, password } = place.account;
    const netrc = `machine 127.0.0.1 login ${name} password ${password}\n`;
    await writeFile(place.scratch.path('home', '.netrc'), netrc, { mode: 0o600 });
    return new CadaverSession(place);
  }

  /** What cadaver says to commands; it tells failures only there. */
  async say(commands: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    const { scratch, davUrl } = this.#place;
    const { stdout, stderr } = await run('cadaver', [davUrl], {
      env: { ...scratch.env, ...env },
      cwd: scratch.folder,
      input: [...commands, 'quit', ''].join('\n'),
      // For large files on a machine that has other work to do.
      timeoutMs: 300_000,
    });
    assert.doesNotMatch(stdout + stderr, /failed|error|could not|not found|unknown command/i);
    return stdout;
  }

  async perform(steps: readonly Step[]): Promise<void> {
    await this.say(steps.map(commandFor));
  }

  /** `Coll:   name    size  Nov 21 07:57`: the name stands from the ninth column to the blanks before the size. */
  async list(path: string): Promise<string[]> {
    const lines = (await this.say([`ls ${quoted(path)}`])).split('\n');
    const rows = lines.map((line) => /^(?: {8}|Coll: {3})(.*?) +\d+ {2}\w{3} [ \d]\d [ \d:]{5}$/.exec(line));
    return rows.filter((row) => row !== null).map((row) => row[1]!);
  }

  async close(): Promise<void> {
    // Nothing lasts longer than a command.
  }
}

/** As its command line takes any name. */
export function quoted(name: string): string {
  return `"${name.replace(/[\\"]/g, '\\$&')}"`;
}

function commandFor(step: Step): string {
  const path = quoted(step.path);
  switch (step.do) {
    case 'make-folder':
      return `mkcol ${path}`;
    case 'upload':
      return `put ${quoted(step.from)} ${path}`;
    case 'download':
      return `get ${path} ${quoted(step.to)}`;
    case 'move':
    case 'copy':
      return `${step.do} ${path} ${quoted(step.to)}`;
    case 'remove':
      return `delete ${path}`;
    case 'remove-folder':
      return `rmcol ${path}`;
  }
}
