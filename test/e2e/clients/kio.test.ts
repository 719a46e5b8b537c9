import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { CuttingProxy } from '../../support/cutting-proxy.ts';
import { hashFolder, hashRemote, writeSampleTree } from '../../support/sample-tree.ts';
import { ACCOUNT, describeClient } from './fixture.ts';
import { KIO, KioSession, NAMES_WITHOUT_ROOM } from './kio-client.ts';
import { describeRoundTrip } from './round-trip.ts';
import { sharedServer, visit, type Visit } from './shared-server.ts';

describeRoundTrip(KIO);

describeClient('KIO 5.103 (KDE)', function (database) {
  const stack = new AsyncDisposableStack();
  let guest: Visit;
  let session: KioSession;

  before(async () => {
    guest = await visit(database, 'dolphin');
    stack.defer(() => guest.close());
    session = await KioSession.open(guest);
    stack.defer(() => session.close());
  });
  after(() => stack.disposeAsync());

  const local = (path: string) => `file://${guest.scratch.path(path)}`;

  it('copies folders with all in them: in, on the server, and out again; and removes them', async () => {
    const { dav, scratch } = guest;
    const names = ['hash#tag.txt', '100%.txt', 'two  spaces.txt', 'decomposed-a\u0308.txt', 'emoji-\u{1f600}.txt'];
    const hashes = await writeSampleTree(scratch.path('local'), { names, many: 50 });
    await session.kioclientWell(['copy', local('local'), session.urlOf('tree')]);
    assert.deepEqual(await hashRemote(dav, 'tree'), hashes);
    await session.kioclientWell(['copy', session.urlOf('tree'), session.urlOf('second tree')]);
    assert.deepEqual(await hashRemote(dav, 'second tree'), hashes);
    await session.kioclientWell(['copy', session.urlOf('second tree'), local('back')]);
    assert.deepEqual(await hashFolder(scratch.path('back')), hashes);
    await session.kioclientWell(['remove', session.urlOf('tree')]);
    assert.ok(!(await dav.list('')).has('tree'));
  });

  it('writes over nothing unless it is told to', async () => {
    const { dav, scratch } = guest;
    await dav.put('kept.txt', 'kept');
    await dav.put('other.txt', 'other');
    await writeFile(scratch.path('new.txt'), 'new');
    for (const command of [
      ['copy', local('new.txt'), session.urlOf('kept.txt')],
      ['copy', session.urlOf('other.txt'), session.urlOf('kept.txt')],
      ['move', session.urlOf('other.txt'), session.urlOf('kept.txt')],
    ]) {
      const { code, stderr } = await session.kioclient(command);
      assert.equal(code, 1);
      assert.match(stderr, /already exists|not overwritten/);
    }
    assert.equal((await dav.get('kept.txt')).toString(), 'kept');
    await session.kioclientWell(['--overwrite', 'copy', session.urlOf('other.txt'), session.urlOf('kept.txt')]);
    assert.equal((await dav.get('kept.txt')).toString(), 'other');
    // It moves with Overwrite: F even when it is told to overwrite, and does not ask again after the 412.
    const move = await session.kioclient(['--overwrite', 'move', local('new.txt'), session.urlOf('kept.txt')]);
    assert.equal(move.code, 0, 'from here to there it is a copy');
    const rename = ['--overwrite', 'move', session.urlOf('other.txt'), session.urlOf('kept.txt')];
    assert.equal((await session.kioclient(rename)).code, 1);
    assert.equal((await dav.get('kept.txt')).toString(), 'new');
    assert.equal((await dav.get('other.txt')).toString(), 'other');
  });

  it('tells size, kind and time of a file', async () => {
    const { dav } = guest;
    await dav.put('stat.txt', 'twelve bytes');
    const { headers } = await dav.expect(200, 'HEAD', 'stat.txt');
    const told = await session.kioclientWell(['stat', session.urlOf('stat.txt')]);
    assert.match(told, /^SIZE +12$/m);
    assert.match(told, /^MIME_TYPE +text\/plain$/m);
    const modified = /^MODIFICATION_TIME +(.*)$/m.exec(told)![1]!;
    assert.equal(Date.parse(modified), Date.parse(headers['last-modified']!));
  });

  it('carries names of 255 bytes, but downloads them only without a partial file beside them', async () => {
    const { dav, scratch } = guest;
    await mkdir(scratch.path('long'));
    for (const name of NAMES_WITHOUT_ROOM) {
      await writeFile(scratch.path('long', name), name);
      await session.perform([{ do: 'upload', from: scratch.path('long', name), path: name }]);
      await session.perform([{ do: 'move', path: name, to: `Mere/${name}` }]);
      assert.equal(await session.kioclientWell(['cat', session.urlOf(`Mere/${name}`)]), name);
      await assert.rejects(
        session.perform([{ do: 'download', path: `Mere/${name}`, to: scratch.path(name) }]),
        /\.part/,
      );
    }
    assert.deepEqual((await session.list('Mere')).sort(), NAMES_WITHOUT_ROOM.toSorted());
    await writeFile(scratch.path('home/.config/kioslaverc'), 'MarkPartial=false\n');
    for (const name of NAMES_WITHOUT_ROOM) {
      await session.perform([{ do: 'download', path: `Mere/${name}`, to: scratch.path(name) }]);
      assert.equal(await readFile(scratch.path(name), 'utf8'), name);
    }
    assert.equal((await dav.list('Mere')).size, NAMES_WITHOUT_ROOM.length);
  });

  it('sends each first request without its password, which is no failed login; and a Destination with it', async () => {
    const { dav } = guest;
    const proxy = await CuttingProxy.start(guest.davUrl);
    const through = await KioSession.open({ ...guest, davUrl: proxy.url });
    try {
      await dav.put('from.txt', 'moved');
      for (let round = 0; round < 12; round++) await through.kioclientWell(['ls', through.urlOf('Mere/')]);
      const urls = ['from.txt', 'to #1.txt'].map((path) => through.urlOf(path, ACCOUNT.password));
      await through.kioclientWell(['move', ...urls]);
      const withoutPassword = proxy.requests.filter((head) => !/^authorization:/im.test(head));
      assert.ok(withoutPassword.length >= 13, `${withoutPassword.length} requests without a password`);
      const move = proxy.requests.find((head) => head.startsWith('MOVE '))!;
      assert.match(move, /^Destination: http:\/\/dolphin:p%3Aa%20ss%2541%23word@127\.0\.0\.1/m);
      assert.equal((await dav.get('to #1.txt')).toString(), 'moved');
      const { dataFolder } = await sharedServer(database);
      const audit = (await readFile(`${dataFolder}/audit.log`, 'utf8')).split('\n');
      assert.ok(audit.some((line) => line.includes('dolphin')));
      assert.deepEqual(
        audit.filter((line) => line.includes('dolphin') && line.includes('login-failed')),
        [],
      );
    } finally {
      await through.close();
      await proxy.stop();
    }
  });
});
