import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMounted, unmount } from '../../support/mounts.ts';
import { runWell, until } from '../../support/processes.ts';
import { commandAt } from './mounted.ts';
import { rcloneEnv } from './rclone-client.ts';
import type { ClientSession, Place, Step, StockClient } from './round-trip.ts';

export const RCLONE_MOUNT: StockClient = {
  title: 'rclone mount',
  open: (place) => RcloneMount.open(place, 'full'),
  resumesDownloads: true,
  uploadsLater: true,
};

const OPTIONS = {
  // A file is uploaded that long after it was closed (5 s without the option). Not 0: then rclone 1.60 forgets to
  // rename on the server what is renamed while it is being uploaded, as editors do.
  'vfs-write-back': '200ms',
  // What others do is seen at once.
  'dir-cache-time': '0s',
  'attr-timeout': '0s',
  'poll-interval': '0s',
};

/** A mount of its own, used by the programs of every system. */
export class RcloneMount implements ClientSession {
  /** Where the drive is mounted. */
  readonly drive: string;
  readonly #child: ChildProcess;

  private constructor(drive: string, child: ChildProcess) {
    this.drive = drive;
    this.#child = child;
  }

  static async open(place: Place, cacheMode: 'writes' | 'full'): Promise<RcloneMount> {
    const drive = place.scratch.path(`drive-${cacheMode}`);
    await mkdir(drive);
    const env = await rcloneEnv(place.scratch, place.davUrl, place.account);
    const options = Object.entries(OPTIONS).map(([name, value]) => `--${name}=${value}`);
    const child = spawn('rclone', ['mount', `--vfs-cache-mode=${cacheMode}`, ...options, 'drive:', drive], {
      env: { ...process.env, ...env },
      stdio: 'ignore',
    });
    const mounted = async () => (await isMounted(drive)) || undefined;
    await until('rclone mount', mounted, { timeoutMs: 60_000 });
    return new RcloneMount(drive, child);
  }

  async perform(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await runWell('env', commandAt(this.drive, step), { timeoutMs: 300_000 });
  }

  async list(path: string): Promise<string[]> {
    return readdir(join(this.drive, path));
  }

  /** It ends when everything is uploaded. */
  async close(): Promise<void> {
    const gone = this.#child.exitCode === null ? once(this.#child, 'exit') : undefined;
    await unmount(this.drive);
    await gone;
  }
}
