import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { generateSync } from 'otplib';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { runWell } from '../../support/processes.ts';
import { LOOKS } from '../../support/page-looks.ts';
import { PageWorld, shown } from '../../support/web-page.ts';
import { assertAccessible, type Watched } from '../browser/chromium.ts';

const SECTIONS = ['profile', 'password', 'second-factor', 'sessions', 'app-passwords', 'appearance', 'activity'];

describe('an account in the web page', () => {
  let world: PageWorld;
  let opened: Watched[] = [];
  before(async () => {
    world = await PageWorld.start();
    await world.addUser('ben', { role: 'admin' });
    for (const name of ['ann', 'cleo', 'dora']) await world.addUser(name);
  });
  afterEach(async () => {
    for (const { close, complaints } of opened) {
      await close();
      assert.deepEqual(
        complaints.filter((text) => !text.startsWith('Failed to load resource')),
        [],
      );
    }
    opened = [];
  });
  after(() => world.stop());

  async function open(name: string, address: string, options: BrowserContextOptions = {}): Promise<Page> {
    const watched = await world.reopen(name, address, options);
    opened.push(watched);
    return watched.page;
  }

  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

  const davStatus = async (name: string, password: string): Promise<number> => {
    const authorization = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
    const answer = await fetch(world.server.davUrl, { method: 'PROPFIND', headers: { authorization, depth: '0' } });
    await answer.arrayBuffer();
    return answer.status;
  };

  /** Codes of an app; the later one is of the next half minute, which is taken already. */
  function codesOf(secret: string): [now: string, next: string] {
    const epoch = Math.floor(Date.now() / 1000);
    return [generateSync({ secret, epoch }), generateSync({ secret, epoch: epoch + 30 })];
  }

  async function scanned(page: Page, label: string): Promise<string> {
    const file = world.server.scratch.path('qr.png');
    await writeFile(file, await page.getByRole('img', { name: label }).screenshot());
    return (await runWell('zbarimg', ['--quiet', '--raw', file])).trim();
  }

  it('has sections, each with its own address, for everybody', async () => {
    for (const [, options] of LOOKS) {
      const page = await open('ann', '/account', options);
      await heading(page, 'Profile');
      for (const section of SECTIONS) {
        await page.locator(`nav a[href="/account/${section}"]`).click();
        await page.waitForURL(`**/account/${section}`);
        await page.locator('main h1').waitFor();
        await page.locator('main .skeleton').waitFor({ state: 'detached' });
        await assertAccessible(page);
        assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, section);
      }
    }
  });

  it('changes the password, and signs all others out', async () => {
    const other = await open('ben', '/account/profile');
    await heading(other, 'Profile');
    const page = await open('ben', '/account/password');
    const [present, chosen, again] = ['Present password', 'New password', 'New password again'].map((label) =>
      page.getByLabel(label, { exact: true }),
    );
    await present!.fill('not that one');
    await chosen!.fill('short');
    await page.getByText('Too short: at least 8 characters.').first().waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'Too short' }).waitFor();
    await chosen!.fill('a new one with words');
    await page.getByText('Strong.').first().waitFor();
    await again!.fill('another one');
    await page.keyboard.press('Enter');
    await page.getByText('The two passwords differ.').waitFor();
    await again!.fill('a new one with words');
    await page.keyboard.press('Enter');
    await page.getByText('This is not your present password.').waitFor();
    await page.locator('[name="password"]:focus').waitFor();
    await present!.fill(world.passwordOf('ben'));
    await page.keyboard.press('Enter');
    await page.getByText('Your password was changed.').waitFor();
    assert.equal(await present!.inputValue(), '');

    await page.locator('nav a[href="/account/activity"]').click();
    await page.getByText('The password was changed.').waitFor();
    assert.equal(await davStatus('ben', world.passwordOf('ben')), 401);

    await other.locator('nav a[href="/account/sessions"]').click();
    const dialog = other.getByRole('dialog', { name: 'Sign in again' });
    await dialog.getByLabel('Password', { exact: true }).fill('a new one with words');
    await other.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await heading(other, 'Sessions');
    // What was asked for in vain comes by itself.
    await other.getByText('This one').waitFor();
  });

  for (const [clock, byMinutes] of [
    ['a month behind', -30 * 24 * 60],
    ['ten minutes behind', -10],
    ['a quarter of an hour ahead', 15],
  ] as const) {
    it(`renews the session once, before its token ends, where the clock of the device is ${clock}`, async () => {
      const { page, close } = await world.open('ann', 'about:blank');
      await page.clock.install({ time: Date.now() + byMinutes * 60_000 });
      let renewals = 0;
      page.on('request', (request) => {
        if (request.url().endsWith('/api/v1/session/renew')) renewals += 1;
      });
      await page.goto('/files');
      await shown(page, 'Mere');
      await page.clock.fastForward('11:00');
      await page.evaluate(`fetch('/api/v1/account')`);
      assert.equal(renewals, 1, 'when it was loaded');
      const renewal = page.waitForRequest('**/api/v1/session/renew');
      await page.clock.fastForward('03:00');
      await renewal;
      assert.equal(renewals, 2);
      await close();
    });
  }

  it('is asked who is there again without losing what was typed', async () => {
    const page = await open('cleo', '/account/password');
    await page.getByLabel('New password', { exact: true }).fill('half of a thought');
    await (await world.api('cleo')).ok('logOutEverywhere');
    await page.getByLabel('Present password').fill('not that one');
    await page.getByLabel('New password again').fill('half of a thought');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Sign in again' });
    await dialog.waitFor();
    // Only the password is asked for: one can type it at once.
    await dialog.locator('[name="password"]:focus').waitFor();
    await assertAccessible(page);
    // Neither Escape nor the rest of the page leads past it.
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await dialog.getByLabel('Password', { exact: true }).fill(world.passwordOf('cleo'));
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    // What was sent is answered now.
    await page.getByText('This is not your present password.').waitFor();
    assert.equal(await page.getByLabel('New password', { exact: true }).inputValue(), 'half of a thought');
    assert.equal(new URL(page.url()).pathname, '/account/password');
  });

  it('shows where it is signed in, and ends that', async () => {
    const other = await open('cleo', '/account/profile');
    const page = await open('cleo', '/account/sessions');
    await page.getByText('This one').waitFor();
    await page
      .getByRole('button', { name: /^End the session of/ })
      .first()
      .click();
    await page.getByText(/^The session of .* has ended\.$/).waitFor();
    await other.locator('nav a[href="/account/sessions"]').click();
    await other.getByRole('dialog', { name: 'Sign in again' }).waitFor();
    await other.getByRole('button', { name: 'Sign in as somebody else' }).click();
    await other.waitForURL('**/login');

    await page.getByRole('button', { name: 'Log out everywhere' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Log out everywhere' }).click();
    await page.waitForURL('**/login');
    await page.goto('/account');
    await page.waitForURL(/\/login\?next=/);
  });

  it('has a second factor, with recovery codes, and without it again', async () => {
    const page = await open('dora', '/account/second-factor');
    await page.getByLabel('Present password').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('This is not your present password.').waitFor();
    await page.getByLabel('Present password').fill(world.passwordOf('dora'));
    await page.keyboard.press('Enter');
    const secret = await page.getByLabel('Or type this into the app').inputValue();
    assert.match(await scanned(page, 'QR code for the authenticator app'), new RegExp(`^otpauth://.*secret=${secret}`));
    await assertAccessible(page);
    const [now] = codesOf(secret);
    await page.getByLabel('Code', { exact: true }).fill(now === '000000' ? '111111' : '000000');
    await page.keyboard.press('Enter');
    await page.getByText('This code is not right.').waitFor();
    await page.getByLabel('Code', { exact: true }).fill(now);
    await page.keyboard.press('Enter');
    await page.getByText('Recovery codes of dora').waitFor();
    await assertAccessible(page);
    const codes = await page.locator('.recovery-codes code').allInnerTexts();
    assert.equal(codes.length, 10);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as a file' }).click(),
    ]);
    const saved = Buffer.concat(await (await download.createReadStream()).toArray()).toString();
    assert.ok(saved.includes(codes.join('\n')));
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByText('10 recovery codes are left.').waitFor();

    const login = await open('nobody', '/login');
    const withPassword = async () => {
      await login.getByLabel('Name').fill('dora');
      await login.getByLabel('Password', { exact: true }).fill(world.passwordOf('dora'));
      await login.keyboard.press('Enter');
      await login.locator('[autocomplete="one-time-code"]:focus').waitFor();
    };
    await withPassword();
    await assertAccessible(login);
    await login.getByRole('button', { name: 'Back' }).click();
    await withPassword();
    await login.getByLabel('Code', { exact: true }).fill(now);
    await login.keyboard.press('Enter');
    await login.getByText('This code is not right, or was used before.').waitFor();
    await login.getByLabel('Code', { exact: true }).fill(codesOf(secret)[1]);
    await login.keyboard.press('Enter');
    await login.getByRole('button', { name: 'dora: your account' }).click();
    await login.getByRole('menuitem', { name: 'Sign out' }).click();
    await withPassword();
    await login.getByLabel('Code', { exact: true }).fill(codes[0]!.toUpperCase());
    await login.keyboard.press('Enter');
    await login.getByRole('button', { name: 'dora: your account' }).waitFor();

    await page.getByRole('button', { name: 'New recovery codes' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Present password').fill(world.passwordOf('dora'));
    await dialog.getByLabel('Code', { exact: true }).fill(codes[1]!);
    await page.keyboard.press('Enter');
    await page.getByText('Recovery codes of dora').waitFor();
    const fresh = await page.locator('.recovery-codes code').allInnerTexts();
    assert.equal(
      fresh.some((code) => codes.includes(code)),
      false,
    );
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByRole('button', { name: 'Switch it off' }).click();
    await dialog.getByLabel('Present password').fill(world.passwordOf('dora'));
    await dialog.getByLabel('Code', { exact: true }).fill(codes[2]!);
    await page.keyboard.press('Enter');
    await page.getByText('The password or the code is wrong.').waitFor();
    await dialog.getByLabel('Code', { exact: true }).fill(fresh[0]!);
    await page.keyboard.press('Enter');
    await page.getByText('The second factor is off.').waitFor();
    await page.getByRole('button', { name: 'Set it up' }).waitFor();
    assert.equal((await (await world.api('dora')).ok('getAccount')).body.hasSecondFactor, false);
  });

  it('makes app passwords for devices, shown once, also as QR codes, and revokes them', async () => {
    const baseURL = world.server.url.replace('127.0.0.1', 'nas.test');
    const page = await open('ann', '/account/app-passwords', { baseURL });
    assert.equal(await page.evaluate('isSecureContext'), false);
    await page.getByText('You have none.').waitFor();
    await page.getByRole('button', { name: 'New app password' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Make it' }).click();
    await page.getByText('Give it a name.').waitFor();
    await dialog.getByLabel('Name').fill('camera');
    await dialog.getByLabel('What it may do').selectOption('Upload only');
    await dialog.getByLabel('Only this folder').fill('Nowhere');
    await dialog.getByLabel('Good until').fill('2199-12-31');
    await dialog.getByLabel('For network drives (WebDAV) only').check();
    await page.getByRole('button', { name: 'Make it' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByRole('button', { name: 'Choose a folder' }).click();
    await dialog.getByRole('treeitem', { name: 'Workspace' }).click();
    assert.equal(await dialog.getByLabel('Only this folder').inputValue(), '/Workspace');
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Make it' }).click();

    const password = await dialog.getByLabel('Password', { exact: true }).inputValue();
    assert.equal(await dialog.getByLabel('Address').inputValue(), `${baseURL}/dav/`);
    assert.equal(await dialog.getByLabel('User name').inputValue(), 'ann');
    assert.equal(await scanned(page, 'QR code of the password'), password);
    assert.equal(await scanned(page, 'QR code that opens the steps for a phone'), `${baseURL}/connect`);
    await assertAccessible(page);
    await dialog.getByRole('button', { name: 'Copy' }).first().click();
    await dialog.getByText('Copied').first().waitFor({ state: 'attached' });
    assert.equal(await davStatus('ann', password), 207);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'New app password' }).click();
    await dialog.getByLabel('Name').focus();
    await page.keyboard.press('Control+V');
    assert.equal(await dialog.getByLabel('Name').inputValue(), password);

    await page.reload();
    await page.getByText('Only in /Workspace').waitFor();
    await page.getByText('WebDAV only').waitFor();
    assert.equal(await page.getByText(password).count(), 0);
    const [made] = (await (await world.api('ann')).ok('listAppPasswords')).body.items;
    assert.deepEqual([made.access, made.isDavOnly, made.expiresAt.slice(0, 4)], ['upload-only', true, '2199']);
    await page.getByRole('button', { name: 'Revoke “camera”' }).click();
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('You have none.').waitFor();
    assert.equal(await davStatus('ann', password), 401);
  });
});
