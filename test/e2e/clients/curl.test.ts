import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { seededBytes } from '../../support/content.ts';
import { CuttingProxy } from '../../support/cutting-proxy.ts';
import { runWell } from '../../support/processes.ts';
import { CURL, CurlSession } from './curl-client.ts';
import { describeClient } from './fixture.ts';
import { describeRoundTrip } from './round-trip.ts';
import { visit, type Visit } from './shared-server.ts';

describeRoundTrip(CURL);

describeClient('curl', (database) => {
  const stack = new AsyncDisposableStack();
  let guest: Visit;
  let curl: CurlSession;

  before(async () => {
    guest = await visit(database, 'curl-user');
    stack.defer(() => guest.close());
    curl = new CurlSession(guest);
  });
  after(() => stack.disposeAsync());

  const status = (...args: string[]) => curl.run('-o', '/dev/null', '-w', '%{http_code}', ...args);

  it('uploads from a pipe, without a length', async () => {
    const { dav, scratch, account } = guest;
    const content = seededBytes('pipe', 300_000);
    await writeFile(scratch.path('piped'), content);
    const script = `curl -sS --fail-with-body -K "$0" -T - "$1" < "$2"`;
    await writeFile(scratch.path('account'), `user = "${account.name}:${account.password}"\n`);
    await runWell('sh', ['-c', script, scratch.path('account'), dav.urlOf('piped'), scratch.path('piped')]);
    assert.ok((await dav.get('piped')).equals(content));
  });

  it('reads ranges: from the middle, the end, and several at once', async () => {
    const content = seededBytes('ranges', 1_000_000);
    await guest.dav.put('ranges.bin', content);
    const file = guest.scratch.path('range');
    for (const [range, expected] of [
      ['1000-1999', content.subarray(1000, 2000)],
      ['999990-', content.subarray(999_990)],
      ['-5', content.subarray(-5)],
    ] as const) {
      await curl.run('-r', range, '-o', file, curl.urlOf('ranges.bin'));
      assert.ok((await readFile(file)).equals(expected), range);
    }
    await curl.run('-r', '0-9,500000-500009', '-o', file, curl.urlOf('ranges.bin'));
    const parts = (await readFile(file)).toString('latin1');
    for (const start of [0, 500_000]) {
      assert.ok(parts.includes(content.subarray(start, start + 10).toString('latin1')), `from ${start}`);
    }
  });

  it('resumes a download that the network cut', async () => {
    const content = seededBytes('resumed', 3_000_000);
    await guest.dav.put('resumed.bin', content);
    const proxy = await CuttingProxy.start(guest.davUrl);
    stack.defer(() => proxy.stop());
    const through = new CurlSession({ ...guest, davUrl: proxy.url });
    const file = guest.scratch.path('resumed.bin');
    proxy.cut({ down: 1_000_000, once: true });
    await assert.rejects(through.run('-o', file, through.urlOf('resumed.bin')));
    const before = (await readFile(file)).length;
    proxy.pass();
    await through.run('-C', '-', '-o', file, through.urlOf('resumed.bin'));
    assert.ok(before > 0 && before < content.length, `${before} bytes before the cut`);
    assert.match(proxy.requests.join(''), new RegExp(`Range: bytes=${before}-`));
    assert.ok((await readFile(file)).equals(content));
  });

  it('is refused when it resumes an upload, and the file stays as it was', async () => {
    const { dav, scratch } = guest;
    await dav.put('kept.bin', 'old content');
    await writeFile(scratch.path('longer'), 'old content and more');
    const upload = ['-C', '11', '-T', scratch.path('longer'), curl.urlOf('kept.bin')];
    const { code, stdout } = await curl.try('-o', '/dev/null', '-w', '%{http_code}', ...upload);
    assert.deepEqual([code, stdout], [22, '400']);
    assert.equal((await dav.get('kept.bin')).toString(), 'old content');
  });

  it('transfers in parallel over connections of its own', async () => {
    const { dav, scratch } = guest;
    const names = Array.from({ length: 30 }, (_, index) => `file ${index}.bin`);
    await mkdir(scratch.path('parallel'));
    for (const name of names) await writeFile(scratch.path('parallel', name), seededBytes(name, 50_000));
    await dav.makeCollection('parallel');
    const lanes = ['--parallel', '--parallel-max', '10'];
    const uploads = names.flatMap((name) => ['-T', scratch.path('parallel', name), curl.urlOf(`parallel/${name}`)]);
    await curl.run(...lanes, ...uploads);
    await mkdir(scratch.path('back'));
    const downloads = names.flatMap((name) => ['-o', scratch.path('back', name), curl.urlOf(`parallel/${name}`)]);
    await curl.run(...lanes, ...downloads);
    assert.equal((await readdir(scratch.path('back'))).length, names.length);
    for (const name of names) {
      const expected = seededBytes(name, 50_000);
      assert.ok((await dav.get(`parallel/${name}`)).equals(expected), `${name} on the server`);
      assert.ok((await readFile(scratch.path('back', name))).equals(expected), `${name} back`);
    }
  });

  it('waits for 100 Continue with a large body, and sends none that would be refused', async () => {
    const { dav, scratch } = guest;
    const file = scratch.path('large');
    await writeFile(file, seededBytes('continue', 2_000_000));
    const asking = ['-H', 'Expect: 100-continue', '--expect100-timeout', '60', '-T', file];
    const { stderr } = await curl.try('-v', ...asking, curl.urlOf('continued.bin'));
    assert.match(stderr, /< HTTP\/1.1 100 Continue/);
    assert.equal((await dav.get('continued.bin')).length, 2_000_000);

    const refused = await runWell('curl', [
      ...['-sS', '-u', `${guest.account.name}:wrong`, '-o', '/dev/null', '-w', '%{http_code} %{size_upload}'],
      ...[...asking, curl.urlOf('refused.bin')],
    ]);
    assert.equal(refused, '401 0');
  });

  it('is asked for Basic when it wants Digest, and only for that', async () => {
    const { code, stdout } = await curl.try('--digest', '-D', '-', '-o', '/dev/null', curl.urlOf(''));
    assert.equal(code, 22);
    assert.match(stdout, /^HTTP\/1.1 401 /);
    assert.deepEqual(
      stdout.match(/^www-authenticate: \w+/gim)?.map((line) => line.toLowerCase()),
      ['www-authenticate: basic'],
    );
    assert.equal(await status('--anyauth', '-X', 'PROPFIND', '-H', 'Depth: 0', curl.urlOf('')), '207');
  });

  it('downloads again only what changed, and writes only over what it saw', async () => {
    const { dav, scratch } = guest;
    await dav.put('etag.txt', 'one');
    const etags = ['--etag-compare', scratch.path('etag'), '--etag-save', scratch.path('etag')];
    await writeFile(scratch.path('etag'), '');
    assert.equal(await status(...etags, curl.urlOf('etag.txt')), '200');
    assert.equal(await status(...etags, curl.urlOf('etag.txt')), '304');
    const seen = (await readFile(scratch.path('etag'), 'utf8')).trim();
    await dav.put('etag.txt', 'two');
    assert.equal(await status(...etags, curl.urlOf('etag.txt')), '200');
    await writeFile(scratch.path('three'), 'three');
    const { stdout } = await curl.try(
      ...['-H', `If-Match: ${seen}`, '-T', scratch.path('three'), '-o', '/dev/null', '-w', '%{http_code}'],
      curl.urlOf('etag.txt'),
    );
    assert.equal(stdout, '412');
    assert.equal((await dav.get('etag.txt')).toString(), 'two');
  });
});
