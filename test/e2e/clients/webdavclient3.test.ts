import assert from 'node:assert/strict';
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { seededBytes } from '../../support/content.ts';
import { hashFolder, hashRemote, writeSampleTree } from '../../support/sample-tree.ts';
import { describeClient } from './fixture.ts';
import { describeRoundTrip } from './round-trip.ts';
import { visit, type Visit } from './shared-server.ts';
import { WEBDAVCLIENT3, Webdavclient3Session, type PythonCall } from './webdavclient3-client.ts';

describeRoundTrip(WEBDAVCLIENT3);

describeClient('webdavclient3 3.14.6 (Python)', function (database) {
  let guest: Visit;
  let session: Webdavclient3Session;

  before(async () => {
    guest = await visit(database, 'python', { quota: '15GB' });
    session = new Webdavclient3Session(guest);
  });
  after(() => guest.close());

  it('finds files and folders by HEAD, and nothing where nothing is', async () => {
    await guest.dav.put('there.txt', 'there');
    const paths = ['/', 'Mere', 'Mere/', 'there.txt', 'not there', 'Mere/not there'];
    const found = await session.call(...paths.map((path): PythonCall => ['check', path]));
    assert.deepEqual(found, [true, true, true, true, false, false]);
    const kinds = await session.call(['is_dir', 'Mere'], ['is_dir', 'Mere/'], ['is_dir', 'there.txt']);
    assert.deepEqual(kinds, [true, true, false]);
  });

  it('tells size, times, type and etag of a file, alone and in a listing', async () => {
    const { headers } = await guest.dav.put('told.txt', 'twelve bytes');
    const [info, listing] = (await session.call(['info', 'told.txt'], ['list', '/', true])) as [
      Record<string, string>,
      Record<string, unknown>[],
    ];
    assert.equal(info['size'], '12');
    assert.equal(info['etag'], headers.etag);
    assert.equal(info['name'], 'told.txt');
    assert.match(info['content_type']!, /^text\/plain/);
    assert.ok(!Number.isNaN(Date.parse(info['modified']!)));
    assert.ok(!Number.isNaN(Date.parse(info['created']!)));
    const listed = listing.find(({ name }) => name === 'told.txt');
    assert.deepEqual(listed, { ...info, isdir: false, path: '/dav/told.txt' });
  });

  it('sees how much room is left', async () => {
    const [free] = (await session.call(['free'])) as [number];
    assert.ok(free > 0 && free <= 15e9, String(free));
  });

  it('uploads a folder with all in it, over one that was there, and downloads it', async () => {
    const { dav, scratch } = guest;
    const hashes = await writeSampleTree(scratch.path('local'), { many: 50 });
    await dav.makeCollection('folder');
    await dav.put('folder/old.txt', 'goes');
    await session.call(['upload', 'folder', scratch.path('local')], ['download', 'folder', scratch.path('back')]);
    assert.deepEqual(await hashRemote(dav, 'folder'), hashes);
    assert.deepEqual(await hashFolder(scratch.path('back')), hashes);
  });

  it('copies and moves files and folders, with and without overwriting', async () => {
    const { dav } = guest;
    await dav.makeCollection('from');
    await dav.put('from/inside.txt', 'inside');
    await dav.put('one.txt', 'one');
    await dav.put('two.txt', 'two');
    await dav.makeCollection('from/below');
    await dav.put('from/below/deep.txt', 'deep');
    await session.call(['copy', 'from', 'copied'], ['copy', 'one.txt', 'copied/three.txt']);
    const copied = ['below/', 'below/deep.txt', 'inside.txt', 'three.txt'];
    assert.deepEqual([...(await dav.walk('copied')).keys()], copied);
    const refused = await session.attempt(['move', 'one.txt', 'two.txt']);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /412/);
    assert.equal((await dav.get('two.txt')).toString(), 'two');
    await session.call(['move', 'one.txt', 'two.txt', true], ['move', 'copied', 'moved #1']);
    assert.equal((await dav.get('two.txt')).toString(), 'one');
    assert.deepEqual([...(await dav.walk('moved #1')).keys()], copied);
  });

  it('sets properties, alone and several at once, and reads them', async () => {
    await guest.dav.put('described.txt', '');
    const namespace = 'urn:test';
    const option = (name: string, value: string) => ({ namespace, name, value });
    const answers = await session.call(
      ['set_property', 'described.txt', option('colour', 'gr\u00fcn & <blau>')],
      ['set_property_batch', 'described.txt', [option('first', '1'), option('second', '')]],
      ['get_property', 'described.txt', { namespace, name: 'colour' }],
      ['get_property', 'described.txt', { namespace, name: 'first' }],
      ['get_property', 'described.txt', { namespace, name: 'second' }],
    );
    assert.deepEqual(answers.slice(2), ['gr\u00fcn & <blau>', '1', null]);
  });

  it('works on what it calls resources', async () => {
    const { dav, scratch } = guest;
    await dav.put('resource.txt', 'a resource');
    await writeFile(scratch.path('read'), 'read from here');
    const answers = await session.call(
      ['read', 'resource.txt'],
      ['resource.check', 'resource.txt'],
      ['resource.is_dir', 'resource.txt'],
      ['resource.rename', 'resource.txt', 'renamed 100%.txt'],
      ['resource.write', 'renamed 100%.txt', scratch.path('written')],
      ['resource.read', 'renamed 100%.txt', scratch.path('read')],
      ['read', 'renamed 100%.txt'],
      ['resource.move', 'renamed 100%.txt', 'Mere/moved.txt'],
      ['resource.clean', 'Mere/moved.txt'],
      ['resource.check', 'Mere/moved.txt'],
    );
    assert.deepEqual(
      [answers[0], answers[1], answers[2], answers[6], answers[9]],
      ['a resource', true, false, 'read from here', false],
    );
    assert.equal(await readFile(scratch.path('written'), 'utf8'), 'a resource');
  });

  it('pulls what is newer on the server, and pushes what is newer here', async () => {
    const { dav, scratch } = guest;
    const folder = scratch.path('synced');
    await mkdir(folder);
    await dav.makeCollection('synced');
    await dav.makeCollection('synced/sub');
    await dav.put('synced/a.txt', 'from the server');
    await dav.put('synced/sub/b.txt', 'below');
    await session.call(['pull', 'synced', folder]);
    assert.deepEqual(await hashFolder(folder), await hashRemote(dav, 'synced'));
    const ahead = new Date(Date.now() + 3_600_000);
    await mkdir(scratch.path('pushed'));
    await writeFile(scratch.path('pushed/a.txt'), 'from here');
    await utimes(scratch.path('pushed/a.txt'), ahead, ahead);
    await session.call(['push', 'synced', scratch.path('pushed')]);
    assert.equal((await dav.get('synced/a.txt')).toString(), 'from here');
    const behind = new Date(Date.now() - 86_400_000);
    await writeFile(scratch.path('pushed/a.txt'), 'older');
    await utimes(scratch.path('pushed/a.txt'), behind, behind);
    await session.call(['push', 'synced', scratch.path('pushed')]);
    assert.equal((await dav.get('synced/a.txt')).toString(), 'from here');
  });

  it('transfers in threads of its own', async () => {
    const { dav, scratch } = guest;
    await dav.makeCollection('threads');
    const lanes = Array.from({ length: 12 }, (_, lane) => seededBytes(`thread ${lane}`, 300_000 + lane));
    for (const [lane, content] of lanes.entries()) await writeFile(scratch.path(`up ${lane}`), content);
    const pairs = (name: string) => lanes.map((_, lane) => [`threads/${lane}.bin`, scratch.path(`${name} ${lane}`)]);
    await session.call(['in_threads', 'upload', pairs('up')], ['in_threads', 'download', pairs('down')]);
    for (const [lane, content] of lanes.entries()) {
      assert.ok((await dav.get(`threads/${lane}.bin`)).equals(content), `lane ${lane} on the server`);
      assert.ok((await readFile(scratch.path(`down ${lane}`))).equals(content), `lane ${lane} back`);
    }
  });

  it('says what is missing: a parent, a file', async () => {
    const local = guest.scratch.path('any');
    await writeFile(local, 'any');
    const upload = await session.attempt(['upload', 'no such folder/file', local]);
    assert.match(upload.stderr, /RemoteParentNotFound/);
    const download = await session.attempt(['download', 'no such file', local]);
    assert.match(download.stderr, /RemoteResourceNotFound/);
  });
});
