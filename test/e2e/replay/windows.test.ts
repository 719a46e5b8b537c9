import assert from 'node:assert/strict';
import { describeOnDatabases } from '../../support/databases.ts';
import { until } from '../../support/processes.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { submitted, WindowsExplorer } from './windows-explorer.ts';

/** As Windows 10 sends names that people give to files. */
const NAMES = [
  'Ärger & Söhne.docx',
  'Rechnung [2024] (Kopie).pdf',
  '100% = #1; a+b, c@d.txt',
  "it's $5 ~ !.txt",
  '日本語 Русский 😀.txt',
  'two  spaces.txt',
  'no extension',
];

describeOnDatabases('Windows Explorer 10 (Mini-Redirector), replayed', function replay(database) {
  this.timeout(60_000);
  let server: TestServer;
  let anna: WindowsExplorer;
  const explorers: WindowsExplorer[] = [];

  const explorer = (name: string, share = '/dav', computer?: string) => {
    const opened = new WindowsExplorer(server.url, share, { name, ...(computer !== undefined && { computer }) });
    explorers.push(opened);
    return opened;
  };

  before(async () => {
    server = await startServer({ database });
    await server.addUser('anna', { password: 'secret-word' });
    await server.addUser('nora', { password: 'secret-word', role: 'normal' });
    anna = explorer('anna');
  });
  after(async () => {
    for (const opened of explorers) opened.close();
    await server.stop();
  });

  it('maps a drive to the whole tree, and to a folder in it', async () => {
    await anna.mount();
    assert.ok((await anna.freeBytes()) > 0);
    assert.ok((await anna.open('')).has('Mere'));
    const special = explorer('anna', '/dav/Special');
    await special.mount();
    assert.equal((await special.open('')).size, 0);
  });

  it('copies files in, which keep their times and attributes', async () => {
    await anna.copyIn('photo.jpg', Buffer.alloc(300_000, 'p'));
    await anna.copyIn('empty.txt', '');
    await anna.copyIn('hidden.sys', 'h', '00000022');
    assert.equal((await anna.read('photo.jpg')).length, 300_000);
    const listing = await anna.open('');
    const photo = listing.get('photo.jpg')!;
    assert.equal(photo.get('{DAV:}getlastmodified')!.text, 'Fri, 17 May 2024 18:30:12 GMT');
    assert.equal(photo.get('{DAV:}creationdate')!.text, '2024-05-15T09:00:00Z');
    assert.equal(photo.get('{DAV:}getcontentlength')!.text, '300000');
    assert.equal(listing.get('empty.txt')!.get('{DAV:}getcontentlength')!.text, '0');
    const attributes = '{urn:schemas-microsoft-com:}Win32FileAttributes';
    assert.equal(listing.get('hidden.sys')!.get(attributes)!.text, '00000022');
    await anna.copyIn('photo.jpg', 'over what was there');
    assert.equal((await anna.read('photo.jpg')).toString(), 'over what was there');
  });

  it('finds every name again that it gave', async () => {
    await anna.newFolder('Names & [more]');
    for (const name of NAMES) await anna.copyIn(`Names & [more]/${name}`, name);
    const listing = await anna.open('Names & [more]');
    assert.deepEqual([...listing.keys()].sort(), [...NAMES].sort());
    for (const name of NAMES) assert.equal((await anna.read(`Names & [more]/${name}`)).toString(), name);
  });

  it('makes a folder and gives it its name, renames and never replaces by that', async () => {
    await anna.newFolder('New folder');
    await anna.move('New folder', 'Holidays');
    await anna.copyIn('Holidays/a.txt', 'a');
    await anna.copyIn('Holidays/b.txt', 'b');
    await anna.move('Holidays/a.txt', 'Holidays/b.txt', 412);
    assert.equal((await anna.read('Holidays/b.txt')).toString(), 'b');
    await anna.move('Holidays/a.txt', 'Holidays/A.txt');
    await anna.move('Holidays', 'holidays');
    assert.deepEqual([...(await anna.open('holidays')).keys()].sort(), ['A.txt', 'b.txt']);
    await anna.newFolder('Other');
    await anna.move('Other', 'holidays', 412);
    await anna.move('holidays', 'Other/holidays');
    assert.equal((await anna.read('Other/holidays/b.txt')).toString(), 'b');
    await anna.remove('Other');
    assert.equal(await anna.exists('Other'), false);
  });

  it('probes for what only Windows knows', async () => {
    for (const name of ['desktop.ini', 'Thumbs.db', 'AutoRun.inf', 'folder.jpg', 'photo.jpg.ws', 'a/b/desktop.ini']) {
      assert.equal(await anna.exists(name), false);
      assert.equal((await anna.send('GET', anna.targetOf(name))).status, 404);
    }
  });

  it('locks what is there and what is not, and refreshes without a body', async () => {
    await anna.copyIn('locked.txt', 'x');
    const token = await anna.lock('locked.txt');
    await anna.refresh('locked.txt', token);
    await anna.expect(423, 'PUT', 'locked.txt', { body: 'without the token' });
    await anna.expect(423, 'DELETE', 'locked.txt');
    await anna.expect(204, 'DELETE', 'locked.txt', { headers: submitted(token) });
    const fresh = await anna.lock('fresh.txt', 201);
    await anna.expect(204, 'PUT', 'fresh.txt', { headers: submitted(fresh), body: 'first' });
    await anna.unlock('fresh.txt', fresh);
    assert.equal((await anna.read('fresh.txt')).toString(), 'first');
  });

  it('saves a document as Excel and Word do, beside it and then in its place', async () => {
    await anna.copyIn('Mappe1.xlsx', 'first');
    let held = await anna.lock('Mappe1.xlsx');
    await anna.copyIn('~$Mappe1.xlsx', 'user name');
    for (const content of ['second', 'third']) {
      await anna.copyIn('34429E5E.tmp', content);
      assert.equal(await anna.exists('A9A97EC7.tmp'), false);
      await anna.expect(423, 'MOVE', 'Mappe1.xlsx', {
        headers: { Destination: `${server.url}/dav/A9A97EC7.tmp`, Overwrite: 'F' },
      });
      await anna.unlock('Mappe1.xlsx', held);
      await anna.move('Mappe1.xlsx', 'A9A97EC7.tmp');
      await anna.move('34429E5E.tmp', 'Mappe1.xlsx');
      await anna.remove('A9A97EC7.tmp');
      held = await anna.lock('Mappe1.xlsx');
      assert.equal((await anna.read('Mappe1.xlsx')).toString(), content);
    }
    await anna.unlock('Mappe1.xlsx', held);
    await anna.remove('~$Mappe1.xlsx');
    const left = [...(await anna.open('')).keys()].filter((name) => /Mappe1|\.tmp$/.test(name));
    assert.deepEqual(left, ['Mappe1.xlsx']);
  });

  it('copies a folder in with all that is in it, as one folder and one file after the other', async () => {
    await anna.newFolder('Project');
    await anna.newFolder('Project/2024 & before');
    for (const path of ['Project/readme.txt', 'Project/2024 & before/plan.txt', 'Project/2024 & before/desktop.ini']) {
      await anna.copyIn(path, path, path.endsWith('.ini') ? '00000026' : '00000020');
    }
    // The folder's own times come last, when nothing in it changes any more.
    await anna.setProperties('Project', [
      ['Win32CreationTime', 'Wed, 15 May 2024 09:00:00 GMT'],
      ['Win32LastModifiedTime', 'Thu, 16 May 2024 09:00:00 GMT'],
      ['Win32FileAttributes', '00000010'],
    ]);
    const folder = (await anna.open('')).get('Project')!;
    assert.equal(folder.get('{DAV:}getlastmodified')!.text, 'Thu, 16 May 2024 09:00:00 GMT');
    assert.equal(folder.get('{DAV:}creationdate')!.text, '2024-05-15T09:00:00Z');
    assert.deepEqual([...(await anna.open('Project/2024 & before')).keys()].sort(), ['desktop.ini', 'plan.txt']);
    await anna.remove('Project');
    assert.equal(await anna.exists('Project/readme.txt'), false);
  });

  it('reads a share that it may not write to, and hears at once that it may not', async () => {
    await server.addUser('adam', { password: 'secret-word', role: 'admin' });
    await explorer('adam', '/dav/Movies').copyIn('film.mkv', 'a film');
    const nora = explorer('nora', '/dav/Movies');
    await nora.mount();
    assert.deepEqual([...(await nora.open('')).keys()], ['film.mkv']);
    assert.equal((await nora.read('film.mkv')).toString(), 'a film');
    const properties = '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><x/></D:prop></D:set></D:propertyupdate>';
    const refused: [method: string, path: string, body?: string, headers?: Record<string, string>][] = [
      ['PUT', 'new.txt'],
      ['MKCOL', 'New folder'],
      ['LOCK', 'new.txt', LOCK_BODY],
      ['PUT', 'film.mkv', 'another film'],
      ['LOCK', 'film.mkv', LOCK_BODY],
      ['PROPPATCH', 'film.mkv', properties],
      ['MOVE', 'film.mkv', '', { Destination: `${server.url}/dav/Movies/other.mkv`, Overwrite: 'F' }],
      ['DELETE', 'film.mkv'],
    ];
    for (const [method, path, body = '', headers = {}] of refused) {
      await nora.expect(403, method, path, { body, headers });
    }
    assert.equal((await nora.read('film.mkv')).toString(), 'a film');
  });

  it('loses a lock with its time when the computer crashes, and nobody else waits longer', async () => {
    await anna.copyIn('crash.txt', 'x');
    await anna.expect(200, 'LOCK', 'crash.txt', { headers: { Timeout: 'Second-1' }, body: LOCK_BODY });
    const other = explorer('anna', '/dav', 'LAPTOP-2');
    const token = await until(
      'the lock of the crashed computer has ended',
      async () => {
        const { status, headers } = await other.send('LOCK', other.targetOf('crash.txt'), { body: LOCK_BODY });
        return status === 200 ? String(headers['lock-token']) : undefined;
      },
      { timeoutMs: 30_000, everyMs: 100 },
    );
    await other.expect(204, 'UNLOCK', 'crash.txt', { headers: { 'Lock-Token': token } });
  });
});

const LOCK_BODY =
  '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>';
