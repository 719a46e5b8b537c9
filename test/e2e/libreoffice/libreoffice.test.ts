import assert from 'node:assert/strict';
import { CuttingProxy } from '../../support/cutting-proxy.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { DavClient, encodePath } from '../../support/dav-client.ts';
import { findAll, parseXml, propfindBody } from '../../support/dav-xml.ts';
import { runWell, Scratch, until } from '../../support/processes.ts';
import { DIFFICULT_NAMES } from '../../support/sample-tree.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { WoundClock } from '../../support/wound-clock.ts';
import { Office } from './office.ts';

/** It asks for so many, and refreshes a lock when less than 30 of them are left. */
const LOCK_SECONDS = 180;
const ANNA = { name: 'anna', password: 'p:a ss%41#word' };
const BERT = { name: 'bert', password: 'another:p%20 word' };

describe('LibreOffice', () => {
  it('says its version, for the table in the README', async () => {
    const version = /LibreOffice ([\d.]+)/.exec(await runWell('soffice', ['--version']))?.[1];
    assert.ok(version);
    console.log(`  tested clients: ${JSON.stringify({ libreoffice: version })}`);
  });
});

describeOnDatabases('LibreOffice 7.4', function (database) {
  this.timeout(180_000);
  const stack = new AsyncDisposableStack();
  let officeClock: WoundClock;
  let serverClock: WoundClock;
  let server: TestServer;
  let proxy: CuttingProxy;
  let dav: DavClient;
  let anna: Office;
  let bert: Office;
  let scratch: Scratch;

  before(async () => {
    scratch = await Scratch.create('libreoffice');
    stack.defer(() => scratch.remove());
    officeClock = await WoundClock.jumping(scratch);
    serverClock = await WoundClock.passing(scratch);
    server = await startServer({ database, env: serverClock.env });
    stack.defer(() => server.stop());
    await server.addUser(ANNA.name, { password: ANNA.password });
    await server.addUser(BERT.name, { password: BERT.password, role: 'admin' });
    dav = new DavClient(server.davUrl, ANNA);
    stack.defer(async () => dav.close());
    proxy = await CuttingProxy.start(server.davUrl);
    stack.defer(() => proxy.stop());
    anna = await startOffice('profile of anna', ANNA);
    bert = await startOffice('profile of bert', BERT);
  });
  afterEach(() => officeClock.set(0));
  after(() => stack.disposeAsync());

  async function startOffice(profile: string, account: typeof ANNA): Promise<Office> {
    const office = await Office.start(scratch, profile, officeClock.env);
    stack.defer(() => office.quit());
    await office.typePassword(new URL(proxy.url).origin, account);
    return office;
  }

  /**
   * As its own dialogs write it: it leaves these characters as they are when it saves, and no more knows its own lock
   * when it was given the address in another way.
   */
  const urlOf = (path: string) => proxy.url + encodePath(path).replaceAll(/%(?:2[46BC]|3[AD]|40)/g, decodeURIComponent);

  /** The tokens of the locks that lie on it. */
  async function locksOf(path: string): Promise<string[]> {
    return tokensIn((await dav.expect(207, 'PROPFIND', path, LOCKS_ASKED)).body);
  }

  /** A new document with that text, closed again. */
  async function haveDocument(path: string, text: string): Promise<void> {
    await anna.create('new', 'odt');
    await anna.write('new', text);
    await anna.saveAs('new', urlOf(path), 'odt');
    await anna.closeDocument('new');
  }

  /** What is in the document, as somebody who only reads it sees it. */
  async function textOf(path: string): Promise<string> {
    const { text } = await bert.open('look', urlOf(path));
    await bert.closeDocument('look');
    return text;
  }

  it('saves a new document, which it locks before there is a file', async () => {
    proxy.pass();
    await anna.create('first', 'odt');
    await anna.write('first', 'Gr\u00fc\u00dfe');
    await anna.saveAs('first', urlOf('Workspace/first.odt'), 'odt');
    const methods = proxy.requests.map((head) => head.split(' ')[0]!);
    assert.ok(methods.indexOf('LOCK') < methods.indexOf('PUT'), methods.join(' '));
    assert.equal((await locksOf('Workspace/first.odt')).length, 1);
    await anna.closeDocument('first');
    assert.deepEqual(await locksOf('Workspace/first.odt'), []);
    assert.equal(await textOf('Workspace/first.odt'), 'Gr\u00fc\u00dfe');
  });

  it('holds one lock from opening to closing, saves under it and refreshes it', async () => {
    const path = 'Workspace/held.odt';
    await haveDocument(path, 'before');
    const opened = await anna.open('held', urlOf(path));
    assert.deepEqual(opened, { readOnly: false, text: 'before' });
    const locks = await locksOf(path);
    assert.equal(locks.length, 1);
    const { headers } = await dav.expect(200, 'HEAD', path);
    for (const text of ['once', 'twice']) {
      await anna.write('held', text);
      await anna.save('held');
      assert.deepEqual(await locksOf(path), locks);
    }
    assert.notEqual((await dav.expect(200, 'HEAD', path)).headers.etag, headers.etag);
    proxy.pass();
    await officeClock.set(LOCK_SECONDS - 10);
    await until('a refreshed lock', () => proxy.requests.some(isRefresh) || undefined, { timeoutMs: 60_000 });
    assert.deepEqual(await locksOf(path), locks);
    await anna.closeDocument('held');
    assert.deepEqual(await locksOf(path), []);
    assert.equal(await textOf(path), 'twice');
  });

  it('opens what somebody else has open only for reading, and for writing when it is free again', async () => {
    const path = 'Workspace/shared.odt';
    await haveDocument(path, 'of anna');
    await anna.open('hers', urlOf(path));
    await assert.rejects(bert.open('his', urlOf(path)), /only for reading/);
    assert.deepEqual(await bert.open('his', urlOf(path), { readOnly: true }), { readOnly: true, text: 'of anna' });
    await bert.write('his', 'of bert');
    await assert.rejects(bert.save('his'));
    await anna.write('hers', 'of anna, again');
    await anna.save('hers');
    await anna.closeDocument('hers');
    await bert.closeDocument('his');
    assert.deepEqual(await bert.open('his', urlOf(path)), { readOnly: false, text: 'of anna, again' });
    await bert.write('his', 'of bert');
    await bert.save('his');
    await bert.closeDocument('his');
    assert.equal(await textOf(path), 'of bert');
  });

  it('saves onto another document, and lets go of the first', async () => {
    await haveDocument('Workspace/source.odt', 'source');
    await haveDocument('Workspace/target.odt', 'target');
    await anna.open('document', urlOf('Workspace/source.odt'));
    await anna.saveAs('document', urlOf('Workspace/target.odt'), 'odt');
    assert.deepEqual(await locksOf('Workspace/source.odt'), []);
    assert.equal((await locksOf('Workspace/target.odt')).length, 1);
    await anna.write('document', 'now in the target');
    await anna.save('document');
    await anna.closeDocument('document');
    assert.equal(await textOf('Workspace/source.odt'), 'source');
    assert.equal(await textOf('Workspace/target.odt'), 'now in the target');
  });

  it('works on a spreadsheet', async () => {
    await anna.create('sheet', 'ods');
    await anna.write('sheet', 'a cell');
    await anna.saveAs('sheet', urlOf('sheet.ods'), 'ods');
    await anna.closeDocument('sheet');
    assert.deepEqual(await anna.open('sheet', urlOf('sheet.ods')), { readOnly: false, text: 'a cell' });
    await anna.write('sheet', 'another');
    await anna.save('sheet');
    await anna.closeDocument('sheet');
    assert.equal((await anna.open('sheet', urlOf('sheet.ods'))).text, 'another');
    await anna.closeDocument('sheet');
  });

  it('saves and opens documents of every name', async () => {
    // As plain text it would ask for their encoding.
    const names = DIFFICULT_NAMES.map((name) => name.replace(/\.txt$/, '.odt'));
    const folder = 'Workspace/n\u00e4mes #1';
    await dav.makeCollection(folder);
    for (const name of names) await haveDocument(`${folder}/${name}`, name);
    assert.deepEqual([...(await dav.list(folder)).keys()].sort(), names.toSorted());
    for (const name of names) assert.equal(await textOf(`${folder}/${name}`), name);
  });

  it('costs others no more than the time of its lock when it is killed', async () => {
    const path = 'Workspace/crashed.odt';
    await haveDocument(path, 'safe');
    await anna.open('crashed', urlOf(path));
    await anna.write('crashed', 'never saved');
    await anna.kill();
    assert.equal((await dav.request('PUT', path, { body: 'x' })).status, 423);
    await serverClock.set(LOCK_SECONDS + 1);
    // Connections of before are too old by now, those to the database as well.
    const later = new DavClient(server.davUrl, ANNA);
    stack.defer(async () => later.close());
    const isFree = async () => {
      const { status, body } = await later.request('PROPFIND', path, LOCKS_ASKED);
      return (status === 207 && tokensIn(body).length === 0) || undefined;
    };
    await until('the end of the lock', isFree, { timeoutMs: 30_000 });
    assert.deepEqual(await bert.open('free', urlOf(path)), { readOnly: false, text: 'safe' });
    await bert.closeDocument('free');
  });
});

const LOCKS_ASKED = {
  headers: { depth: '0', 'content-type': 'application/xml' },
  body: propfindBody('<D:lockdiscovery/>'),
};

function tokensIn(multistatus: Buffer): string[] {
  return findAll(parseXml(multistatus), 'locktoken').map((token) => findAll(token, 'href')[0]!.text);
}

function isRefresh(head: string): boolean {
  return head.startsWith('LOCK ') && /^if: \(<urn:uuid:/im.test(head);
}
