import { runWell, type Scratch } from '../../support/processes.ts';
import { ACCOUNT } from './fixture.ts';
import type { ClientSession, Place, Step, StockClient } from './round-trip.ts';

/** It asks again for what is missing of a download that was cut. */
export const RCLONE: StockClient = {
  title: 'rclone',
  open: async ({ scratch, davUrl, account }) => new RcloneSession(await rcloneEnv(scratch, davUrl, account)),
  resumesDownloads: true,
};

/** For large files on a machine that has other work to do. */
const TRANSFER_TIMEOUT_MS = 300_000;

/** The environment in which rclone knows the server as `drive:`. */
export async function rcloneEnv(
  scratch: Scratch,
  davUrl: string,
  account: Place['account'] = ACCOUNT,
): Promise<NodeJS.ProcessEnv> {
  const obscured = await runWell('rclone', ['obscure', '-'], { env: scratch.env, input: account.password });
  return {
    ...scratch.env,
    RCLONE_CONFIG: scratch.path('no-rclone.conf'),
    RCLONE_RETRIES: '1',
    RCLONE_LOW_LEVEL_RETRIES: '2',
    RCLONE_CONFIG_DRIVE_TYPE: 'webdav',
    RCLONE_CONFIG_DRIVE_URL: davUrl,
    RCLONE_CONFIG_DRIVE_VENDOR: 'other',
    RCLONE_CONFIG_DRIVE_USER: account.name,
    RCLONE_CONFIG_DRIVE_PASS: obscured.trim(),
  };
}

class RcloneSession implements ClientSession {
  readonly #env: NodeJS.ProcessEnv;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  async perform(steps: readonly Step[]): Promise<void> {
    let transfers: Transfer[] = [];
    for (const step of steps) {
      const transfer = step.do === 'upload' || step.do === 'download' ? transferOf(step) : undefined;
      if (!transfer || !goesWith(transfer, transfers)) {
        await this.#copy(transfers);
        transfers = [];
      }
      if (transfer) transfers.push(transfer);
      else await runWell('rclone', argumentsFor(step), { env: this.#env, timeoutMs: TRANSFER_TIMEOUT_MS });
    }
    await this.#copy(transfers);
  }

  async list(path: string): Promise<string[]> {
    const names = await runWell('rclone', ['lsf', '--dir-slash=false', `drive:${path}`], {
      env: this.#env,
      timeoutMs: TRANSFER_TIMEOUT_MS,
    });
    return names.split('\n').filter((name) => name !== '');
  }

  async close(): Promise<void> {
    // Nothing lasts longer than a command.
  }

  /** What goes from one folder into another goes by one command, several files at a time. */
  async #copy(transfers: readonly Transfer[]): Promise<void> {
    const [first] = transfers;
    if (!first) return;
    const input = transfers.map(({ path }) => `${path}\n`).join('');
    const words = ['copy', '--ignore-times', '--files-from-raw', '-', first.from, first.to];
    await runWell('rclone', words, { env: this.#env, input, timeoutMs: TRANSFER_TIMEOUT_MS });
  }
}

type Move = Extract<Step, { do: 'upload' | 'download' }>;

/** A file at the same `path` below two folders, which end in a slash or a colon. */
interface Transfer {
  from: string;
  to: string;
  path: string;
}

function goesWith({ from, to }: Transfer, others: readonly Transfer[]): boolean {
  return others.every((other) => other.from === from && other.to === to);
}

/** Undefined when a file changes its name on the way. */
function transferOf(step: Move): Transfer | undefined {
  const [local, name] = [step.do === 'upload' ? step.from : step.to, step.path.split('/').at(-1)!];
  let common = '';
  for (const part of step.path.split('/').reverse()) {
    const longer = common === '' ? part : `${part}/${common}`;
    if (!local.endsWith(`/${longer}`)) break;
    common = longer;
  }
  if (!common.endsWith(name)) return undefined;
  const here = local.slice(0, -common.length);
  const there = `drive:${step.path.slice(0, -common.length)}`;
  return step.do === 'upload' ? { from: here, to: there, path: common } : { from: there, to: here, path: common };
}

function argumentsFor(step: Step): string[] {
  const remote = `drive:${step.path}`;
  switch (step.do) {
    case 'make-folder':
      return ['mkdir', remote];
    case 'upload':
      return ['copyto', '--ignore-times', step.from, remote];
    case 'download':
      return ['copyto', '--ignore-times', remote, step.to];
    case 'move':
      return ['moveto', remote, `drive:${step.to}`];
    case 'copy':
      return ['copyto', remote, `drive:${step.to}`];
    case 'remove':
      return ['deletefile', remote];
    case 'remove-folder':
      return ['rmdir', remote];
  }
}
