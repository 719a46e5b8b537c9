import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { seededBytes } from '../../support/content.ts';
import { SQLITE } from '../../support/databases.ts';
import { fillUp, mountTmpfs, unmount } from '../../support/mounts.ts';
import { Scratch, until } from '../../support/processes.ts';
import { TusClient, type TusAnswer } from '../../support/tus-client.ts';
import { ACCOUNT, Faulty } from './fixture.ts';

const MEGABYTE = 1024 * 1024;

describe('uploads in pieces on a full disk', function () {
  this.timeout(60_000);
  const stack = new AsyncDisposableStack();
  let faulty: Faulty;
  let disk: string;
  let client: TusClient;

  before(async () => {
    const scratch = await Scratch.create('uploads-full');
    stack.defer(() => scratch.remove());
    disk = scratch.path('small');
    stack.defer(() => unmount(disk));
    await mountTmpfs(disk, 16);
    faulty = await Faulty.open({ database: SQLITE, disks: [disk], env: { NOSOCIAL_DISK_RESERVE: '0' } });
    stack.defer(() => faulty.closeChecked());
    client = await TusClient.login(faulty.server.url, ACCOUNT);
  });
  after(() => stack.disposeAsync());

  function assertFull({ status, body }: TusAnswer): void {
    assert.equal(status, 507);
    assert.equal(body.code, 'no-space');
  }

  it('are refused before anything is sent, and are promised what is there', async () => {
    assertFull(await client.tryCreate({ path: '/Mere/huge' }, 20 * MEGABYTE));
    await faulty.nothingUnderWay(disk);
    const place = await client.create({ path: '/Mere/first' }, 10 * MEGABYTE);
    assertFull(await client.tryCreate({ path: '/Mere/second' }, 10 * MEGABYTE));
    // Over a restart as well.
    await faulty.server.restart();
    assertFull(await client.tryCreate({ path: '/Mere/second' }, 10 * MEGABYTE));
    await client.send('DELETE', place);
    await faulty.nothingUnderWay(disk);
  });

  it('keep what came when another program fills it, and go on when there is room again', async () => {
    const content = seededBytes('filled', 6 * MEGABYTE);
    const place = await client.create({ path: '/Mere/filled' }, content.length);
    assert.equal((await client.patch(place, 0, content.subarray(0, 2 * MEGABYTE))).status, 204);
    await fillUp(disk);
    assertFull(await client.patch(place, 2 * MEGABYTE, content.subarray(2 * MEGABYTE)));
    const offset = await client.offset(place);
    assert.ok(offset >= 2 * MEGABYTE && offset < content.length);
    await rm(join(disk, 'filler'));
    await until(
      'it goes on',
      async () => {
        const at = await client.offset(place);
        return (await client.patch(place, at, content.subarray(at))).status === 204 ? true : undefined;
      },
      { timeoutMs: 20_000 },
    );
    assert.ok((await faulty.dav.get('Mere/filled')).equals(content));
    await faulty.dav.expect(204, 'DELETE', 'Mere/filled');
  });

  it('keep what came of one whose length nobody said', async () => {
    // How much room there is is looked at every few seconds.
    const begun = async (): Promise<string | undefined> => {
      const { status, headers } = await client.tryCreate({ path: '/Mere/endless' }, 'deferred');
      return status === 201 ? (headers.get('location') ?? '') : undefined;
    };
    const place = await until('it takes files again', begun, { timeoutMs: 20_000 });
    const piece = seededBytes('endless', 4 * MEGABYTE);
    let offset = 0;
    let answer = await client.patch(place, 0, piece);
    for (; answer.status === 204; answer = await client.patch(place, offset, piece)) offset += piece.length;
    assertFull(answer);
    offset = await client.offset(place);
    assert.equal((await client.patch(place, offset, '', { 'Upload-Length': String(offset) })).status, 204);
    const stored = await faulty.dav.get('Mere/endless');
    assert.equal(stored.length, offset);
    for (let at = 0; at < offset; at += piece.length) {
      assert.ok(stored.subarray(at, at + piece.length).equals(piece.subarray(0, Math.min(piece.length, offset - at))));
    }
  });
});
