import assert from 'node:assert/strict';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { PHONE, PageWorld } from '../../support/web-page.ts';
import { assertAccessible, type Watched } from '../browser/chromium.ts';

describe('signing in to the web page', () => {
  let world: PageWorld;
  let opened: Watched[] = [];
  before(async () => {
    world = await PageWorld.start();
    await world.addUser('ann', { role: 'admin' });
    await world.addUser('ben');
  });
  afterEach(async () => {
    for (const { close } of opened) await close();
    opened = [];
  });
  after(() => world.stop());

  async function visit(address: string, options: BrowserContextOptions = {}): Promise<Page> {
    const watched = await world.reopen('nobody', address, options);
    opened.push(watched);
    return watched.page;
  }

  async function signIn(page: Page, name: string, password = world.passwordOf(name)): Promise<void> {
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  it('says by the field what is wrong, and puts the focus there', async () => {
    const page = await visit('/login');
    const [name, password] = [page.getByLabel('Name'), page.getByLabel('Password', { exact: true })];
    assert.equal(await name.getAttribute('autocomplete'), 'username');
    assert.equal(await password.getAttribute('autocomplete'), 'current-password');
    await page.locator('[name="name"]:focus').waitFor();
    await page.keyboard.press('Enter');
    assert.equal(await page.getByRole('alert').innerText(), 'Type your name.');
    await page.locator('[name="name"]:focus').waitFor();

    await signIn(page, 'ann', 'another password');
    await page.getByText('The name or the password is wrong').waitFor();
    await page.locator('[name="password"]:focus').waitFor();
    await assertAccessible(page);
  });

  it('works by keys alone, shows the password on demand, and knows the name the next time', async () => {
    const page = await visit('/login');
    await page.locator('[name="name"]:focus').waitFor();
    await page.keyboard.type('ann');
    await page.keyboard.press('Tab');
    await page.keyboard.type(world.passwordOf('ann'));
    await page.keyboard.press('Tab');
    assert.equal(await page.getByLabel('Password', { exact: true }).getAttribute('type'), 'password');
    await page.keyboard.press('Enter');
    assert.equal(await page.getByLabel('Password', { exact: true }).getAttribute('type'), 'text');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/files');

    await page.getByRole('button', { name: 'ann: your account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL('**/login');
    assert.equal(await page.getByLabel('Name').inputValue(), 'ann');
    await page.getByLabel('Password', { exact: true }).fill(world.passwordOf('ann'));
    await page.keyboard.press('Enter');
    await page.waitForURL('**/files');
  });

  it('takes back nothing of somebody else’s', async () => {
    const { page, close } = await world.reopen('ann', '/files/Mere');
    const api = await world.api('ann');
    await api.ok('createFolder', { body: { path: '/Mere/gone' } });
    await page.getByRole('gridcell', { name: 'gone' }).click();
    await page.keyboard.press('Delete');
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    await page.getByRole('button', { name: 'ann: your account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL('**/login');
    await signIn(page, 'ben');
    await page.getByRole('button', { name: 'ben: your account' }).waitFor();
    await page.getByRole('grid').waitFor();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.keyboard.press('Control+z');
    // What the key begins, it begins before the next one.
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    assert.deepEqual(
      asked.filter((url) => url.includes('/files/bulk')),
      [],
    );
    await close();
  });

  it('never goes on to another server', async () => {
    const page = await visit('/login?next=//evil.test/x');
    await signIn(page, 'ben');
    await page.waitForURL(`${world.server.url}/files`);
  });

  it('tells how long to wait after too many attempts', async () => {
    for (let attempt = 0; attempt < 10; attempt++) {
      await fetch(`${world.server.url}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'nobody', password: 'guess' }),
      });
    }
    const page = await visit('/login');
    await signIn(page, 'nobody', 'guess');
    await page.getByText(/^Too many attempts\. Try again in \d+ seconds?\.$/).waitFor();
  });

  it('leads to registration where it is open, and tells who has to wait', async () => {
    const api = await world.api('ann');
    const page = await visit('/login');
    await page.getByRole('link', { name: 'Connect a device' }).waitFor();
    assert.equal(await page.getByRole('link', { name: /account/ }).count(), 0);

    await api.ok('changeSettings', { body: { 'accounts.registration': 'approval' } });
    await page.reload();
    await page.getByRole('link', { name: 'Ask for an account' }).click();
    await page.getByLabel('Name').fill('cleo');
    await page.getByLabel('Password', { exact: true }).fill('cleo has a password');
    await page.getByLabel('Password again').fill('cleo has a password');
    await page.getByRole('button', { name: 'Make the account' }).click();
    await page.getByText('once an administrator has approved it').waitFor();
    await page.goto('/login');
    await signIn(page, 'cleo', 'cleo has a password');
    await page.getByText('An administrator has yet to approve this account.').waitFor();
    await api.ok('changeSettings', { body: { 'accounts.registration': 'closed' } });
  });

  it('warns where the connection is not encrypted, and works there all the same', async () => {
    assert.equal(await (await visit('/login')).getByText('not encrypted').count(), 0);
    const baseURL = world.server.url.replace('127.0.0.1', 'nas.test');
    const page = await visit('/login', { baseURL, ...PHONE });
    await page.getByText('This connection is not encrypted').waitFor();
    assert.equal(await page.getByRole('link', { name: 'How to connect safely' }).getAttribute('href'), '/connect');
    await assertAccessible(page);
    await signIn(page, 'ben');
    await page.waitForURL('**/files');
  });

  it('keeps the theme that was chosen', async () => {
    const page = await visit('/login', { colorScheme: 'light' });
    const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    await page.getByLabel('Theme').selectOption('Dark');
    assert.notEqual(await ground(), light);
    await assertAccessible(page);
    await page.reload();
    assert.equal(await page.getByLabel('Theme').inputValue(), 'dark');
    assert.notEqual(await ground(), light);
    // Chromium tells of each request that is answered 401, as the first one of each visitor is.
    const told = opened[0]?.complaints.filter((text) => !text.startsWith('Failed to load resource'));
    assert.deepEqual(told, []);
  });
});
