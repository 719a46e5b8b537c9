import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMounted, unmount } from '../../support/mounts.ts';
import { runWell, until } from '../../support/processes.ts';
import { DIFFICULT_NAMES } from '../../support/sample-tree.ts';
import { commandAt } from './mounted.ts';
import type { ClientSession, Place, Step, StockClient } from './round-trip.ts';

/** It keeps each file in its cache under a longer name, which the local file system must still take. */
const LONGEST_NAME = 240;

export const DAVFS2: StockClient = {
  title: 'davfs2',
  open: (place) => Davfs2Session.mount(place),
  leavesOut: DIFFICULT_NAMES.filter((name) => Buffer.byteLength(name) > LONGEST_NAME),
  uploadsLater: true,
};

/** A mount of its own, used by the programs of every system. */
export class Davfs2Session implements ClientSession {
  readonly #place: Place;
  /** Where the drive is mounted. */
  readonly drive: string;

  readonly #settings: Record<string, string>;

  private constructor(place: Place, settings: Record<string, string>) {
    this.#place = place;
    this.#settings = settings;
    this.drive = place.scratch.path('drive');
  }

  /** `settings` as davfs2.conf has them. */
  static async mount(place: Place, settings: Record<string, string> = {}): Promise<Davfs2Session> {
    const session = new Davfs2Session(place, settings);
    await mkdir(session.drive);
    await session.#mount();
    return session;
  }

  async perform(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await runWell('env', commandAt(this.drive, step), { timeoutMs: 300_000 });
  }

  /** On kernel 6.18 reading a folder of davfs2 1.6.1 fails, whatever the server: there it is asked for each name. */
  async list(path: string, expected: readonly string[]): Promise<string[]> {
    const folder = join(this.drive, path);
    try {
      return (await readdir(folder)).filter((name) => name !== 'lost+found');
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'EINVAL');
      assert.equal(existsSync(join(folder, 'not there')), false);
      return expected.filter((name) => existsSync(join(folder, name)));
    }
  }

  /** It ends when everything is uploaded; the cache goes, too, so that all is read from the server. */
  async settle(): Promise<void> {
    const pidFile = join('/run/mount.davfs', `${this.drive.slice(1).replaceAll('/', '-')}.pid`);
    const pid = Number(await readFile(pidFile, 'utf8'));
    // davfs2's own umount looks for its end only every three seconds.
    await runWell('umount', ['--internal-only', this.drive]);
    await until('the end of mount.davfs', () => !existsSync(`/proc/${pid}`) || undefined, { timeoutMs: 300_000 });
    await rm(this.#place.scratch.path('cache'), { recursive: true });
    await this.#mount();
  }

  async close(): Promise<void> {
    await unmount(this.drive);
  }

  async #mount(): Promise<void> {
    const { scratch, davUrl } = this.#place;
    const file = await this.#writeConfiguration();
    await runWell('mount.davfs', ['-o', `conf=${file}`, davUrl, this.drive], { env: scratch.env });
    assert.ok(await isMounted(this.drive));
  }

  async #writeConfiguration(): Promise<string> {
    const { scratch, davUrl, account } = this.#place;
    const group = Number((await runWell('getent', ['group', 'davfs2'])).split(':')[2]);
    await mkdir(scratch.path('cache'));
    await chown(scratch.path('cache'), 0, group);
    await chmod(scratch.path('cache'), 0o1775);
    await chmod(scratch.folder, 0o755);
    const secret = `${davUrl} ${account.name} "${account.password}"\n`;
    await writeFile(scratch.path('secrets'), secret, { mode: 0o600 });
    const settings = {
      secrets: scratch.path('secrets'),
      cache_dir: scratch.path('cache'),
      ask_auth: '0',
      delay_upload: '0',
      use_locks: '1',
      // Seconds until it tries an upload again that failed.
      retry: '1',
      ...this.#settings,
    };
    const lines = Object.entries(settings).map(([key, value]) => `${key} ${value}\n`);
    await writeFile(scratch.path('davfs2.conf'), lines.join(''));
    return scratch.path('davfs2.conf');
  }
}
