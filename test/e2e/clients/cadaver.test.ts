import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { seededBytes } from '../../support/content.ts';
import { DavClient } from '../../support/dav-client.ts';
import { run } from '../../support/processes.ts';
import { hashFolder, hashRemote, sorted } from '../../support/sample-tree.ts';
import { openFixture, type Fixture } from './fixture.ts';

/** A password with blanks cannot stand in a .netrc. */
const PLAIN_ACCOUNT = { name: 'cadaver', password: 'cadaver#secret' };
const NAMES = ['plain.txt', 'two words.txt', 'hash#tag.txt', '100%.txt', 'a+b&c;d.txt', 'composed-\u00e4.txt', 'empty'];

describe('cadaver', function () {
  this.timeout(60_000);
  let fixture: Fixture;
  let dav: DavClient;

  before(async () => {
    fixture = await openFixture('cadaver');
    dav = new DavClient(fixture.server.davUrl, PLAIN_ACCOUNT);
    await fixture.server.addUser(PLAIN_ACCOUNT.name, { password: PLAIN_ACCOUNT.password });
    const { name, password } = PLAIN_ACCOUNT;
    const netrc = `machine 127.0.0.1 login ${name} password ${password}\n`;
    await writeFile(fixture.scratch.path('home', '.netrc'), netrc, { mode: 0o600 });
  });
  after(async () => {
    dav.close();
    await fixture.close();
  });

  /** What cadaver says to `commands`; it tells failures only there. */
  async function cadaver(...commands: string[]): Promise<string> {
    const { scratch, server } = fixture;
    const input = [...commands, 'quit', ''].join('\n');
    const { stdout, stderr } = await run('cadaver', [server.davUrl], { env: scratch.env, cwd: scratch.folder, input });
    assert.doesNotMatch(stdout + stderr, /failed|error|could not|unknown command/i);
    return stdout;
  }

  it('puts, lists, gets, copies, moves and removes', async () => {
    const { scratch } = fixture;
    await mkdir(scratch.path('out'));
    await mkdir(scratch.path('back'));
    for (const name of NAMES) {
      await writeFile(scratch.path('out', name), name === 'empty' ? '' : seededBytes(name, 100_000));
    }
    const expected = await hashFolder(scratch.path('out'));

    await cadaver('mkcol box', 'cd box', ...NAMES.map((name) => `put "out/${name}" "${name}"`));
    assert.deepEqual(await hashRemote(dav, 'box'), expected);

    const listing = await cadaver('cd box', 'ls');
    for (const name of NAMES.filter((candidate) => /^[\w. ]+$/.test(candidate)))
      assert.ok(listing.includes(name), name);
    await cadaver('cd box', ...NAMES.map((name) => `get "${name}" "back/${name}"`));
    assert.deepEqual(await hashFolder(scratch.path('back')), expected);

    await cadaver('cd box', 'mv "two words.txt" "three words.txt"', 'copy plain.txt copied.txt', 'delete empty');
    expected.set('three words.txt', expected.get('two words.txt')!);
    expected.delete('two words.txt');
    expected.set('copied.txt', expected.get('plain.txt')!);
    expected.delete('empty');
    assert.deepEqual(await hashRemote(dav, 'box'), sorted(expected));

    await cadaver('mv box crate', 'rmcol crate');
    const names = [...(await dav.list('')).keys()];
    assert.ok(!names.includes('crate') && !names.includes('box'), names.join());
  });
});
