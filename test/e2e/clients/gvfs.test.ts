import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { seededBytes } from '../../support/content.ts';
import { encodePath } from '../../support/dav-client.ts';
import { runWell } from '../../support/processes.ts';
import { hashFolder, hashRemote, sorted, writeSampleTree } from '../../support/sample-tree.ts';
import { ACCOUNT, openFixture, type Fixture } from './fixture.ts';

describe('gvfs (GNOME)', function () {
  this.timeout(60_000);
  let fixture: Fixture;
  let root: string;

  before(async () => {
    fixture = await openFixture('gvfs');
    const { host, pathname } = new URL(fixture.server.davUrl);
    root = `dav://${ACCOUNT.name}@${host}${pathname}`;
  });
  after(() => fixture.close());

  const remote = (path: string) => root + encodePath(path);
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

  /** Runs `gio` commands in a session of their own, in which the drive is mounted; gives what each one printed. */
  async function gio(...commands: string[][]): Promise<string[]> {
    const { scratch } = fixture;
    await writeFile(scratch.path('password'), `${ACCOUNT.password}\n`);
    const steps = commands.map(
      (words) => `gio ${words.map(quoted).join(' ')} < ${quoted(scratch.path('input'))}; printf '\\0'`,
    );
    const script = [
      'set -e',
      `gio mount ${quoted(root)} < ${quoted(scratch.path('password'))} > /dev/null`,
      ...steps,
      `gio mount --unmount ${quoted(root)}`,
    ].join('\n');
    const env = {
      ...scratch.env,
      GVFS_DISABLE_FUSE: '1',
      GIO_USE_VFS: 'gvfs',
      DISPLAY: '',
      DBUS_SESSION_BUS_ADDRESS: '',
    };
    const stdout = await runWell('dbus-run-session', ['--', 'bash', '-c', script], { env });
    return stdout.split('\0').slice(0, -1);
  }

  it('mounts the drive, copies in, lists and copies back, with every name', async () => {
    const { dav, scratch } = fixture;
    await writeFile(scratch.path('input'), '');
    const local = scratch.path('local');
    const hashes = await writeSampleTree(local, { many: 20 });
    const copies = [...hashes].map(([path, hash]) =>
      hash === 'collection' ? ['mkdir', remote(`tree/${path}`)] : ['copy', `${local}/${path}`, remote(`tree/${path}`)],
    );
    await gio(['mkdir', remote('tree')], ...copies);
    assert.deepEqual(await hashRemote(dav, 'tree'), hashes);

    const names = [...hashes.keys()].filter((path) => path.startsWith('names/')).map((path) => path.slice(6));
    const listing = ['list', '--hidden', '--nofollow-symlinks', '--attributes=standard::name', remote('tree/names')];
    const back = names.map((name) => ['copy', remote(`tree/names/${name}`), `${scratch.path('back')}/${name}`]);
    await runWell('mkdir', [scratch.path('back')]);
    const [listed] = await gio(listing, ...back);
    const found = listed!
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('\t')[0]);
    assert.deepEqual(found.sort(), [...names].sort());
    assert.deepEqual(await hashFolder(scratch.path('back')), await hashFolder(`${local}/names`));
  });

  it('renames, moves, saves over a file and removes', async () => {
    const { dav, scratch } = fixture;
    await dav.makeCollection('work');
    await dav.put('work/a.txt', 'a');
    await dav.put('work/b.txt', 'b');
    await dav.makeCollection('work/folder');
    await dav.put('work/folder/inside.txt', 'inside');
    const saved = seededBytes('saved', 150_000);
    await writeFile(scratch.path('input'), saved);
    const hashes = await hashRemote(dav, 'work');
    await gio(
      ['rename', remote('work/a.txt'), 'renamed #1 & more.txt'],
      ['rename', remote('work/folder'), 'umbenannt \u00e4'],
      ['save', remote('work/b.txt')],
      ['save', remote('work/new.bin')],
      ['move', remote('work/umbenannt \u00e4/inside.txt'), remote('work/outside.txt')],
      ['remove', remote('work/umbenannt \u00e4')],
    );
    await writeFile(scratch.path('expected'), await readFile(scratch.path('input')));
    const now = await hashRemote(dav, 'work');
    assert.deepEqual([...now.keys()], ['b.txt', 'new.bin', 'outside.txt', 'renamed #1 & more.txt']);
    assert.equal(now.get('renamed #1 & more.txt'), hashes.get('a.txt'));
    assert.equal(now.get('outside.txt'), hashes.get('folder/inside.txt'));
    assert.deepEqual(sorted(now).get('b.txt'), now.get('new.bin'));
    assert.ok((await dav.get('work/new.bin')).equals(saved));
  });
});
