import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Scratch, until } from '../../support/processes.ts';
import { CURL } from './curl-client.ts';
import { Davfs2Session } from './davfs2-client.ts';
import { describeClient } from './fixture.ts';
import { GvfsSession } from './gvfs-client.ts';
import { RcloneMount } from './rclone-mount.ts';
import { RCLONE } from './rclone-client.ts';
import type { ClientSession } from './round-trip.ts';
import { visit, type Visit } from './shared-server.ts';

/** Programs that have the drive mounted look for changes of others this often, in seconds. */
const REFRESH = { dir_refresh: '1', file_refresh: '0' };

describeClient('several clients on one tree', (database) => {
  const stack = new AsyncDisposableStack();
  let guest: Visit;
  let davfs2: Davfs2Session;
  let rcloneMount: RcloneMount;
  let clients: ReadonlyMap<string, ClientSession>;

  before(async () => {
    guest = await visit(database, 'together');
    stack.defer(() => guest.close());
    const place = async () => {
      const scratch = await Scratch.create('together');
      stack.defer(() => scratch.remove());
      return { ...guest, scratch };
    };
    davfs2 = await Davfs2Session.mount(await place(), REFRESH);
    stack.defer(() => davfs2.close());
    rcloneMount = await RcloneMount.open(await place(), 'writes');
    stack.defer(() => rcloneMount.close());
    const gvfs = await GvfsSession.mount(await place());
    stack.defer(() => gvfs.close());
    const curl = await CURL.open(await place());
    const rclone = await RCLONE.open(await place());
    clients = new Map<string, ClientSession>([
      ['davfs2', davfs2],
      ['rclone mount', rcloneMount],
      ['gvfs', gvfs],
      ['curl', curl],
      ['rclone', rclone],
    ]);
    for (const name of clients.keys()) await mkdir(guest.scratch.path(name));
  });
  after(() => stack.disposeAsync());

  /** What a client has at `path`; undefined when it has nothing. */
  async function seenBy(name: string, path: string): Promise<string | undefined> {
    const to = guest.scratch.path(name, path.split('/').at(-1)!);
    await rm(to, { force: true });
    try {
      await clients.get(name)!.perform([{ do: 'download', path, to }]);
      return await readFile(to, 'utf8');
    } catch {
      return undefined;
    }
  }

  async function everybodySees(path: string, content: string | undefined): Promise<void> {
    for (const name of clients.keys()) {
      const sees = async () => ((await seenBy(name, path)) === content ? true : undefined);
      await until(`${name} sees ${path} with ${content}`, sees, { timeoutMs: 60_000, everyMs: 100 });
    }
  }

  it('see what each of them writes, changes, moves and removes', async () => {
    const file = guest.scratch.path('source.txt');
    const etags = new Set<string | undefined>();
    // rclone 1.60 goes on showing what its cache has of a file that was written by that mount, when others change it.
    const writers = [...clients].filter(([name]) => name !== 'rclone mount');
    for (const [name, client] of writers) {
      for (const content of [`made by ${name}`, `changed by ${name}`]) {
        await writeFile(file, content);
        await client.perform([{ do: 'upload', from: file, path: 'shared.txt' }]);
        await everybodySees('shared.txt', content);
        etags.add((await guest.dav.expect(200, 'HEAD', 'shared.txt')).headers.etag);
      }
    }
    assert.equal(etags.size, 2 * writers.length);
    await clients.get('rclone')!.perform([{ do: 'move', path: 'shared.txt', to: 'moved.txt' }]);
    await everybodySees('moved.txt', 'changed by rclone');
    await everybodySees('shared.txt', undefined);
    await clients.get('davfs2')!.perform([{ do: 'remove', path: 'moved.txt' }]);
    await everybodySees('moved.txt', undefined);
  });

  it('keep out of each other while one has a file open, and lose nothing', async () => {
    const { dav } = guest;
    await dav.put('open.txt', 'first');
    const seen = join(davfs2.drive, 'open.txt');
    await until('davfs2 to see it', () => existsSync(seen) || undefined, { timeoutMs: 60_000 });
    const handle = await open(seen, 'a');
    const file = guest.scratch.path('other.txt');
    await writeFile(file, 'by another');
    const upload = { do: 'upload', from: file, path: 'open.txt' } as const;
    await assert.rejects(clients.get('curl')!.perform([upload]), /423/);
    await assert.rejects(clients.get('rclone')!.perform([upload]), /423/);
    await assert.rejects(clients.get('gvfs')!.perform([upload]));
    await handle.write(', and more by davfs2');
    await handle.close();
    await everybodySees('open.txt', 'first, and more by davfs2');
  });
});
