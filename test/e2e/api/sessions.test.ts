import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiClient } from '../../support/api-client.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { Page } from './page.ts';

const ANN = { name: 'ann', password: 'correct horse' };
const ADAM = { name: 'adam', password: 'battery staple' };

/** Status of PROPFIND with a certain `Authorization`. */
async function davStatus(url: string, headers: Record<string, string>): Promise<number> {
  const answer = await fetch(`${url}/dav/`, { method: 'PROPFIND', headers: { Depth: '0', ...headers } });
  await answer.arrayBuffer();
  return answer.status;
}

function basic({ name, password }: { name: string; password: string }): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
}

describeOnDatabases('sessions', function (database) {
  this.timeout(60_000);
  let server: TestServer;
  let url: string;
  let adam: ApiClient;
  let ann: typeof ANN;
  let serial = 0;
  before(async () => {
    server = await startServer({ database });
    url = server.url;
    await server.addUser(ADAM.name, { password: ADAM.password, role: 'admin' });
    adam = await ApiClient.login(url, ADAM);
  });
  after(() => server.stop());
  // A user for each test: what one does to an account is nothing to the next.
  beforeEach(async () => {
    serial += 1;
    ann = { name: `ann${serial}`, password: ANN.password };
    await adam.ok('createUser', { body: { ...ann, role: 'advanced' } });
  });

  const auditOf = async (name: string): Promise<Record<string, unknown>[]> => {
    const lines = (await readFile(join(server.dataFolder, 'audit.log'), 'utf8')).trim().split('\n');
    return lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ user, target }) => user === name || target === name);
  };

  describe('a token', () => {
    it('is had by any of the names that small servers use, from JSON and from forms', async () => {
      const password = ann.password;
      for (const path of ['/api/login', '/auth/login']) {
        for (const field of ['username', 'name', 'user', 'login', 'email']) {
          const body = { [field]: ann.name, password, remember: true };
          const json = { 'Content-Type': 'application/json' };
          const answer = await fetch(url + path, { method: 'POST', headers: json, body: JSON.stringify(body) });
          const { token } = (await answer.json()) as { token: string };
          await new ApiClient(url, token).ok('getAccount');
        }
        const form = await fetch(url + path, {
          method: 'POST',
          body: new URLSearchParams({ username: ann.name, password }),
        });
        assert.match(((await form.json()) as { token: string }).token, /^eyJ/);
        assert.equal(form.headers.get('cache-control'), 'no-store');
      }
      await new ApiClient(url).refused('login', 'bad-request', { body: { password } });
    });

    it('is taken as Bearer and as x-access-token, Bearer first', async () => {
      const { token } = (await new ApiClient(url).ok('login', { body: { name: ann.name, password: ann.password } }))
        .body as { token: string };
      const nameOf = async (headers: Record<string, string>) =>
        (await new ApiClient(url, headers).ok('getAccount')).body.name as string;
      assert.equal(await nameOf({ 'X-Access-Token': token }), ann.name);
      assert.equal(await nameOf({ Authorization: `bearer ${token}` }), ann.name);
      const { body } = await new ApiClient(url).ok('login', { body: ADAM });
      const both = { Authorization: `Bearer ${body.token as string}`, 'X-Access-Token': token };
      assert.equal(await nameOf(both), ADAM.name);
      const page = await Page.signIn(url, ann);
      assert.equal(await nameOf({ ...both, Cookie: `nosocial=${page.cookie('nosocial')}` }), ADAM.name);
      const bad = { Authorization: 'Bearer no', Cookie: `nosocial=${page.cookie('nosocial')}` };
      await new ApiClient(url, bad).refused('getAccount', 'not-authenticated');
    });

    it('of one kind is no good as another, and none opens WebDAV', async () => {
      const client = await new ApiClient(url).ok('login', { body: { name: ann.name, password: ann.password } });
      const token = client.body.token as string;
      const pageToken = (await Page.signIn(url, ann)).cookie('nosocial')!;
      await new ApiClient(url, pageToken).refused('getAccount', 'not-authenticated');
      await new ApiClient(url, { 'X-Access-Token': pageToken }).refused('getAccount', 'not-authenticated');
      await new ApiClient(url, { Cookie: `nosocial=${token}` }).refused('getAccount', 'not-authenticated');
      for (const each of [token, pageToken]) {
        assert.equal(await davStatus(url, { Authorization: `Bearer ${each}` }), 401);
        assert.equal(await davStatus(url, { 'X-Access-Token': each }), 401);
        assert.equal(await davStatus(url, { Cookie: `nosocial=${each}` }), 401);
        assert.equal(await davStatus(url, basic({ name: ann.name, password: each })), 401);
      }
      assert.equal(await davStatus(url, basic(ann)), 207);
    });

    it('outlives the server', async () => {
      const client = await ApiClient.login(url, ann);
      const page = await Page.signIn(url, ann);
      await server.restart();
      await client.ok('getAccount');
      await page.ok('renewSession');
    });
  });

  it('answer alike whether a name is unknown, disabled, or the password is wrong', async () => {
    const disabled = `gone${serial}`;
    await adam.ok('createUser', { body: { name: disabled, password: ann.password, role: 'advanced' } });
    await adam.ok('changeUser', { params: { name: disabled }, body: { isDisabled: true } });
    const tries = [
      { name: ann.name, password: 'wrong horse' },
      { name: 'nobody', password: ann.password },
      { name: disabled, password: ann.password },
    ];
    for (const id of ['signIn', 'login']) {
      const answers = [];
      for (const body of tries) {
        const { status, headers, body: problem } = await new ApiClient(url).call(id, { body });
        assert.equal(status, 401);
        delete problem.requestId;
        answers.push({ problem, names: [...headers.keys()], length: headers.get('content-length') });
      }
      assert.deepEqual(answers[1], answers[0]);
      assert.deepEqual(answers[2], answers[0]);
    }
  });

  it('hold guesses back like Basic, in one count with it', async () => {
    const wrong = { name: ann.name, password: 'wrong horse' };
    const client = new ApiClient(url);
    for (let i = 0; i < 4; i++) {
      await client.refused('signIn', 'not-authenticated', { body: wrong });
      await client.refused('login', 'not-authenticated', { body: wrong });
    }
    assert.equal(await davStatus(url, basic(wrong)), 401);
    assert.equal(await davStatus(url, basic(wrong)), 401);
    for (const id of ['signIn', 'login', 'authLogin']) {
      const { status, headers } = await client.call(id, { body: ann });
      assert.equal(status, 429);
      assert.ok(Number(headers.get('retry-after')) > 0);
    }
    assert.equal(await davStatus(url, basic(ann)), 429);
  });

  describe('a page', () => {
    it('is signed in by cookies that scripts cannot read, and told that plain HTTP is not safe', async () => {
      const answer = await new ApiClient(url).ok('signIn', { body: ann });
      assert.equal(answer.body.isInsecure, true);
      assert.equal(answer.body.account.name, ann.name);
      assert.ok([900, 899].includes(answer.body.tokenSeconds as number));
      assert.equal(answer.headers.get('cache-control'), 'no-store');
      const [token = '', renewal = '', ...others] = answer.headers.getSetCookie();
      assert.deepEqual(others, []);
      assert.match(token, /^nosocial=eyJ[\w.-]+; Max-Age=(?:900|899); Path=\/; HttpOnly; SameSite=Strict$/);
      assert.match(
        renewal,
        /^nosocial-renewal=[\w.-]+; Max-Age=\d{8}; Path=\/api\/v1\/session; HttpOnly; SameSite=Strict$/,
      );
      assert.ok(!answer.bytes.includes(/=([^;]+)/.exec(token)![1]!), 'no script sees the token');
    });

    it('is renewed silently, once with each secret', async () => {
      const page = await Page.signIn(url, ann);
      const before = page.copy();
      const { body } = await page.ok('renewSession');
      assert.equal(body.account.name, ann.name);
      assert.notEqual(page.cookie('nosocial-renewal'), before.cookie('nosocial-renewal'));
      await page.ok('getAccount');
      await page.ok('renewSession');
      // Two renewals behind: nobody but a thief is that late.
      await before.refused('renewSession', 'not-authenticated');
      await page.refused('renewSession', 'not-authenticated');
      await page.refused('getAccount', 'not-authenticated');
      await new Page(url).refused('renewSession', 'not-authenticated');
    });

    it('is not renewed for another site', async () => {
      const page = await Page.signIn(url, ann);
      const headers = { Origin: 'https://evil.example' };
      await page.refused('renewSession', 'forbidden', { headers });
      await new Page(url).refused('signIn', 'forbidden', { body: ann, headers });
      await page.ok('renewSession');
    });

    it('gets a new session when somebody signs in again, and the one before is over', async () => {
      const page = await Page.signIn(url, ann);
      const before = page.copy();
      await page.ok('signIn', { body: ann });
      await before.refused('getAccount', 'not-authenticated');
      assert.equal((await page.ok('listSessions')).body.items.length, 1);
    });

    it('gets nothing of somebody else who has signed in in the same browser', async () => {
      const page = await Page.signIn(url, ann);
      const { id } = (await page.ok('getAccount')).body;
      const [headers, query] = [{ 'Nosocial-Account': String(id) }, { account: String(id) }];
      await page.ok('getAccount', { headers });
      await page.ok('signIn', { body: ADAM });
      await page.refused('getAccount', 'not-authenticated', { headers });
      await page.refused('createFolder', 'not-authenticated', { headers, body: { path: '/Mere/of ann' } });
      await page.refused('streamEvents', 'not-authenticated', { query });
      // Links name no account, and a token is nobody else's.
      assert.equal((await page.ok('getAccount')).body.name, ADAM.name);
      await adam.ok('getAccount', { headers });
    });

    it('is signed out, and forgets its cookies', async () => {
      const page = await Page.signIn(url, ann);
      const before = page.copy();
      await page.ok('signOut');
      assert.equal(page.cookie('nosocial'), undefined);
      assert.equal(page.cookie('nosocial-renewal'), undefined);
      await before.refused('getAccount', 'not-authenticated');
      await before.refused('renewSession', 'not-authenticated');
    });
  });

  it('are listed with the device in words, and end one by one from the next request on', async () => {
    const userAgent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';
    const page = new Page(url);
    await page.ok('signIn', { body: ann, headers: { 'User-Agent': userAgent } });
    const client = await ApiClient.login(url, ann);
    const { items } = (await page.ok('listSessions')).body;
    assert.equal(items.length, 2);
    const [own, other] = ['page', 'token'].map((kind) => items.find((item: { kind: string }) => item.kind === kind));
    assert.equal(own.isCurrent, true);
    assert.equal(own.device, 'Firefox on Windows');
    assert.equal(own.userAgent, userAgent);
    assert.equal(own.address, '127.0.0.1');
    assert.equal(other.isCurrent, false);
    const { account, session, isInsecure } = (await page.ok('getSession')).body;
    assert.deepEqual(session, own);
    assert.equal(account.name, ann.name);
    assert.equal(isInsecure, true);
    const params = { id: other.id as string };
    await adam.refused('endSession', 'not-found', { params });
    await client.ok('getAccount');
    await page.ok('endSession', { params });
    await client.refused('getAccount', 'not-authenticated');
    await page.refused('endSession', 'not-found', { params });
    await page.ok('getAccount');
  });

  it('end all but the one that asks', async () => {
    const [one, two] = [await Page.signIn(url, ann), await Page.signIn(url, ann)];
    const client = await ApiClient.login(url, ann);
    assert.deepEqual((await two.ok('endOtherSessions')).body, { ended: 2 });
    await one.refused('getAccount', 'not-authenticated');
    await one.refused('renewSession', 'not-authenticated');
    await client.refused('getAccount', 'not-authenticated');
    await two.ok('renewSession');
  });

  it('end everywhere at once; WebDAV goes on with the password', async () => {
    const [one, two] = [await Page.signIn(url, ann), await Page.signIn(url, ann)];
    const client = await ApiClient.login(url, ann);
    assert.equal(await davStatus(url, basic(ann)), 207);
    await two.ok('logOutEverywhere');
    await two.refused('getAccount', 'not-authenticated');
    await one.refused('getAccount', 'not-authenticated');
    await one.refused('renewSession', 'not-authenticated');
    await client.refused('getAccount', 'not-authenticated');
    assert.equal(await davStatus(url, basic(ann)), 207);
    assert.ok((await auditOf(ann.name)).some(({ action }) => action === 'logged-out-everywhere'));
  });

  it('end when an administrator disables the user, or gives another role or password', async () => {
    const params = { name: ann.name };
    for (const body of [{ role: 'normal' }, { password: 'staple of battery' }, { isDisabled: true }]) {
      const client = await ApiClient.login(url, ann);
      const page = await Page.signIn(url, ann);
      await adam.ok('changeUser', { params, body });
      await client.refused('getAccount', 'not-authenticated');
      await page.refused('getAccount', 'not-authenticated');
      await page.refused('renewSession', 'not-authenticated');
      if (body.password !== undefined) ann = { ...ann, password: body.password };
    }
  });

  describe('a new password', () => {
    const newPassword = 'staple of battery';

    it('wants the old one, and is one that somebody should have', async () => {
      const page = await Page.signIn(url, ann);
      const change = (body: object) => page.refused('changePassword', 'bad-request', { body });
      await change({ password: ann.password, newPassword: 'short' });
      await change({ password: ann.password, newPassword: 'x'.repeat(1025) });
      await change({ newPassword });
      const wrong = { password: 'wrong horse', newPassword };
      await page.refused('changePassword', 'not-authenticated', { body: wrong });
      await page.ok('getAccount');
    });

    it('ends every other session, and the old one for WebDAV; the page goes on', async () => {
      const [page, other] = [await Page.signIn(url, ann), await Page.signIn(url, ann)];
      const client = await ApiClient.login(url, ann);
      assert.equal(await davStatus(url, basic(ann)), 207);
      const before = page.copy();
      await page.ok('changePassword', { body: { password: ann.password, newPassword } });
      await page.ok('getAccount');
      await page.ok('renewSession');
      await before.refused('getAccount', 'not-authenticated');
      await other.refused('getAccount', 'not-authenticated');
      await other.refused('renewSession', 'not-authenticated');
      await client.refused('getAccount', 'not-authenticated');
      assert.equal(await davStatus(url, basic(ann)), 401);
      assert.equal(await davStatus(url, basic({ ...ann, password: newPassword })), 207);
      await new ApiClient(url).refused('login', 'not-authenticated', { body: ann });
      assert.ok((await auditOf(ann.name)).some(({ action }) => action === 'password-changed'));
    });

    it('gives a program a new token', async () => {
      const client = await ApiClient.login(url, ann);
      const { body } = await client.ok('changePassword', { body: { password: ann.password, newPassword } });
      await client.refused('getAccount', 'not-authenticated');
      await new ApiClient(url, body.token as string).ok('getAccount');
    });
  });

  it('are in the audit log: who came in, and who did not', async () => {
    await new ApiClient(url).refused('login', 'not-authenticated', { body: { ...ann, password: 'wrong horse' } });
    await Page.signIn(url, ann);
    await ApiClient.login(url, ann);
    assert.equal(await davStatus(url, basic(ann)), 207);
    const logins = (await auditOf(ann.name)).filter(({ action }) => String(action).startsWith('login'));
    assert.deepEqual(
      logins.map(({ action, value }) => [action, value]),
      [
        ['login-failed', undefined],
        ['login', 'a session of a browser'],
        ['login', 'a token'],
        ['login', undefined],
      ],
    );
    const log = await readFile(join(server.dataFolder, 'audit.log'), 'utf8');
    for (const secret of [ann.password, 'wrong horse', 'eyJ']) assert.ok(!log.includes(secret));
  });
});
