import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { seededBytes } from '../../support/content.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { until } from '../../support/processes.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { Faulty } from './fixture.ts';

const OLD = seededBytes('old', 300_000);
const MEGABYTE = 1024 * 1024;
/** `size` in hexadecimal, as a chunk has it. */
const chunk = (content: Buffer) =>
  Buffer.concat([Buffer.from(`${content.length.toString(16)}\r\n`), content, Buffer.from('\r\n')]);

describeOnDatabases('an upload that is cut off', function (database) {
  this.timeout(30_000);
  let faulty: Faulty;
  let disk: string;

  before(async () => {
    faulty = await Faulty.open({ database, env: { NOSOCIAL_IDLE_TIMEOUT_SECONDS: '1' } });
    disk = join(faulty.server.dataFolder, 'disk');
    for (const name of ['sized', 'chunked', 'small', 'stalled']) await faulty.dav.put(name, OLD);
  });
  after(() => faulty.closeChecked());

  async function assertUnchanged(name: string): Promise<void> {
    await faulty.nothingUnderWay();
    assert.ok((await faulty.dav.get(name)).equals(OLD), `${name} is not what it was`);
  }

  const cutOff: [name: string, headers: string[], sent: Buffer][] = [
    ['sized', [`Content-Length: ${2 * MEGABYTE}`], seededBytes('half', MEGABYTE)],
    ['chunked', ['Transfer-Encoding: chunked'], chunk(seededBytes('half', MEGABYTE))],
    ['small', ['Content-Length: 5000'], seededBytes('half', 2500)],
  ];
  for (const [name, headers, sent] of cutOff) {
    it(`leaves the old content and nothing else (${name})`, async () => {
      await faulty.dav.get(name); // files that were read stay open for a while
      const before = await faulty.openFiles(disk);
      const connections = await Promise.all(Array.from({ length: 10 }, () => RawConnection.open(faulty.server.url)));
      for (const connection of connections) {
        await connection.send(`${faulty.head(`PUT /dav/${name} HTTP/1.1`, ...headers)}\r\n\r\n`);
        await connection.send(sent);
      }
      for (const connection of connections) connection.reset();
      await assertUnchanged(name);
      await until('descriptors are released', async () =>
        (await faulty.openFiles(disk)).length <= before.length ? true : undefined,
      );
    });
  }

  it('leaves nothing where nothing was', async () => {
    const connection = await RawConnection.open(faulty.server.url);
    await connection.send(`${faulty.head('PUT /dav/never HTTP/1.1', `Content-Length: ${MEGABYTE}`)}\r\n\r\n`);
    await connection.send(seededBytes('half', MEGABYTE / 2));
    connection.reset();
    await faulty.nothingUnderWay();
    assert.equal((await faulty.dav.request('GET', 'never')).status, 404);
  });

  it('is ended when nothing comes any more', async () => {
    const connection = await RawConnection.open(faulty.server.url);
    await connection.send(`${faulty.head('PUT /dav/stalled HTTP/1.1', `Content-Length: ${MEGABYTE}`)}\r\n\r\n`);
    await connection.send(seededBytes('half', MEGABYTE / 2));
    assert.ok(await connection.closed(10_000), 'the connection is still open');
    assert.deepEqual(
      connection.statuses.filter((status) => status < 400),
      [],
    );
    await assertUnchanged('stalled');
  });

  it('may take longer than the idle timeout while it goes on', async () => {
    const connection = await RawConnection.open(faulty.server.url);
    const piece = seededBytes('piece', 20_000);
    await connection.send(`${faulty.head('PUT /dav/slow HTTP/1.1', `Content-Length: ${piece.length * 8}`)}\r\n\r\n`);
    for (let sent = 0; sent < 8; sent++) {
      await delay(300);
      await connection.send(piece);
    }
    await connection.answered(1);
    assert.deepEqual(connection.statuses, [201]);
    connection.reset();
    assert.ok((await faulty.dav.get('slow')).equals(Buffer.concat(Array.from({ length: 8 }, () => piece))));
  });
});

describe('a download that is cut off', function () {
  this.timeout(30_000);
  let faulty: Faulty;

  before(async () => {
    faulty = await Faulty.open();
  });
  after(() => faulty.close());

  it('releases its descriptors', async () => {
    await faulty.dav.put('large', seededBytes('large', 8 * MEGABYTE));
    await faulty.dav.get('large');
    const before = (await faulty.openFiles()).length;
    const connections = await Promise.all(Array.from({ length: 30 }, () => RawConnection.open(faulty.server.url)));
    for (const connection of connections) {
      await connection.send(`${faulty.head('GET /dav/large HTTP/1.1')}\r\n\r\n`);
      await connection.answered(1);
      connection.socket.pause();
    }
    assert.ok((await faulty.openFiles()).length >= before + connections.length);
    for (const connection of connections) connection.reset();
    await until('descriptors are released', async () =>
      (await faulty.openFiles()).length <= before ? true : undefined,
    );
    assert.equal((await faulty.dav.get('large')).length, 8 * MEGABYTE);
  });
});

describe('a download that is not read', function () {
  this.timeout(60_000);
  let faulty: Faulty;

  before(async () => {
    faulty = await Faulty.open({ env: { NOSOCIAL_IDLE_TIMEOUT_SECONDS: '1' } });
  });
  after(() => faulty.closeChecked());

  it('is ended, and takes nothing from others', async () => {
    // More than the system keeps for a connection.
    const large = seededBytes('large', 24 * MEGABYTE);
    await faulty.dav.put('large', large);
    const connections = await Promise.all(Array.from({ length: 10 }, () => RawConnection.open(faulty.server.url)));
    for (const connection of connections) {
      connection.socket.pause();
      await connection.send(`${faulty.head('GET /dav/large HTTP/1.1')}\r\n\r\n`);
    }
    assert.ok((await faulty.dav.get('large')).equals(large));
    await until('the server lets go of them', async () => ((await connectionsOf(faulty)) === 0 ? true : undefined), {
      timeoutMs: 20_000,
    });
    for (const connection of connections) connection.reset();
  });
});

/** How many connections the server has at its address, as the system sees it; those of our own client are closed. */
async function connectionsOf({ server, dav }: Faulty): Promise<number> {
  dav.close();
  const port = Number(new URL(server.url).port).toString(16).toUpperCase().padStart(4, '0');
  const table = await readFile('/proc/net/tcp', 'utf8');
  const ESTABLISHED = '01';
  return table.split('\n').filter((line) => {
    const [, local, , state] = line.trim().split(/\s+/);
    return local?.endsWith(`:${port}`) && state === ESTABLISHED;
  }).length;
}
