import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededBytes } from '../../support/content.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { DavClient, type Answer } from '../../support/dav-client.ts';
import { until } from '../../support/processes.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { ACCOUNT, Faulty } from './fixture.ts';

const LIMIT = 256;
const KEPT = seededBytes('kept', 300_000);

describeOnDatabases(`a server that may open ${LIMIT} files`, function (database) {
  this.timeout(60_000);
  let faulty: Faulty;

  before(async () => {
    faulty = await Faulty.open({ database, launcher: ['prlimit', `--nofile=${LIMIT}`] });
    await faulty.dav.put('kept', KEPT);
  });
  after(() => faulty.closeChecked());

  async function assertWell(): Promise<void> {
    const dav = new DavClient(faulty.server.davUrl, ACCOUNT);
    try {
      await until(
        'it answers again',
        async () => {
          const answer = await dav.request('GET', 'kept').catch(() => undefined);
          return answer?.status === 200 && answer.body.equals(KEPT) ? true : undefined;
        },
        { timeoutMs: 10_000 },
      );
      await dav.expect([201, 204], 'PUT', 'after', { body: KEPT });
      assert.ok((await dav.get('after')).equals(KEPT));
    } finally {
      dav.close();
    }
    await faulty.nothingUnderWay();
  }

  it('has enough for 80 uploads at once, and keeps none open afterwards', async () => {
    await assertWell();
    const disk = join(faulty.server.dataFolder, 'disk');
    const before = (await faulty.openFiles(disk)).length;
    const dav = new DavClient(faulty.server.davUrl, ACCOUNT, 80);
    const puts = Array.from({ length: 80 }, (_, index) => dav.put(`many-${index}`, seededBytes(`${index}`, 200_000)));
    await Promise.all(puts);
    dav.close();
    await until('descriptors are released', async () =>
      (await faulty.openFiles(disk)).length <= before ? true : undefined,
    );
    for (let index = 0; index < 80; index++) {
      assert.ok((await faulty.dav.get(`many-${index}`)).equals(seededBytes(`${index}`, 200_000)));
    }
  });

  it('has enough for reading many more files than that, one after the other', async () => {
    await faulty.dav.makeCollection('shelf');
    const names = Array.from({ length: LIMIT + 50 }, (_, index) => `shelf/${index}`);
    for (const name of names) await faulty.dav.put(name, seededBytes(name, 70_000));
    for (const name of names) assert.ok((await faulty.dav.get(name)).equals(seededBytes(name, 70_000)), name);
    await assertWell();
  });

  it('stores what it acknowledged and nothing else when more want to store than it can open', async () => {
    const clients = Array.from({ length: 4 }, () => new DavClient(faulty.server.davUrl, ACCOUNT, 100));
    const content = (index: number) => seededBytes(`crowd-${index}`, 200_000);
    const answers = await Promise.all(
      Array.from({ length: 400 }, (_, index) =>
        clients[index % 4]!.request('PUT', `crowd-${index}`, { body: content(index) }).catch(() => undefined),
      ),
    );
    for (const client of clients) client.close();
    await assertWell();
    for (const [index, answer] of answers.entries()) await assertAsAnswered(index, answer, content(index));
  });

  /** A connection that breaks is an answer, too: the system had no descriptor for it. */
  async function assertAsAnswered(index: number, answer: Answer | undefined, content: Buffer): Promise<void> {
    const there = await faulty.dav.request('GET', `crowd-${index}`);
    if (answer === undefined) {
      assert.ok(there.status === 404 || there.body.equals(content));
    } else if (answer.status === 201) {
      assert.ok(there.body.equals(content), `crowd-${index} was acknowledged and is ${there.status}`);
    } else {
      assert.equal(answer.status, 503, `PUT crowd-${index}: ${answer.status} ${answer.body.toString()}`);
      assert.match(String(answer.headers['retry-after']), /^\d+$/);
      assert.equal(there.status, 404);
    }
  }

  /** Takes all descriptors that the server has left. Gives back how to let go of them. */
  async function takeAll(): Promise<() => void> {
    const connections = await Promise.all(
      Array.from({ length: 2 * LIMIT }, () => RawConnection.open(faulty.server.url).catch(() => undefined)),
    );
    for (const connection of connections) await connection?.send('GET /dav/ HTTP/1.1\r\nX: ');
    await until('all are taken', async () => ((await faulty.openFiles()).length >= LIMIT - 5 ? true : undefined));
    return () => connections.forEach((connection) => connection?.reset());
  }

  it('works again once connections that took them all have gone', async () => {
    const letGo = await takeAll();
    letGo();
    await assertWell();
  });

  it('puts off a login for which it cannot start a process', async () => {
    const { pid } = faulty.server;
    const connection = await RawConnection.open(faulty.server.url);
    // The process that checks passwords ends by itself after a minute without any.
    for (const child of (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean)) {
      process.kill(Number(child), 'SIGKILL');
    }
    const letGo = await takeAll();
    const guess = `Authorization: Basic ${Buffer.from(`${ACCOUNT.name}:guess`).toString('base64')}`;
    await connection.send(`GET /dav/ HTTP/1.1\r\nHost: ${new URL(faulty.server.url).host}\r\n${guess}\r\n\r\n`);
    assert.ok(await connection.answered(1));
    assert.deepEqual(connection.statuses, [503]);
    connection.reset();
    letGo();
    await assertWell();
  });
});
