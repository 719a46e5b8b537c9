import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { DavClient } from '../../support/dav-client.ts';
import { parseMultistatus } from '../../support/multistatus.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const ENTRIES = 10_000;
/** As many as one user may have under way. Each whole listing would be 4 MB. */
const SLOW_READERS = 95;
/**
 * What is gathered for the cache, a page rendered for each reader, and what the collector of garbage leaves about: 130 to
 * 160 MiB were seen. Rendered whole for each, the listings took 657.
 */
const MAY_GROW_MIB = 300;
/** The last of so many waits for what the others are sent: seconds, on a machine that has other work to do. */
const ANSWER_TIMEOUT_MS = 60_000;
const MEGABYTE = 1024 * 1024;
const ACCOUNT = { name: 'lister', password: 'lister-secret' };
const ALLPROP = '<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:"><D:allprop/></D:propfind>';
const HEADERS = { depth: '1', 'content-type': 'application/xml' };

const names = Array.from({ length: ENTRIES }, (_, index) => `entry number ${String(index).padStart(5, '0')}.txt`);

async function listAll(dav: DavClient): Promise<Buffer> {
  return (await dav.expect(207, 'PROPFIND', 'many/', { headers: HEADERS, body: ALLPROP })).body;
}

describe(`a listing of ${ENTRIES} entries`, function () {
  this.timeout(120_000);
  const stack = new AsyncDisposableStack();
  let server: TestServer;
  let dav: DavClient;

  before(async () => {
    server = await startServer();
    stack.defer(() => server.stop());
    await server.addUser(ACCOUNT.name, { password: ACCOUNT.password });
    dav = new DavClient(server.davUrl, ACCOUNT);
    stack.defer(async () => dav.close());
    await dav.makeCollection('many');
    const left = [...names];
    const work = async () => {
      for (let name = left.pop(); name !== undefined; name = left.pop()) await dav.put(`many/${name}`, name);
    };
    await Promise.all(Array.from({ length: 16 }, work));
  });
  after(() => stack.disposeAsync());

  it('is complete', async () => {
    const files = parseMultistatus((await listAll(dav)).toString()).filter((entry) => !entry.isCollection);
    const listed = files.map((entry) => decodeURIComponent(entry.href.split('/').at(-1)!));
    assert.deepEqual(listed.sort(), names);
    for (const { properties } of files) assert.equal(properties.get('DAV: getcontentlength'), String(names[0]!.length));
  });

  it('takes no more memory when many slow readers ask at once', async () => {
    const status = `/proc/${server.pid}/status`;
    const kib = async (field: string) =>
      Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(await readFile(status, 'utf8'))?.[1]);
    await writeFile(`/proc/${server.pid}/clear_refs`, '5'); // forgets the peak so far
    const before = await kib('VmRSS');
    const { host } = new URL(server.url);
    const readers = await Promise.all(Array.from({ length: SLOW_READERS }, () => RawConnection.open(server.url)));
    const asking = readers.map(async (reader, index) => {
      // Each asks for something else, so that no answer serves twice.
      const prop = `<D:prop><D:getetag/><D:getlastmodified/><D:getcontentlength/><unknown-${index}/></D:prop>`;
      const body = `<D:propfind xmlns:D="DAV:">${prop}</D:propfind>`;
      const headers = [`Host: ${host}`, `Authorization: ${dav.authorization}`, 'Depth: 1'];
      const head = ['PROPFIND /dav/many/ HTTP/1.1', ...headers, `Content-Length: ${body.length}`, '', body];
      await reader.send(head.join('\r\n'));
      await reader.answered(1, ANSWER_TIMEOUT_MS);
      reader.socket.pause();
      assert.deepEqual(reader.statuses, [207]);
    });
    await Promise.all(asking);
    // Others are served meanwhile.
    for (let round = 0; round < 10; round++) await listAll(dav);
    const grownMiB = ((await kib('VmHWM')) - before) / 1024;
    for (const reader of readers) reader.reset();
    process.stdout.write(`  ${SLOW_READERS} slow readers: ${grownMiB.toFixed(0)} MiB more at the peak\n`);
    assert.ok(grownMiB < MAY_GROW_MIB, `${grownMiB} MiB`);
    assert.ok(before * 1024 < 400 * MEGABYTE, `${before} KiB before`);
  });
});
