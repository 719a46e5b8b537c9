import assert from 'node:assert/strict';
import { newAppPassword } from '../../../src/auth/app-password-form.ts';
import { ApiClient } from '../../support/api-client.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const ALICE = { name: 'alice', password: 'correct horse' };
const HOME = '203.0.113.5';
const ELSEWHERE = '203.0.113.99';

describeOnDatabases('what others try', function (database) {
  this.timeout(120_000);
  let server: TestServer;
  let appPassword: string;
  before(async () => {
    server = await startServer({ database, env: { NOSOCIAL_TRUSTED_PROXIES: '127.0.0.1' } });
    await server.addUser(ALICE.name, { password: ALICE.password });
    const { token } = (await new ApiClient(server.url).ok('login', { body: ALICE })).body as { token: string };
    const { body } = await new ApiClient(server.url, token).ok('createAppPassword', { body: { name: 'phone' } });
    appPassword = body.password as string;
  });
  after(() => server.stop());

  /** Status of a mounted drive's first question, asked from an address. */
  const mount = async (address: string, password: string): Promise<number> => {
    const credentials = Buffer.from(`${ALICE.name}:${password}`).toString('base64');
    const headers = { Depth: '0', Authorization: `Basic ${credentials}`, 'X-Forwarded-For': address };
    const answer = await fetch(server.davUrl, { method: 'PROPFIND', headers });
    await answer.arrayBuffer();
    return answer.status;
  };
  it('shuts out neither a drive that was mounted before a restart nor an app password', async () => {
    assert.equal(await mount(HOME, ALICE.password), 207);
    await server.restart();
    // As many wrong ones as are let through in an hour.
    for (let attempt = 0; attempt < 100; attempt++) {
      assert.equal(await mount(`198.51.100.${attempt % 20}`, newAppPassword().password), 401);
    }
    assert.equal(await mount(ELSEWHERE, newAppPassword().password), 429);
    assert.equal(await mount(ELSEWHERE, ALICE.password), 429);
    assert.equal(await mount(ELSEWHERE, appPassword), 207);
    assert.equal(await mount(HOME, ALICE.password), 207);
  });

  it('takes no logins from whom a web page made ask for links', async () => {
    const visitor = '203.0.113.200';
    for (let link = 0; link < 100; link++) {
      const answer = await fetch(`${server.url}/setup/${link}`, { headers: { 'X-Forwarded-For': visitor } });
      assert.equal(answer.status, 404);
      await answer.arrayBuffer();
    }
    await server.addUser('bob', { password: ALICE.password });
    const body = { name: 'bob', password: ALICE.password };
    await new ApiClient(server.url).ok('login', { body, headers: { 'X-Forwarded-For': visitor } });
  });
});
