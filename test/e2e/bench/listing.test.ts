import assert from 'node:assert/strict';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DavClient } from '../../support/dav-client.ts';
import { parseMultistatus } from '../../support/multistatus.ts';
import { Scratch } from '../../support/processes.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { Apache } from './apache.ts';

const ENTRIES = 10_000;
const ROUNDS = 9;
const WARM_UPS = 2;
/** What the requirement calls several times faster; measured above that, this leaves slack for a noisy machine. */
const AT_LEAST_TIMES_FASTER = 2;
/** Then everything is rendered anew: measured 2.4 to 3.4 times faster. */
const AHEAD_AFTER_CHANGE = 1.3;
/** As many as one user may have under way. Each whole listing would be 4 MB. */
const SLOW_READERS = 95;
/** What is gathered for the cache, a page rendered for each reader, and what the collector of garbage leaves about. */
const MAY_GROW_MIB = 150;
/** The last of so many waits for what the others are sent: seconds, on a machine that has other work to do. */
const ANSWER_TIMEOUT_MS = 60_000;
const MEGABYTE = 1024 * 1024;
const ACCOUNT = { name: 'bench', password: 'bench-secret' };
const ALLPROP = '<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:"><D:allprop/></D:propfind>';
const HEADERS = { depth: '1', 'content-type': 'application/xml' };

const names = Array.from({ length: ENTRIES }, (_, index) => `entry number ${String(index).padStart(5, '0')}.txt`);

function median(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? NaN;
}

async function listingMs(dav: DavClient): Promise<number> {
  const startedAt = performance.now();
  const { body } = await dav.expect(207, 'PROPFIND', 'many/', { headers: HEADERS, body: ALLPROP });
  const tookMs = performance.now() - startedAt;
  assert.ok(body.length > ENTRIES * 100);
  return tookMs;
}

describe(`a listing of ${ENTRIES} entries`, function () {
  this.timeout(120_000);
  const stack = new AsyncDisposableStack();
  let server: TestServer;
  let ours: DavClient;
  let apaches: DavClient;

  before(async () => {
    const scratch = await Scratch.create('bench');
    stack.defer(() => scratch.remove());
    await chmod(scratch.folder, 0o755);
    const apache = await Apache.start(scratch.path('apache'));
    stack.defer(() => apache.stop());
    apaches = new DavClient(apache.davUrl, apache.account);
    stack.defer(async () => apaches.close());
    server = await startServer();
    stack.defer(() => server.stop());
    await server.addUser(ACCOUNT.name, { password: ACCOUNT.password });
    ours = new DavClient(server.davUrl, ACCOUNT);
    stack.defer(async () => ours.close());
    await ours.makeCollection('many');
    await apaches.makeCollection('many');
    await fill(apache.filesFolder);
  });
  after(() => stack.disposeAsync());

  async function fill(apacheFolder: string): Promise<void> {
    const left = [...names];
    const work = async () => {
      for (let name = left.pop(); name !== undefined; name = left.pop()) {
        await ours.put(`many/${name}`, name);
        await writeFile(join(apacheFolder, 'many', name), name);
      }
    };
    await Promise.all(Array.from({ length: 16 }, work));
  }

  it('is complete on both servers', async () => {
    for (const dav of [ours, apaches]) {
      const { body } = await dav.expect(207, 'PROPFIND', 'many/', { headers: HEADERS, body: ALLPROP });
      const files = parseMultistatus(body.toString()).filter((entry) => !entry.isCollection);
      const listed = files.map((entry) => decodeURIComponent(entry.href.split('/').at(-1)!));
      assert.deepEqual(listed.sort(), names);
      for (const { properties } of files)
        assert.equal(properties.get('DAV: getcontentlength'), String(names[0]!.length));
    }
  });

  it(`takes less than half of Apache's time, and is ahead also straight after a change`, async () => {
    const figures = { apache: [] as number[], unchanged: [] as number[], changed: [] as number[] };
    for (let round = -WARM_UPS; round < ROUNDS; round++) {
      const apache = await listingMs(apaches);
      await ours.put(`many/${names[0]}`, names[0]!);
      const changed = await listingMs(ours);
      const unchanged = await listingMs(ours);
      if (round < 0) continue;
      figures.apache.push(apache);
      figures.changed.push(changed);
      figures.unchanged.push(unchanged);
    }
    const [apacheMs, changedMs, unchangedMs] = [
      median(figures.apache),
      median(figures.changed),
      median(figures.unchanged),
    ];
    const against = (ms: number) => `${ms.toFixed(1)} ms (${(apacheMs / ms).toFixed(1)} times faster)`;
    process.stdout.write(
      `  medians of ${ROUNDS}: Apache ${apacheMs.toFixed(1)} ms, ours ${against(unchangedMs)}, after a change ${against(changedMs)}\n`,
    );
    assert.ok(apacheMs / unchangedMs >= AT_LEAST_TIMES_FASTER, `only ${apacheMs / unchangedMs} times faster`);
    assert.ok(apacheMs / changedMs >= AHEAD_AFTER_CHANGE, `only ${apacheMs / changedMs} times faster after a change`);
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
      const headers = [`Host: ${host}`, `Authorization: ${ours.authorization}`, 'Depth: 1'];
      const head = ['PROPFIND /dav/many/ HTTP/1.1', ...headers, `Content-Length: ${body.length}`, '', body];
      await reader.send(head.join('\r\n'));
      await reader.answered(1, ANSWER_TIMEOUT_MS);
      reader.socket.pause();
      assert.deepEqual(reader.statuses, [207]);
    });
    await Promise.all(asking);
    // Others are served meanwhile.
    for (let round = 0; round < 10; round++) await listingMs(ours);
    const grownMiB = ((await kib('VmHWM')) - before) / 1024;
    for (const reader of readers) reader.reset();
    process.stdout.write(`  ${SLOW_READERS} slow readers: ${grownMiB.toFixed(0)} MiB more at the peak\n`);
    assert.ok(grownMiB < MAY_GROW_MIB, `${grownMiB} MiB`);
    assert.ok(before * 1024 < 400 * MEGABYTE, `${before} KiB before`);
  });
});
