import assert from 'node:assert/strict';
import { createCipheriv, createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { get } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { runWell, Scratch, until } from '../../support/processes.ts';
import { CADAVER } from './cadaver-client.ts';
import { CURL } from './curl-client.ts';
import { DAVFS2 } from './davfs2-client.ts';
import { describeClient, isNight } from './fixture.ts';
import { GVFS } from './gvfs-client.ts';
import { RCLONE } from './rclone-client.ts';
import { RCLONE_MOUNT } from './rclone-mount.ts';
import type { StockClient } from './round-trip.ts';
import { visit, type Visit } from './shared-server.ts';

const SIZE_BYTES = 1024 ** 3;
/** npm webdav is not among them: it would hold the whole file in memory. */
const CLIENTS: readonly StockClient[] = isNight ? [CURL, RCLONE, RCLONE_MOUNT, DAVFS2, GVFS, CADAVER] : [CURL, RCLONE];

function* zeros(): Generator<Buffer> {
  const piece = Buffer.alloc(4 * 1024 * 1024);
  for (let left = SIZE_BYTES; left > 0; left -= piece.length) yield piece;
}

/** Writes bytes that look random and repeat with the run. */
async function writeLarge(file: string): Promise<void> {
  const cipher = createCipheriv('aes-256-ctr', Buffer.alloc(32, 7), Buffer.alloc(16));
  await pipeline(Readable.from(zeros()), cipher, createWriteStream(file));
}

async function hashOf(source: Readable): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(source, hash);
  return hash.digest('hex');
}

describeClient('a file of 1 GiB', function (database) {
  this.timeout(900_000);
  const stack = new AsyncDisposableStack();
  let guest: Visit;
  let file: string;
  let expected: string;

  before(async () => {
    guest = await visit(database, 'large-user', { password: CADAVER.password! });
    stack.defer(() => guest.close());
    file = guest.scratch.path('large.bin');
    await writeLarge(file);
    expected = await hashOf(createReadStream(file));
  });
  after(() => stack.disposeAsync());

  /** Some clients upload later than they say. */
  async function isWhole(path: string): Promise<true | undefined> {
    const { status, headers } = await guest.dav.request('HEAD', path);
    return (status === 200 && headers['content-length'] === String(SIZE_BYTES)) || undefined;
  }

  async function hashOnServer(path: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<Readable>();
    const headers = { authorization: guest.dav.authorization };
    get(guest.dav.urlOf(path), { headers }, resolve).on('error', reject);
    return hashOf(await promise);
  }

  for (const client of CLIENTS) {
    it(`goes up and down by ${client.title}`, async () => {
      const scratch = await Scratch.create('large');
      const session = await client.open({ ...guest, scratch });
      try {
        const path = `${client.title}/large.bin`;
        await session.perform([
          { do: 'make-folder', path: client.title },
          { do: 'upload', from: file, path },
        ]);
        await session.settle?.();
        await until('the whole file on the server', () => isWhole(path), { timeoutMs: 600_000 });
        assert.equal(await hashOnServer(path), expected);
        const back = scratch.path('large.bin');
        await session.perform([{ do: 'download', path, to: back }]);
        await runWell('cmp', [file, back], { timeoutMs: 300_000 });
        await rm(back);
      } finally {
        await session.close();
        await scratch.remove();
      }
    });
  }
});
