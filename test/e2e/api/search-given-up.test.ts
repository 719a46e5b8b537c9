import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { ApiClient } from '../../support/api-client.ts';
import { putManyEntries } from '../../support/many-entries.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const PASSWORD = 'correct horse';
const FILES = 12_000;
const GIVEN_UP = 200;
/** Many fit the word and none of them the filter: as long as a search gets. */
const QUERY = { q: 'report', kind: 'folder' };

describe('searches that nobody waits for any more', function () {
  this.timeout(120_000);
  let server: TestServer;
  let token: string;
  let anna: ApiClient;

  before(async () => {
    server = await startServer();
    await server.addUser('anna', { password: PASSWORD, role: 'admin' });
    const login = await new ApiClient(server.url).ok('login', { body: { username: 'anna', password: PASSWORD } });
    token = login.body.token as string;
    anna = new ApiClient(server.url, token);
    const { id } = (await anna.ok('createFolder', { body: { path: '/Mere/many' } })).body;
    putManyEntries(
      server,
      id,
      Array.from({ length: FILES }, (_, index) => `report ${index}.txt`),
    );
    const { body: job } = await anna.ok('rebuildSearchIndex');
    while ((await anna.ok('getJob', { params: { id: job.id } })).body.state !== 'done');
  });
  after(() => server.stop());

  /** Of the database, since the server began. */
  async function statementCount(): Promise<number> {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return Number(/^nosocial_database_statements_total (\d+)/m.exec(text)?.[1]);
  }

  async function spent(work: () => Promise<unknown>): Promise<number> {
    const before = await statementCount();
    await work();
    return (await statementCount()) - before;
  }

  async function giveUp(): Promise<void> {
    const { host, hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    const search = `/api/v1/search?${new URLSearchParams(QUERY).toString()}`;
    socket.write(`GET ${search} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\n\r\n`, () =>
      socket.destroy(),
    );
    await once(socket, 'close');
  }

  it('are not made to their end, and hold up nobody', async () => {
    const whole = await spent(() => anna.ok('search', { query: QUERY }));
    assert.ok(whole > 40, `a search takes ${whole} statements`);
    const all = await spent(async () => {
      await Promise.all(Array.from({ length: GIVEN_UP }, giveUp));
      // Those of one user take turns, so that all before it have ended.
      await anna.ok('search', { query: QUERY });
    });
    // To know who asks takes a statement.
    assert.ok(all < 5 * GIVEN_UP, `${GIVEN_UP} that were given up took ${all} statements, a whole one ${whole}`);
  });
});
