import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { startServer, type TestServer } from '../../support/server.ts';
import { assertAccessible, launchChromium, openPage, type Watched } from './chromium.ts';

const PASSWORD = 'a password of theirs';

describe('the page of an invitation in Chromium', function () {
  this.timeout(60_000);
  let server: TestServer;
  let browser: Browser;
  let opened: Watched | undefined;
  before(async () => {
    [server, browser] = await Promise.all([startServer(), launchChromium()]);
    await server.addUser('adam', { password: 'adam has a password', role: 'admin' });
  });
  afterEach(async () => {
    await opened?.close();
    opened = undefined;
  });
  after(async () => {
    await browser.close();
    await server.stop();
  });

  async function cli(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await server.cli(args);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  }

  async function open(url: string): Promise<Page> {
    opened = await openPage(browser);
    await opened.page.goto(url);
    return opened.page;
  }

  async function fill(page: Page, { name, repeated = PASSWORD }: { name: string; repeated?: string }): Promise<void> {
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('Password again').fill(repeated);
    await page.getByRole('button', { name: 'Make the account' }).click();
  }

  const canMount = async (name: string) => {
    const authorization = `Basic ${Buffer.from(`${name}:${PASSWORD}`).toString('base64')}`;
    return (await fetch(`${server.url}/dav/`, { method: 'PROPFIND', headers: { authorization, depth: '0' } })).status;
  };

  it('is closed unless people may register', async () => {
    const page = await open(`${server.url}/join#anything`);
    assert.equal(await page.locator('form').count(), 0);
    assert.match(await page.innerText('h1'), /Nobody can register here/);
    const posted = await fetch(`${server.url}/join`, {
      method: 'POST',
      body: new URLSearchParams({ name: 'eve', password: PASSWORD, repeated: PASSWORD }),
    });
    assert.equal(posted.status, 403);
    assert.equal(await canMount('eve'), 401);
  });

  it('is what the link leads to, keeps what was typed, and makes the account', async () => {
    await cli('settings', 'set', 'accounts.registration', 'invitation');
    const link = await cli('user', 'invite');
    const page = await open(link);
    await assertAccessible(page);
    await fill(page, { name: 'anna', repeated: 'another one' });
    assert.equal(await page.getByRole('alert').innerText(), 'The two passwords differ.');
    await assertAccessible(page);
    await fill(page, { name: 'adam' });
    assert.match(await page.getByRole('alert').innerText(), /adam/);
    assert.equal(await canMount('anna'), 401);
    await fill(page, { name: 'anna' });
    // Signed in, and told where to go from here.
    await page.getByRole('dialog', { name: 'Welcome, anna' }).waitFor();
    await assertAccessible(page);
    assert.equal(await canMount('anna'), 207);

    await page.goto('about:blank');
    await page.goto(link);
    await fill(page, { name: 'ben' });
    assert.match(await page.getByRole('alert').innerText(), /not good/);
    assert.equal(await canMount('ben'), 401);
    // Chromium tells of each refused form.
    const told = opened?.complaints.filter((text) => !text.includes('the server responded with a status of 4'));
    assert.deepEqual(told, []);
  });

  it('says that an administrator has to approve', async () => {
    await cli('settings', 'set', 'accounts.registration', 'approval');
    const page = await open(`${server.url}/join`);
    await fill(page, { name: 'cleo' });
    await page.getByText('once an administrator has approved it').waitFor();
    assert.equal(await canMount('cleo'), 401);
    await cli('user', 'enable', 'cleo');
    assert.equal(await canMount('cleo'), 207);
  });

  it('takes no form from pages of others', async () => {
    await cli('settings', 'set', 'accounts.registration', 'open');
    const post = (name: string, headers: Record<string, string>) =>
      fetch(`${server.url}/join`, {
        method: 'POST',
        headers,
        body: new URLSearchParams({ name, password: PASSWORD, repeated: PASSWORD }),
      });
    assert.equal((await post('eve', { origin: 'https://evil.test' })).status, 403);
    assert.equal(await canMount('eve'), 401);
    assert.equal((await post('dora', { origin: server.url })).status, 200);
    assert.equal(await canMount('dora'), 207);
  });
});
