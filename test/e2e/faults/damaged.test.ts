import assert from 'node:assert/strict';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { seededBytes } from '../../support/content.ts';
import { run } from '../../support/processes.ts';
import { Faulty } from './fixture.ts';

const MEGABYTE = 1024 * 1024;
const SIZES = [16, 4096, 65_536, 65_537, MEGABYTE, MEGABYTE + 1, 9 * MEGABYTE];
/** Where curl ends when the connection is reset: an orderly end some clients take for that of the file. */
const CURL_RESET = 56;

/** Turns one bit of a stored file over. */
async function damage(file: string, position: number): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    const byte = Buffer.alloc(1);
    await handle.read(byte, 0, 1, position);
    byte[0]! ^= 1;
    await handle.write(byte, 0, 1, position);
  } finally {
    await handle.close();
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('damaged content', function () {
  this.timeout(60_000);
  let faulty: Faulty;
  let disk: string;

  before(async () => {
    faulty = await Faulty.open();
    disk = join(faulty.server.dataFolder, 'disk');
  });
  after(() => faulty.close());

  /** The stored file that holds `content`, and where in it. */
  async function placeOf(content: Buffer): Promise<{ file: string; position: number }> {
    for (const file of await filesBelow(disk)) {
      const handle = await open(file);
      const bytes = await handle.readFile().finally(() => handle.close());
      const position = bytes.indexOf(content);
      if (position >= 0) return { file, position };
    }
    throw new Error('the content is nowhere');
  }

  async function curl(
    name: string,
    ...args: string[]
  ): Promise<{ code: number | null; bytes: number; stderr: string }> {
    const target = faulty.server.scratch.path('answer');
    const auth = ['-H', `Authorization: ${faulty.dav.authorization}`];
    const { code, stderr } = await run('curl', ['-sSf', ...auth, ...args, '-o', target, faulty.dav.urlOf(name)]);
    const bytes = await stat(target).then(
      ({ size }) => size,
      () => 0,
    );
    await run('rm', ['-f', target]);
    return { code, bytes, stderr };
  }

  for (const sizeBytes of SIZES) {
    it(`never comes whole, at ${sizeBytes} bytes`, async () => {
      const name = `damaged-${sizeBytes}`;
      const content = seededBytes(name, sizeBytes);
      await faulty.dav.put(name, content);
      const { file, position } = await placeOf(content);

      for (const at of [0, sizeBytes >> 1, sizeBytes - 1]) {
        await damage(file, position + at);
        const whole = await curl(name);
        const range = await curl(name, '-r', '0-');
        assert.ok(whole.bytes < sizeBytes && range.bytes < sizeBytes, `${whole.bytes}, ${range.bytes}`);
        // What is read in one piece is answered with 500, for which curl has 22.
        const want = sizeBytes > MEGABYTE ? CURL_RESET : 22;
        assert.deepEqual([whole.code, range.code], [want, want], whole.stderr);
        const { status } = await faulty.dav.request('HEAD', name);
        assert.equal(status, 200);
        await damage(file, position + at);
        const { code, bytes } = await curl(name);
        assert.deepEqual({ code, bytes }, { code: 0, bytes: sizeBytes });
      }
    });
  }

  it('is told in the log and counted', async () => {
    assert.match(faulty.server.stderr, /are not those that were stored/);
    const metrics = await (await fetch(`${faulty.server.url}/metrics`)).text();
    const [, count] = /^nosocial_damaged_reads_total (\d+)$/m.exec(metrics) ?? [];
    assert.equal(Number(count), SIZES.length * 3 * 2);
  });
});
