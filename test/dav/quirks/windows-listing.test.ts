import assert from 'node:assert/strict';
import type { Core } from '../../../src/core/core.ts';
import { randomId } from '../../../src/lib/ids.ts';
import type { DavClient } from '../../support/dav-client.ts';
import { DavServer } from '../../support/dav-server.ts';
import { propstats } from '../../support/dav-xml.ts';

const WINDOWS = { 'user-agent': 'Microsoft-WebDAV-MiniRedir/10.0.19045' };
/** `FileAttributesLimitInBytes`, as Windows comes. */
const LIMIT_BYTES = 1_000_000;
const CREATED_MS = Date.parse('2024-05-17T18:30:12Z');
const MODIFIED_MS = Date.parse('2024-05-18T08:00:00Z');
const ALL = ['resourcetype', 'getcontentlength', 'getlastmodified', 'creationdate'];
const BATCH = 250;

/** Names as cameras, scanners and offices give them, and a folder now and then. */
function ordinaryName(index: number): string {
  const number = String(index).padStart(4, '0');
  const names = [
    `IMG_20240517_${number}.jpg`,
    `DSC0${number}.JPG`,
    `Invoice ${number}.pdf`,
    `Scan_2024-05-${number}.pdf`,
    `VID_20240517_${number}.mp4`,
    `Budget-${number}.xlsx`,
    `IMG_${number}.HEIC`,
    `Meeting notes ${number}.docx`,
    `Letter-${number}.odt`,
    `Album ${number}`,
  ];
  return names[index % 10]!;
}

const isFolder = (name: string) => name.startsWith('Album');

describe('a listing for Windows', function listings() {
  this.timeout(120_000);
  let server: DavServer;
  let ann: DavClient;
  let pagesRead = 0;

  before(async () => {
    server = await DavServer.start({
      wrap: (core) => {
        // Sizes of photos and documents, without storing any.
        const list = core.store.listChildren.bind(core.store);
        core.store.listChildren = async (...args) => {
          pagesRead += 1;
          const page = await list(...args);
          return page.map((node) => (node.kind === 'file' ? { ...node, sizeBytes: 1_000_000 + node.id } : node));
        };
        return core;
      },
    });
    ann = server.as('ann');
  });
  after(() => server.stop());

  const list = async (folder: string, headers: Record<string, string> = WINDOWS) =>
    (await ann.expect(207, 'PROPFIND', folder, { headers: { depth: '1', ...headers } })).body;

  /** What is said of one entry. */
  const said = (body: Buffer, href: string) => [...propstats(body).get(href)!.get(200)!.keys()].map(localName);

  it('tells of each entry what Windows reads, and nothing else', async () => {
    await fill(server.core, ann, { folder: 'Few', count: 20 });
    const body = await list('Few');
    const entries = propstats(body);
    assert.equal(entries.size, 21);
    assert.deepEqual(said(body, '/dav/Few/DSC00001.JPG').sort(), [...ALL].sort());
    assert.deepEqual(
      said(body, '/dav/Few/Album%200009/').sort(),
      ALL.filter((name) => !name.includes('length')).sort(),
    );
    const photo = entries.get('/dav/Few/DSC00001.JPG')!.get(200)!;
    assert.equal(photo.get('{DAV:}getlastmodified')!.text, 'Sat, 18 May 2024 08:00:00 GMT');
    assert.equal(photo.get('{DAV:}creationdate')!.text, '2024-05-17T18:30:12Z');
    assert.match(photo.get('{DAV:}getcontentlength')!.text, /^1\d{6}$/);
    assert.match(body.toString(), /<D:multistatus xmlns:D="DAV:">/, 'Windows 7 ignores elements without a prefix');
  });

  it('tells everything to everybody else, and to Windows at Depth 0 and by name', async () => {
    const others = await list('Few', {});
    assert.ok(said(others, '/dav/Few/DSC00001.JPG').includes('getetag'));
    assert.ok(said(others, '/dav/Few/DSC00001.JPG').includes('Win32FileAttributes'));
    const alone = await ann.expect(207, 'PROPFIND', 'Few/DSC00001.JPG', { headers: { depth: '0', ...WINDOWS } });
    assert.ok(said(alone.body, '/dav/Few/DSC00001.JPG').includes('getetag'));
    const body = '<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></D:propfind>';
    const named = await ann.expect(207, 'PROPFIND', 'Few', { headers: { depth: '1', ...WINDOWS }, body });
    assert.deepEqual(said(named.body, '/dav/Few/DSC00001.JPG'), ['getetag']);
  });

  it('keeps hidden and read-only files so, in whatever form it is sent', async () => {
    await setAttributes(server.core, 'Few', { name: 'IMG_0006.HEIC', attributes: '00000022' });
    await setAttributes(server.core, 'Few', { name: 'Album 0009', attributes: '00000012' });
    const entries = propstats(await list('Few'));
    const attributes = (href: string) =>
      entries.get(href)!.get(200)!.get('{urn:schemas-microsoft-com:}Win32FileAttributes')?.text;
    assert.equal(attributes('/dav/Few/IMG_0006.HEIC'), '00000022');
    assert.equal(attributes('/dav/Few/Album%200009/'), '00000012');
    assert.equal(attributes('/dav/Few/DSC00001.JPG'), undefined);
  });

  it('shows 5,000 ordinary entries within the limit, and the second time without reading them', async () => {
    await fill(server.core, ann, { folder: 'Photos', count: 5000 });
    const body = await list('Photos');
    assert.ok(body.length < LIMIT_BYTES, `${body.length} bytes`);
    assert.equal(propstats(body).size, 5001);
    assert.deepEqual(said(body, '/dav/Photos/DSC00001.JPG'), ['getcontentlength']);
    pagesRead = 0;
    assert.deepEqual(await list('Photos'), body);
    assert.equal(pagesRead, 0);
  });

  it('leaves out the creation times before it leaves out the others', async () => {
    await fill(server.core, ann, { folder: 'Some', count: 3250 });
    const body = await list('Some');
    assert.ok(body.length < LIMIT_BYTES, `${body.length} bytes`);
    assert.equal(propstats(body).size, 3251);
    assert.deepEqual(said(body, '/dav/Some/DSC00001.JPG').sort(), ALL.filter((name) => name !== 'creationdate').sort());
    await fill(server.core, ann, { folder: 'Less', count: 2500 });
    assert.ok(said(await list('Less'), '/dav/Less/DSC00001.JPG').includes('creationdate'));
  });

  it('says everything where no form fits: only a Windows with a higher limit shows it then', async () => {
    await fill(server.core, ann, { folder: 'Many', count: 6000 });
    for (const attempt of ['rendered', 'kept']) {
      const body = await list('Many');
      assert.ok(body.length > LIMIT_BYTES, attempt);
      assert.equal(propstats(body).size, 6001);
      assert.deepEqual(said(body, '/dav/Many/DSC00001.JPG').sort(), [...ALL].sort());
    }
  });

  it('leaves nothing out where Windows is said to take more', async () => {
    const more = await DavServer.start({ settings: { windowsListingBytes: 20_000_000 } });
    try {
      const client = more.as('ann');
      await fill(more.core, client, { folder: 'Photos', count: 5000 });
      const { body } = await client.expect(207, 'PROPFIND', 'Photos', { headers: { depth: '1', ...WINDOWS } });
      assert.ok(said(body, '/dav/Photos/DSC00001.JPG').includes('creationdate'));
    } finally {
      await more.stop();
    }
  });

  it('is anew after a change', async () => {
    await ann.put('Photos/one more.txt', 'x');
    assert.equal(propstats(await list('Photos')).size, 5002);
  });
});

function localName(name: string): string {
  return name.slice(name.indexOf('}') + 1);
}

async function folderId(core: Core, folder: string): Promise<{ userId: number; parentId: number }> {
  const user = (await core.store.findUser('ann'))!;
  const home = (await core.store.listSpaces(user.id)).find(({ kind }) => kind === 'home')!;
  return { userId: user.id, parentId: (await core.store.walk(home.rootId, [folder]))![1]!.id };
}

/** A folder of so many ordinary entries, each as Explorer leaves it when it has copied it there. */
async function fill(core: Core, ann: DavClient, { folder, count }: { folder: string; count: number }): Promise<void> {
  await ann.makeCollection(folder);
  const { userId, parentId } = await folderId(core, folder);
  const by = { userId, tokens: [], nowMs: MODIFIED_MS };
  const make = async (name: string) => {
    const entry = { ...by, parentId, name, etag: randomId() };
    const file = { replaces: 'any' as const, blob: undefined, uploadId: undefined, mediaType: '', versionsKept: 1 };
    const { nodeId } = isFolder(name)
      ? await core.store.run('createCollection', entry)
      : await core.store.run('putFile', { ...entry, ...file, expected: undefined, modifiedAtMs: undefined });
    await setWin32(core, { ...by, nodeId, attributes: isFolder(name) ? '00000010' : '00000020' });
  };
  for (let start = 0; start < count; start += BATCH) {
    const names = Array.from({ length: Math.min(BATCH, count - start) }, (_, index) => ordinaryName(start + index));
    await Promise.all(names.map(make));
  }
}

async function setAttributes(
  core: Core,
  folder: string,
  { name, attributes }: { name: string; attributes: string },
): Promise<void> {
  const { userId, parentId } = await folderId(core, folder);
  const node = (await core.store.walk(parentId, [name]))![1]!;
  await setWin32(core, { userId, tokens: [], nowMs: MODIFIED_MS, nodeId: node.id, attributes });
}

async function setWin32(
  core: Core,
  { attributes, ...by }: { userId: number; tokens: string[]; nowMs: number; nodeId: number; attributes: string },
): Promise<void> {
  const set = [
    ['Win32LastAccessTime', 'Sat, 18 May 2024 08:00:00 GMT'],
    ['Win32FileAttributes', attributes],
  ].map(([name = '', text = '']) => {
    const xml = `<Z:${name} xmlns:Z="urn:schemas-microsoft-com:">${text}</Z:${name}>`;
    return { namespace: 'urn:schemas-microsoft-com:', name, xml };
  });
  const times = { createdAtMs: CREATED_MS, modifiedAtMs: MODIFIED_MS };
  await core.store.run('changeProperties', { ...by, set, remove: [], expected: undefined, ...times });
}
