import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import type { Browser } from 'playwright-core';
import { DavClient } from '../../support/dav-client.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { BrokenProxy, type Faults } from './broken-proxy.ts';
import { assertAccessible, launchChromium, openPage, type Watched } from './chromium.ts';
import { PASSWORD, readResult, runTest, statesOf } from './test-form.ts';

const ALL = ['OPTIONS', 'PROPFIND', 'LOCK', 'PUT', 'GET', 'UNLOCK', 'MOVE', 'PUT', 'DELETE'];

describe('the test on the connect page', function () {
  this.timeout(60_000);
  let server: TestServer;
  let proxy: BrokenProxy;
  let browser: Browser;
  let opened: Watched | undefined;
  before(async () => {
    [server, browser] = await Promise.all([startServer(), launchChromium()]);
    proxy = await BrokenProxy.start(server.url);
    await server.addUser('anna', { password: PASSWORD, role: 'admin' });
    await server.addUser('müller & söhne', { password: 'pass: wörd €', role: 'advanced' });
    await server.addUser('norman', { password: PASSWORD, role: 'normal' });
    await server.addUser('full', { password: PASSWORD, role: 'advanced', quota: '1MB' });
    await server.addUser('guessed', { password: PASSWORD, role: 'advanced' });
  });
  afterEach(async () => {
    const complaints = opened?.complaints ?? [];
    await opened?.close();
    opened = undefined;
    assert.deepEqual(complaints, []);
  });
  after(async () => {
    await browser.close();
    await proxy.close();
    await server.stop();
  });

  async function open(port = new URL(server.url).port, host = '127.0.0.1') {
    opened = await openPage(browser);
    await opened.page.goto(`http://${host}:${port}/connect`);
    return opened.page;
  }

  async function namesIn(path: string, name = 'anna', password = PASSWORD): Promise<string[]> {
    const client = new DavClient(server.davUrl, { name, password });
    try {
      const { body } = await client.request('PROPFIND', path, { headers: { Depth: '1' } });
      return [...body.toString().matchAll(/nosocial%20test[^<]*/g)].map(([found]) => found);
    } finally {
      client.close();
    }
  }

  async function trashOf(name: string): Promise<{ sizeBytes: number }[]> {
    const { stdout } = await server.cli(['trash', 'list', '--user', name, '--json']);
    return JSON.parse(stdout) as { sizeBytes: number }[];
  }

  for (const user of [{ name: 'anna' }, { name: 'müller & söhne', password: 'pass: wörd €' }]) {
    it(`passes for ${user.name}, and leaves one small file in the trash`, async () => {
      const page = await open();
      const told = await runTest(page, user);
      assert.deepEqual(
        statesOf(told),
        ALL.map((method) => `${method} passed`),
        JSON.stringify(told, null, 1),
      );
      assert.match(told.result, /^Everything works/);
      assert.deepEqual(await namesIn('', user.name, user.password), []);
      const trash = await trashOf(user.name);
      assert.equal(trash.length, 1);
      assert.ok(trash.every(({ sizeBytes }) => sizeBytes < 100));
      await assertAccessible(page);
    });
  }

  it('passes for a normal user, who has no home, and leaves nothing', async () => {
    const told = await runTest(await open(), { name: 'norman' });
    assert.deepEqual(
      statesOf(told),
      ALL.map((method) => `${method} passed`),
      JSON.stringify(told, null, 1),
    );
    assert.match(told.result, /that this user may do/);
    assert.deepEqual(await namesIn('Workspace/'), []);
    assert.deepEqual(await trashOf('norman'), []);
  });

  it('tells a wrong password, and tries nothing more', async () => {
    const told = await runTest(await open(), { name: 'anna', password: 'wrong' });
    assert.deepEqual(statesOf(told).slice(0, 3), ['OPTIONS passed', 'PROPFIND failed', 'LOCK skipped']);
    assert.match(told.steps[1]?.words ?? '', /name or the password is wrong/);
    assert.match(told.result, /One step failed/);
  });

  it('tells that too many wrong passwords were tried', async () => {
    const guesses = Array.from({ length: 10 }, (_, index) => `guess ${index}`);
    for (const password of guesses) await namesIn('', 'guessed', password);
    const told = await runTest(await open(), { name: 'guessed' });
    assert.match(told.steps[1]?.words ?? '', /Too many wrong attempts.*for \d+/);
  });

  it('tells that the quota is used up', async () => {
    const told = await runTest(await open(), { name: 'full' });
    assert.equal(statesOf(told)[7], 'PUT failed');
    assert.match(told.steps[7]?.words ?? '', /quota of this user is used up/);
    assert.equal(statesOf(told)[8], 'DELETE passed');
  });

  it('is used by keyboard alone, with the focus on what matters', async () => {
    const page = await open();
    await page.locator('#test-name').focus();
    await page.keyboard.type('anna');
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    const told = await readResult(page);
    assert.match(told.result, /^Everything works/);
    assert.equal(await page.evaluate('document.activeElement?.id'), 'test-result');
  });

  it('can be cancelled, and removes what it had written', async () => {
    const held = Promise.withResolvers<undefined>();
    proxy.faults = { hold: async ({ method }) => (method === 'MOVE' ? held.promise : undefined) };
    const page = await open(String(proxy.port));
    await page.locator('#test-name').fill('anna');
    await page.locator('#test-password').fill(PASSWORD);
    await page.locator('#test-start').click();
    await page.locator('#test-steps li:nth-child(7).running').waitFor();
    assert.equal(await page.evaluate('document.activeElement?.id'), 'test-cancel');
    await page.locator('#test-cancel').click();
    const told = await readResult(page);
    held.resolve(undefined);
    assert.match(told.result, /^Cancelled/);
    assert.deepEqual(statesOf(told).slice(5), ['UNLOCK passed', 'MOVE skipped', 'PUT skipped', 'DELETE skipped']);
    assert.deepEqual(await namesIn(''), []);
  });

  const is = (...methods: string[]) => {
    return ({ method = '' }: IncomingMessage) => methods.includes(method);
  };
  const refuses = (status: number, ...methods: string[]): Faults => ({
    answer: (request) => (is(...methods)(request) ? { status } : undefined),
  });
  const strips = (...names: string[]): Faults => ({
    onRequest: (headers) => {
      for (const name of names) Reflect.deleteProperty(headers, name);
    },
  });
  const hides = (name: string): Faults => ({ onResponse: (headers) => void Reflect.deleteProperty(headers, name) });

  const proxies: [what: string, faults: Faults, failed: string[], words: RegExp][] = [
    ['refuses PROPFIND', refuses(405, 'PROPFIND'), ['PROPFIND', 'GET'], /refuses PROPFIND \(status 405\)/],
    ['refuses LOCK', refuses(501, 'LOCK'), ['LOCK'], /refuses LOCK \(status 501\)/],
    ['refuses UNLOCK', refuses(405, 'UNLOCK'), ['UNLOCK'], /refuses UNLOCK/],
    ['refuses MOVE', refuses(403, 'MOVE'), ['MOVE'], /refuses MOVE \(status 403\)/],
    ['refuses DELETE', refuses(405, 'DELETE'), ['DELETE'], /refuses DELETE/],
    ['answers OPTIONS itself', refuses(200, 'OPTIONS'), ['OPTIONS'], /without the DAV header/],
    ['answers PROPFIND with a page', refuses(200, 'PROPFIND'), ['PROPFIND', 'GET'], /not by WebDAV/],
    ['hides the DAV header', hides('dav'), ['OPTIONS'], /without the DAV header/],
    ['hides the Lock-Token header', hides('lock-token'), ['LOCK'], /removes the Lock-Token header/],
    ['drops Authorization', strips('authorization'), ['PROPFIND'], /removes the Authorization header/],
    ['drops Destination', strips('destination'), ['MOVE'], /changes or drops headers/],
    ['drops If', strips('if'), ['PUT'], /removes the If header/],
    ['drops checksums', strips('oc-checksum', 'content-md5'), ['PUT'], /removes checksums/],
    [
      'changes the host',
      { onRequest: (headers) => void (headers.host = 'localhost:1') },
      ['MOVE'],
      /publicUrl in nosocial’s configuration/,
    ],
    [
      'limits bodies to 1 MiB, as nginx does',
      { answer: ({ headers }) => (Number(headers['content-length'] ?? 0) > 1_048_576 ? { status: 413 } : undefined) },
      ['PUT'],
      /client_max_body_size/,
    ],
    ['does not reach the server', { answer: () => ({ status: 502 }) }, ['OPTIONS'], /does not reach nosocial/],
    [
      'wants a password of its own',
      { answer: () => ({ status: 401, headers: { 'WWW-Authenticate': 'Basic realm="Staging"' } }) },
      ['OPTIONS'],
      /asks for a password of its own/,
    ],
    [
      'sends elsewhere',
      { answer: () => ({ status: 301, headers: { Location: 'https://cloud.test/dav/' } }) },
      ['OPTIONS'],
      /on to another address/,
    ],
    [
      'changes content',
      { content: (text, { method }) => (method === 'GET' ? text.replace('\r\n', '\n') : text) },
      ['GET'],
      /something on the way changes content/,
    ],
    [
      'changes paths in listings',
      { content: (text) => text.replaceAll('>/dav/', '>/files/dav/') },
      ['PROPFIND', 'GET'],
      /something on the way changes paths/,
    ],
  ];
  describe('behind a proxy, again and again on one page,', () => {
    let kept: Watched;
    before(async () => {
      kept = await openPage(browser);
      await kept.page.goto(`http://127.0.0.1:${proxy.port}/connect`);
    });
    after(() => kept.close());

    for (const [what, faults, failed, words] of proxies) {
      it(`tells of one that ${what}`, async () => {
        proxy.faults = faults;
        const told = await runTest(kept.page, { name: 'anna' });
        const problems = told.steps.filter(({ state }) => state === 'failed');
        const methods = new Set(problems.map(({ title }) => /\((\w+)\)$/.exec(title)?.[1]));
        assert.deepEqual([...methods], failed, JSON.stringify(told, null, 1));
        assert.match(problems[0]?.words ?? '', words);
        assert.deepEqual(kept.complaints, []);
      });
    }

    it('leaves nothing and says no more where a normal user’s lock cannot be taken off', async () => {
      proxy.faults = refuses(405, 'UNLOCK');
      const told = await runTest(kept.page, { name: 'norman' });
      const problems = statesOf(told).filter((state) => !state.endsWith('passed'));
      assert.deepEqual(problems, ['UNLOCK failed'], JSON.stringify(told, null, 1));
      assert.match(told.result, /^One step failed/);
    });

    it('names what it could not delete', async () => {
      proxy.faults = refuses(405, 'DELETE');
      const { result } = await runTest(kept.page, { name: 'anna' });
      const left = /Please delete what the test could not: (nosocial test .+ moved\.txt)$/.exec(result)?.[1] ?? '';
      const client = new DavClient(server.davUrl, { name: 'anna', password: PASSWORD });
      assert.equal((await client.request('DELETE', left)).status, 204, result);
      client.close();
    });
  });

  it('tells of a connection that is cut', async () => {
    proxy.faults = { cuts: is('LOCK') };
    const told = await runTest(await open(String(proxy.port)), { name: 'anna' });
    assert.deepEqual(statesOf(told).slice(1, 4), ['PROPFIND passed', 'LOCK failed', 'PUT skipped']);
    assert.match(told.steps[2]?.words ?? '', /LOCK got no answer/);
  });
});
