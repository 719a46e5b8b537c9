import assert from 'node:assert/strict';
import { PageWorld } from '../../support/web-page.ts';
import { assertAccessible } from '../browser/chromium.ts';

const PASSWORD = 'correct horse battery';

describe('the first administrator in the web page', () => {
  let world: PageWorld;
  before(async () => {
    world = await PageWorld.start();
  });
  after(() => world.stop());

  it('comes from the one-time link into the files, told where to go from there', async () => {
    const link = /\/setup\/\S+/.exec((await world.server.cli(['setup-link'])).stdout)?.[0] ?? '';
    const { page, complaints, close } = await world.reopen('nobody', '/');
    await page.getByText('The server runs, and has no users yet.').waitFor();
    await page.goto(link);
    await assertAccessible(page);
    await page.getByLabel('Name').fill('Ann');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('Password again').fill(PASSWORD);
    await page.keyboard.press('Enter');

    const dialog = page.getByRole('dialog', { name: 'Welcome, Ann' });
    await dialog.getByRole('link', { name: 'Add others' }).waitFor();
    await assertAccessible(page);
    await dialog.getByRole('button', { name: 'Begin' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, '/files');
    await page.getByRole('button', { name: 'Ann: your account' }).waitFor();

    // The session is one as of signing in: it lasts, is listed, and the account tells of it.
    await page.goto('/account/activity');
    await page.getByText('Signed in with a browser.').waitFor();
    assert.equal((await page.goto(link))?.status(), 404);
    const told = complaints.filter((text) => !text.startsWith('Failed to load resource'));
    assert.deepEqual(told, []);
    await close();
  });
});
