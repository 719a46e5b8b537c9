import assert from 'node:assert/strict';
import { seededBytes } from '../../support/content.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { CLOSED, hostileCases } from './hostile-cases.ts';
import { Faulty } from './fixture.ts';

const KEPT = seededBytes('kept', 100_000);

describe('hostile requests', function () {
  this.timeout(60_000);
  let faulty: Faulty;

  before(async () => {
    faulty = await Faulty.open({ env: { NOSOCIAL_HEADERS_TIMEOUT_SECONDS: '1' } });
    await faulty.dav.makeCollection('kept');
    await faulty.dav.put('kept/file', KEPT);
  });
  after(() => faulty.closeChecked());

  /** Sends `request` on a connection of its own; gives the answers. */
  async function exchange(request: string | Buffer, answers = 1): Promise<RawConnection> {
    const connection = await RawConnection.open(faulty.server.url);
    // An answer that comes before everything was sent ends the sending.
    await Promise.race([connection.send(request), connection.answered(answers)]);
    assert.ok(await connection.answered(answers), `no answer in time: ${connection.received}`);
    return connection;
  }

  async function assertUntouched(): Promise<void> {
    assert.ok((await faulty.dav.get('kept/file')).equals(KEPT));
    assert.deepEqual([...(await faulty.dav.list('kept')).keys()], ['file']);
  }

  it('are answered as they should be, and touch nothing', async () => {
    const wrong: string[] = [];
    const { pid } = faulty.server;
    for (const { name, request, statuses } of hostileCases(faulty)) {
      const connection = await exchange(request);
      const [status = CLOSED, ...more] = connection.statuses;
      connection.reset();
      if (!statuses.includes(status)) wrong.push(`${name}: ${status}, not ${statuses.join(' or ')}`);
      if (more.length > 0) wrong.push(`${name}: answered again with ${more.join()}`);
      await assertUntouched();
    }
    assert.deepEqual(wrong, []);
    assert.equal(faulty.server.pid, pid);
    assert.doesNotMatch(faulty.server.stderr + faulty.server.stdout, /failed|uncaught|unhandled|internal error/i);
  });

  it('that never end their headers are ended', async () => {
    const connection = await RawConnection.open(faulty.server.url);
    await connection.send(faulty.head('GET /dav/kept/file HTTP/1.1'));
    assert.ok(await connection.closed(10_000), 'the connection is still open');
    assert.ok(
      connection.statuses.every((status) => status === 408),
      connection.received,
    );
  });

  it('do not keep others waiting, however many they are', async () => {
    const connections = await Promise.all(Array.from({ length: 300 }, () => RawConnection.open(faulty.server.url)));
    for (const connection of connections) await connection.send('GET /dav/ HTTP/1.1\r\nX: ');
    await assertUntouched();
    for (const connection of connections) connection.reset();
  });

  it('that are pipelined are answered in their order', async () => {
    const get = (path: string) => `${faulty.head(`GET /dav/${path} HTTP/1.1`)}\r\n\r\n`;
    const put = `${faulty.head('PUT /dav/pipelined HTTP/1.1', 'Content-Length: 5')}\r\n\r\nhello`;
    const connection = await exchange(get('missing') + put + get('pipelined') + get('kept/'), 4);
    assert.deepEqual(connection.statuses, [404, 201, 200, 200]);
    connection.reset();
  });

  it('that name the whole URL are understood (RFC 9112 §3.2.2)', async () => {
    const connection = await exchange(`${faulty.head(`GET ${faulty.server.davUrl}kept/file HTTP/1.1`)}\r\n\r\n`);
    assert.deepEqual(connection.statuses, [200]);
    connection.reset();
  });
});
