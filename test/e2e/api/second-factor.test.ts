import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateSync } from 'otplib';
import { ApiClient } from '../../support/api-client.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { Page } from './page.ts';

const ANN = { name: 'ann', password: 'correct horse' };
const ADAM = { name: 'adam', password: 'battery staple' };

async function davStatus(url: string, { name, password }: { name: string; password: string }): Promise<number> {
  const answer = await fetch(`${url}/dav/`, {
    method: 'PROPFIND',
    headers: { Depth: '0', Authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` },
  });
  await answer.arrayBuffer();
  return answer.status;
}

/**
 * Codes of an app. The first is of now, the second of the step after it, which is taken already: so no test waits, and
 * each has half a minute before its code is too old.
 */
function codesOf(secret: string): [now: string, next: string] {
  const epoch = Math.floor(Date.now() / 1000);
  return [generateSync({ secret, epoch }), generateSync({ secret, epoch: epoch + 30 })];
}

describeOnDatabases('a second factor', function (database) {
  this.timeout(60_000);
  let server: TestServer;
  let url: string;
  before(async () => {
    server = await startServer({ database });
    url = server.url;
    await server.addUser(ADAM.name, { password: ADAM.password, role: 'admin' });
    await server.addUser(ANN.name, ANN);
  });
  after(() => server.stop());

  let page: Page;
  let secret: string;
  let next: string;
  let recoveryCodes: string[];

  const isOn = async () => (await page.ok('getSecondFactor')).body.isOn as boolean;
  const login = (code?: string) =>
    new ApiClient(url).call('login', { body: { username: ANN.name, password: ANN.password, code } });

  // One story, in the order in which a person goes through it.

  it('begins with the password, and a secret to type or to scan', async () => {
    page = await Page.signIn(url, ANN);
    assert.deepEqual((await page.ok('getSecondFactor')).body, { isOn: false });
    await page.refused('beginSecondFactor', 'not-authenticated', { body: { password: 'wrong horse' } });
    await page.refused('confirmSecondFactor', 'refused', { body: { code: '123456' } });
    const { body, headers } = await page.ok('beginSecondFactor', { body: { password: ANN.password } });
    secret = body.secret as string;
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.match(body.uri as string, new RegExp(`^otpauth://totp/nosocial:ann\\?(?:.*&)?secret=${secret}\\b`));
    assert.match(body.qrCode as string, /^<svg /);
    assert.equal(await isOn(), false);
    assert.equal((await login()).status, 200);
    assert.equal(await davStatus(url, ANN), 207);
  });

  it('is on once a code of the app was shown', async () => {
    const [now, later] = codesOf(secret);
    next = later;
    await page.refused('confirmSecondFactor', 'bad-request', { body: { code: '12345' } });
    const { body } = await page.ok('confirmSecondFactor', { body: { code: now } });
    recoveryCodes = body.recoveryCodes as string[];
    assert.equal(new Set(recoveryCodes).size, 10);
    assert.deepEqual((await page.ok('getSecondFactor')).body, { isOn: true, recoveryCodesLeft: 10 });
    assert.equal((await page.ok('getAccount')).body.hasSecondFactor, true);
    await page.refused('beginSecondFactor', 'refused', { body: { password: ANN.password } });
    assert.equal((await login(now)).body.code, 'not-authenticated', 'the code was shown already');
  });

  it('is asked for after the password, in two steps', async () => {
    const problem = await new Page(url).refused('signIn', 'second-factor-needed', { body: ANN });
    const loginToken = problem['loginToken'] as string;
    await new ApiClient(url, loginToken).refused('getAccount', 'not-authenticated');
    await new ApiClient(url, { Cookie: `nosocial=${loginToken}` }).refused('getAccount', 'not-authenticated');
    assert.equal(await davStatus(url, { name: ANN.name, password: loginToken }), 401);
    const other = new Page(url);
    await other.refused('signInWithCode', 'not-authenticated', { body: { loginToken, code: '000000' } });
    await other.refused('signInWithCode', 'not-authenticated', { body: { loginToken: 'x', code: next } });
    await other.ok('signInWithCode', { body: { loginToken, code: next } });
    await other.ok('getAccount');
    await new Page(url).refused('signInWithCode', 'not-authenticated', { body: { loginToken, code: next } });
  });

  it('tells nobody about it who has not the password', async () => {
    for (const code of [undefined, recoveryCodes[0]]) {
      const body = { name: ANN.name, password: 'wrong horse', code };
      const problem = await new ApiClient(url).refused('signIn', 'not-authenticated', { body });
      assert.equal(problem.loginToken, undefined);
    }
  });

  it('takes password and code in one request, and each recovery code once', async () => {
    assert.equal((await login()).body.code, 'second-factor-needed');
    const { status, body } = await login(recoveryCodes[0]);
    assert.equal(status, 200);
    await new ApiClient(url, body.token as string).ok('getAccount');
    assert.equal((await login(recoveryCodes[0])).status, 401);
    await Page.signIn(url, { ...ANN, code: recoveryCodes[1]!.toUpperCase().replaceAll('-', ' ') });
    assert.equal((await page.ok('getSecondFactor')).body.recoveryCodesLeft, 8);
  });

  it('shuts the password out of WebDAV, where app passwords are for', async () => {
    assert.equal(await davStatus(url, ANN), 401);
    const { body } = await page.ok('createAppPassword', { body: { name: 'laptop' } });
    assert.equal(await davStatus(url, { name: ANN.name, password: body.password as string }), 207);
    await new ApiClient(url, body.password as string).refused('getSecondFactor', 'forbidden');
  });

  it('gets new recovery codes for password and code', async () => {
    const [, , third = '', fourth = ''] = recoveryCodes;
    const body = { password: ANN.password, code: third };
    await page.refused('renewRecoveryCodes', 'not-authenticated', { body: { ...body, password: 'wrong horse' } });
    recoveryCodes = (await page.ok('renewRecoveryCodes', { body })).body.recoveryCodes as string[];
    assert.equal((await login(fourth)).status, 401);
    assert.equal((await login(recoveryCodes[0])).status, 200);
  });

  it('outlives the server, whose database does not hold the secret', async () => {
    await server.restart();
    assert.equal((await login()).body.code, 'second-factor-needed');
    assert.equal((await login(next)).status, 401);
  });

  it('is switched off by password and code', async () => {
    const code = recoveryCodes[1]!;
    await page.refused('endSecondFactor', 'not-authenticated', { body: { password: 'wrong horse', code } });
    await page.refused('endSecondFactor', 'not-authenticated', { body: { password: ANN.password, code: '000000' } });
    await page.refused('endSecondFactor', 'bad-request', { body: { password: ANN.password } });
    assert.equal(await isOn(), true);
    await page.ok('endSecondFactor', { body: { password: ANN.password, code } });
    assert.equal(await isOn(), false);
    assert.equal((await login()).status, 200);
    assert.equal(await davStatus(url, ANN), 207);
  });

  it('is switched off for somebody who lost it: by an administrator, and on the command line', async () => {
    const adam = await ApiClient.login(url, ADAM);
    const params = { name: ANN.name };
    const ways: (() => Promise<unknown>)[] = [
      () => adam.ok('endSecondFactorOf', { params }),
      () => server.cli(['user', 'second-factor-off', ANN.name]),
    ];
    for (const switchOff of ways) {
      const begun = await page.ok('beginSecondFactor', { body: { password: ANN.password } });
      await page.ok('confirmSecondFactor', { body: { code: codesOf(begun.body.secret as string)[0] } });
      assert.equal((await login()).status, 401);
      await page.refused('endSecondFactorOf', 'forbidden', { params: { name: ADAM.name } });
      await switchOff();
      assert.equal((await login()).status, 200);
    }
    await adam.refused('endSecondFactorOf', 'not-found', { params: { name: 'nobody' } });
  });

  it('is in the audit log', async () => {
    const lines = (await readFile(join(server.dataFolder, 'audit.log'), 'utf8')).trim().split('\n');
    const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const of = (action: string) =>
      events.filter((event) => event['action'] === action).map(({ user, target }) => [user, target]);
    assert.deepEqual(
      of('second-factor-on'),
      Array.from({ length: 3 }, () => [ANN.name, ANN.name]),
    );
    assert.deepEqual(of('second-factor-off'), [
      [ANN.name, ANN.name],
      [ADAM.name, ANN.name],
      [undefined, ANN.name],
    ]);
    assert.deepEqual(of('recovery-codes-renewed'), [[ANN.name, ANN.name]]);
    assert.ok(!lines.join('\n').includes(secret));
  });
});
