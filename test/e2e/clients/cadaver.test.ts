import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { seededBytes } from '../../support/content.ts';
import { hashFolder, hashRemote } from '../../support/sample-tree.ts';
import { CADAVER, CadaverSession } from './cadaver-client.ts';
import { describeClient } from './fixture.ts';
import { describeRoundTrip } from './round-trip.ts';
import { visit, type Visit } from './shared-server.ts';

describeRoundTrip(CADAVER);

describeClient('cadaver', (database) => {
  const stack = new AsyncDisposableStack();
  let guest: Visit;
  let cadaver: CadaverSession;

  before(async () => {
    guest = await visit(database, 'cadaver-user', { password: CADAVER.password! });
    stack.defer(() => guest.close());
    cadaver = await CadaverSession.open(guest);
  });
  after(() => stack.disposeAsync());

  it('puts and gets many files by a pattern', async () => {
    const { dav, scratch } = guest;
    await mkdir(scratch.path('out'));
    await mkdir(scratch.path('back'));
    const names = ['one.dat', 'two.dat', 'three.dat'];
    for (const name of names) await writeFile(scratch.path('out', name), seededBytes(name, 40_000));
    await writeFile(scratch.path('out/other.txt'), 'not of that kind');
    const expected = await hashFolder(scratch.path('out'));
    expected.delete('other.txt');
    await cadaver.say(['mkcol many', 'cd many', `lcd "${scratch.path('out')}"`, 'mput *.dat']);
    assert.deepEqual(await hashRemote(dav, 'many'), expected);
    await dav.put('many/other.txt', 'not of that kind');
    await cadaver.say(['cd many', `lcd "${scratch.path('back')}"`, 'mget *.dat']);
    assert.deepEqual(await hashFolder(scratch.path('back')), expected);
  });

  it('locks, shows its locks, and finds and steals one of another session', async () => {
    const { dav } = guest;
    await dav.put('locked.txt', 'content');
    const first = await cadaver.say(['lock locked.txt', 'showlocks', 'unlock locked.txt']);
    const token = /opaquelocktoken:[\w-]+|urn:uuid:[\w-]+/;
    assert.match(first, token);
    await dav.put('locked.txt', 'unlocked again');

    await cadaver.say(['lock locked.txt']);
    await dav.expect(423, 'PUT', 'locked.txt', { body: 'refused' });
    assert.match(await cadaver.say(['discover locked.txt']), token);
    await cadaver.say(['steal locked.txt', 'unlock locked.txt']);
    await dav.put('locked.txt', 'stolen and unlocked');
  });

  it('locks a folder with what is made in it', async () => {
    const { dav } = guest;
    await dav.makeCollection('closed');
    await cadaver.say(['lock closed']);
    await dav.expect(423, 'PUT', 'closed/new.txt', { body: 'refused' });
    await cadaver.say(['steal closed', 'unlock closed']);
    await dav.put('closed/new.txt', 'taken');
  });

  it('sets properties and shows them', async () => {
    const { dav } = guest;
    await dav.put('described.txt', 'content');
    await cadaver.say(['propset described.txt colour "dark blue, #1"']);
    assert.match(await cadaver.say(['propget described.txt colour']), /Value of colour is: dark blue, #1/);
    assert.match(await cadaver.say(['propnames described.txt']), /getetag[^]*colour|colour[^]*getetag/);
    await cadaver.say(['propdel described.txt colour']);
    assert.doesNotMatch(await cadaver.say(['propget described.txt']), /colour/);
  });

  it('sends what its propset is given as it is, also what is not XML, which is refused', async () => {
    await assert.rejects(cadaver.say(['propset described.txt colour "blue & green"']), /400 Bad Request/);
  });

  it('edits a file under a lock, in the editor of the user', async () => {
    const { dav, scratch } = guest;
    await dav.put('letter.txt', 'Dear all\n');
    // What another client is told meanwhile; cadaver gives its editor the file and nothing else.
    const trial = `curl -s -o /dev/null -w '%{http_code}' -K '${scratch.path('account')}' -X DELETE '${dav.urlOf('letter.txt')}'`;
    await writeFile(scratch.path('account'), `user = "${guest.account.name}:${guest.account.password}"\n`);
    // It looks for another time of modification, in whole seconds: people take longer.
    const editor = `#!/bin/sh\n${trial} > '${scratch.path('trial')}'\necho 'Yours' >> "$1"\ntouch -d '+10 seconds' "$1"\n`;
    await writeFile(scratch.path('editor'), editor, { mode: 0o755 });
    await cadaver.say(['edit letter.txt'], { EDITOR: scratch.path('editor') });
    assert.equal((await dav.get('letter.txt')).toString(), 'Dear all\nYours\n');
    assert.equal(await readFile(scratch.path('trial'), 'utf8'), '423');
    await dav.expect(204, 'DELETE', 'letter.txt');
  });

  it('shows a file, and removes folders with all in them', async () => {
    const { dav } = guest;
    await dav.makeCollection('full');
    await dav.put('full/readme.txt', 'what it says');
    assert.match(await cadaver.say(['cat full/readme.txt']), /what it says/);
    await cadaver.say(['copy full full2', 'rmcol full', 'mv full2 "full again"']);
    const names = [...(await dav.list('')).keys()].filter((name) => name.startsWith('full'));
    assert.deepEqual(names, ['full again']);
    assert.deepEqual(await readdir(guest.scratch.path('back')), ['one.dat', 'three.dat', 'two.dat']);
  });
});
