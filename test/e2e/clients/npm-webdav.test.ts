import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createClient, type FileStat, type ResponseDataDetailed, type WebDAVClient } from 'webdav';
import { seededBytes } from '../../support/content.ts';
import { describeClient } from './fixture.ts';
import { NPM_WEBDAV } from './npm-webdav-client.ts';
import { describeRoundTrip } from './round-trip.ts';
import { visit, type Visit } from './shared-server.ts';

describeRoundTrip(NPM_WEBDAV);

describeClient('npm webdav', (database) => {
  const stack = new AsyncDisposableStack();
  let guest: Visit;
  let client: WebDAVClient;

  before(async () => {
    guest = await visit(database, 'npm-user');
    stack.defer(() => guest.close());
    const { name: username, password } = guest.account;
    client = createClient(guest.davUrl, { username, password });
  });
  after(() => stack.disposeAsync());

  it('makes folders down to one, and says what is there', async () => {
    await client.createDirectory('/made/by/webdav', { recursive: true });
    await client.putFileContents('/made/by/webdav/a file.txt', 'content');
    assert.equal(await client.exists('/made/by/webdav'), true);
    assert.equal(await client.exists('/made/by/another'), false);
    const { data } = (await client.stat('/made/by/webdav/a file.txt', {
      details: true,
    })) as ResponseDataDetailed<FileStat>;
    assert.equal(data.type, 'file');
    assert.equal(data.size, 7);
    assert.equal(data.mime, 'text/plain');
    assert.equal(data.basename, 'a file.txt');
    const { headers } = await guest.dav.request('HEAD', 'made/by/webdav/a file.txt');
    assert.equal(`"${data.etag}"`, headers.etag);
    assert.equal(new Date(data.lastmod).getTime(), new Date(headers['last-modified']!).getTime());
  });

  it('is refused a listing of everything below, and told why', async () => {
    await assert.rejects(client.getDirectoryContents('/', { deep: true }), { status: 403 });
  });

  it('does not write, copy or move over a file that it was told to keep', async () => {
    await client.putFileContents('/kept.txt', 'kept');
    await client.putFileContents('/other.txt', 'other');
    assert.equal(await client.putFileContents('/kept.txt', 'another', { overwrite: false }), false);
    await assert.rejects(client.copyFile('/other.txt', '/kept.txt', { overwrite: false }), { status: 412 });
    await assert.rejects(client.moveFile('/other.txt', '/kept.txt', { overwrite: false }), { status: 412 });
    assert.equal(await client.getFileContents('/kept.txt', { format: 'text' }), 'kept');
    assert.equal(await client.putFileContents('/new.txt', 'new', { overwrite: false }), true);
    await client.copyFile('/other.txt', '/kept.txt');
    assert.equal(await client.getFileContents('/kept.txt', { format: 'text' }), 'other');
  });

  it('copies a folder with all in it, or without', async () => {
    await client.createDirectory('/whole/inside', { recursive: true });
    await client.putFileContents('/whole/inside/file.txt', 'content');
    await client.copyFile('/whole', '/copied');
    assert.equal(await client.getFileContents('/copied/inside/file.txt', { format: 'text' }), 'content');
    await client.copyFile('/whole', '/shallow', { shallow: true });
    assert.deepEqual(await client.getDirectoryContents('/shallow'), []);
  });

  it('writes and reads by streams, also a part of a file', async () => {
    const content = seededBytes('streams', 3_000_000);
    const stored = Promise.withResolvers<void>();
    const pieces = Array.from({ length: 30 }, (_, index) => content.subarray(index * 100_000, (index + 1) * 100_000));
    const writing = client.createWriteStream('/streamed.bin', {}, (response) => {
      if (response.ok) stored.resolve();
      else stored.reject(new Error(String(response.status)));
    });
    await Promise.all([pipeline(Readable.from(pieces), writing as unknown as NodeJS.WritableStream), stored.promise]);
    assert.ok((await guest.dav.get('streamed.bin')).equals(content));
    const tail = client.createReadStream('/streamed.bin', {
      range: { start: 2_999_000 },
    }) as unknown as AsyncIterable<Buffer>;
    const parts: Buffer[] = [];
    for await (const part of tail) parts.push(part);
    assert.ok(Buffer.concat(parts).equals(content.subarray(2_999_000)));
    const middle = client.createReadStream('/made/by/webdav/a file.txt', {
      range: { start: 1, end: 3 },
    }) as unknown as AsyncIterable<Buffer>;
    assert.equal(await text(middle), 'ont');
  });

  it('learns that a part of a file cannot be written, and the file stays as it was', async () => {
    await client.putFileContents('/whole.txt', 'as it was');
    await assert.rejects(client.partialUpdateFileContents('/whole.txt', 0, 2, 'no!'), /not support/i);
    assert.equal(await client.getFileContents('/whole.txt', { format: 'text' }), 'as it was');
  });

  it('has an upload refused whose checksum it got wrong', async () => {
    const content = Buffer.from('checked');
    const headersOf = (of: Buffer) => ({ 'OC-Checksum': `SHA1:${createHash('sha1').update(of).digest('hex')}` });
    await client.putFileContents('/checked.txt', content, { headers: headersOf(content) });
    const wrong = client.putFileContents('/checked.txt', 'damaged', { headers: headersOf(content) });
    await assert.rejects(wrong, { status: 400 });
    assert.equal(await client.getFileContents('/checked.txt', { format: 'text' }), 'checked');
  });

  it('locks, so that others are refused, and unlocks', async () => {
    await client.putFileContents('/locked', 'before');
    const lock = await client.lock('/locked', { timeout: 'Second-120' });
    assert.equal((await guest.dav.request('PUT', 'locked', { body: 'refused' })).status, 423);
    await assert.rejects(client.lock('/locked'), { status: 423 });
    await client.putFileContents('/locked', 'with the token', { headers: { If: `(<${lock.token}>)` } });
    await client.unlock('/locked', lock.token);
    await guest.dav.put('locked', 'after');
    assert.equal(await client.getFileContents('/locked', { format: 'text' }), 'after');
  });

  it('shows the quota', async () => {
    const quota = await client.getQuota();
    assert.ok(quota && 'used' in quota && quota.used >= 3_000_000, JSON.stringify(quota));
    assert.ok(typeof quota.available === 'number' && quota.available > 0, JSON.stringify(quota));
  });
});
