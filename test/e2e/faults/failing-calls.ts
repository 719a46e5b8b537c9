import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Functions of `node:fs` that can be told to fail, on the files of a disk. */
export type Call = 'write' | 'writeSync' | 'fdatasyncSync' | 'fsyncSync' | 'renameSync';

/** Tells a server that was started with `env` which of its system calls below `disk` is to fail, with EIO. */
export class FailingCalls {
  readonly #folder: string;
  readonly env: NodeJS.ProcessEnv;

  /** `folder` is empty and serves to tell the server. */
  constructor(folder: string, disk: string) {
    this.#folder = folder;
    const preload = pathToFileURL(join(import.meta.dirname, 'failing-calls-preload.ts'));
    this.env = { NODE_OPTIONS: `--import ${preload.href}`, FAILING_CALLS: folder, FAILING_BELOW: disk };
  }

  /** The `nth` call from now on fails, once. */
  arm(call: Call, nth: number): void {
    writeFileSync(join(this.#folder, call), String(nth));
  }

  /** Gives whether the call that was to fail has failed; if not, it will not do so any more. */
  disarm(call: Call): boolean {
    const file = join(this.#folder, call);
    const hasFailed = !existsSync(file);
    rmSync(file, { force: true });
    return hasFailed;
  }
}
