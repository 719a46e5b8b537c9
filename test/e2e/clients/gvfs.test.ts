import assert from 'node:assert/strict';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededBytes } from '../../support/content.ts';
import { hashRemote, sorted } from '../../support/sample-tree.ts';
import { describeClient } from './fixture.ts';
import { GVFS, GvfsSession } from './gvfs-client.ts';
import { describeRoundTrip } from './round-trip.ts';
import { sharedServer, visit, type Visit } from './shared-server.ts';

describeRoundTrip(GVFS);

describeClient('gvfs (GNOME)', (database) => {
  const stack = new AsyncDisposableStack();
  let guest: Visit;
  let session: GvfsSession;

  before(async () => {
    guest = await visit(database, 'gvfs-user', { quota: '2GB' });
    stack.defer(() => guest.close());
    session = await GvfsSession.mount(guest);
    stack.defer(() => session.close());
  });
  after(() => stack.disposeAsync());

  const gio = (...words: string[]) => session.gio(words);
  const remote = (path: string) => session.uriOf(path);

  it('mounts the drive itself, and nothing above it', async () => {
    assert.match(
      await gio('mount', '--list'),
      new RegExp(`-> ${remote('').replace(/\/$/, '').replaceAll('.', '\\.')}$`, 'm'),
    );
  });

  it('renames, moves, saves over a file and removes', async () => {
    const { dav } = guest;
    await dav.makeCollection('work');
    await dav.put('work/a.txt', 'a');
    await dav.put('work/b.txt', 'b');
    await dav.makeCollection('work/folder');
    await dav.put('work/folder/inside.txt', 'inside');
    const saved = seededBytes('saved', 150_000);
    const hashes = await hashRemote(dav, 'work');
    await gio('rename', remote('work/a.txt'), 'renamed #1 & more.txt');
    await gio('rename', remote('work/folder'), 'umbenannt \u00e4');
    await session.gio(['save', remote('work/b.txt')], saved);
    await session.gio(['save', remote('work/new.bin')], saved);
    await gio('move', remote('work/umbenannt \u00e4/inside.txt'), remote('work/outside.txt'));
    await gio('remove', remote('work/umbenannt \u00e4'));
    const now = await hashRemote(dav, 'work');
    assert.deepEqual([...now.keys()], ['b.txt', 'new.bin', 'outside.txt', 'renamed #1 & more.txt']);
    assert.equal(now.get('renamed #1 & more.txt'), hashes.get('a.txt'));
    assert.equal(now.get('outside.txt'), hashes.get('folder/inside.txt'));
    assert.deepEqual(sorted(now).get('b.txt'), now.get('new.bin'));
    assert.ok((await dav.get('work/new.bin')).equals(saved));
  });

  it('saves only over what it read, as editors do: another content in between is a conflict', async () => {
    const { dav } = guest;
    await dav.put('letter.txt', 'first');
    const etagOf = async () =>
      /etag::value: (.*)/.exec(await gio('info', '-a', 'etag::value', remote('letter.txt')))![1]!;
    const read = await etagOf();
    assert.equal(read, (await dav.request('HEAD', 'letter.txt')).headers.etag);
    await session.gio(['save', '--etag', read, remote('letter.txt')], 'second');
    assert.equal((await dav.get('letter.txt')).toString(), 'second');
    await assert.rejects(session.gio(['save', '--etag', read, remote('letter.txt')], 'lost?'), /modified/i);
    assert.equal((await dav.get('letter.txt')).toString(), 'second');
    assert.notEqual(await etagOf(), read);
  });

  it('shows the size, the kind and the time of a file, and its content', async () => {
    const { dav } = guest;
    await dav.put('notes.txt', 'what it says');
    const info = await gio('info', remote('notes.txt'));
    assert.match(info, /standard::size: 12$/m);
    assert.match(info, /standard::content-type: text\/plain$/m);
    const { headers } = await dav.request('HEAD', 'notes.txt');
    const seconds = new Date(headers['last-modified']!).getTime() / 1000;
    assert.match(info, new RegExp(`time::modified: ${seconds}$`, 'm'));
    assert.equal(await gio('cat', remote('notes.txt')), 'what it says');
  });

  it('shows the size and the free space of the quota', async () => {
    const info = await gio('info', '--filesystem', remote(''));
    const [size, free] = ['size', 'free'].map((name) =>
      Number(new RegExp(`filesystem::${name}: (\\d+)`).exec(info)?.[1]),
    );
    assert.equal(size, 2e9, info);
    assert.ok(free! > 0 && free! < 2e9, info);
  });

  it('says that it has no trash for the drive, and leaves the file where it is', async () => {
    await guest.dav.put('old.txt', 'old');
    await assert.rejects(gio('trash', remote('old.txt')), /trash/i);
    assert.equal((await guest.dav.get('old.txt')).toString(), 'old');
  });

  it('is told when the server cannot read a file to its end', async () => {
    const content = seededBytes('damaged', 3_000_000);
    await guest.dav.put('damaged.bin', content);
    const { dataFolder } = await sharedServer(database);
    const tail = content.subarray(-1000);
    for (const entry of await readdir(dataFolder, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      if (!entry.isFile() || (await stat(file)).size < content.length || file.includes('nosocial.db')) continue;
      const bytes = await readFile(file);
      const position = bytes.indexOf(tail);
      if (position < 0) continue;
      bytes[position + tail.length - 1]! ^= 1;
      await writeFile(file, bytes);
    }
    await assert.rejects(gio('copy', remote('damaged.bin'), guest.scratch.path('damaged.bin')), /terminated|reset/i);
  });

  it('moves files from and to this machine', async () => {
    const { dav, scratch } = guest;
    await writeFile(scratch.path('moved in.txt'), 'content');
    await gio('move', scratch.path('moved in.txt'), remote('moved in.txt'));
    assert.equal((await dav.get('moved in.txt')).toString(), 'content');
    await gio('move', remote('moved in.txt'), scratch.path('moved out.txt'));
    assert.equal(await readFile(scratch.path('moved out.txt'), 'utf8'), 'content');
    assert.ok(!(await dav.list('')).has('moved in.txt'));
  });
});
