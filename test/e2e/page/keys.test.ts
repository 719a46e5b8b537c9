import assert from 'node:assert/strict';
import { assertAccessible } from '../browser/chromium.ts';
import { PHONE, PageWorld } from '../../support/web-page.ts';

describe('the keys of the web page', () => {
  let world: PageWorld;
  before(async () => {
    world = await PageWorld.start();
    await world.addUser('ann');
    const ann = await world.api('ann');
    await ann.ok('uploadFile', { query: { path: '/one.txt' }, content: '1' });
  });
  after(() => world.stop());

  it('are shown by ?, from the tables that bind them', async () => {
    const { page, complaints } = await world.visit('ann', '/files');
    await page.getByRole('row', { name: /one\.txt/ }).waitFor();
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keys' });
    await dialog.getByText('Rename').waitFor();
    await dialog.getByText('F2').waitFor();
    await dialog.getByText('Ctrl+K').waitFor();
    await assertAccessible(page);
    // Another dialog does not open over it.
    await page.keyboard.press('/');
    assert.equal(await page.getByRole('dialog').count(), 1);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    assert.deepEqual(complaints, []);
  });

  it('are reached by the menu of the user, too', async () => {
    const { page, close } = await world.reopen('ann', '/trash', PHONE);
    await page.getByRole('button', { name: 'ann: your account' }).click();
    await page.getByRole('menuitem', { name: 'Keys' }).click();
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await close();
  });

  it('are letters where somebody writes, but for Ctrl+K', async () => {
    const { page } = await world.visit('ann', '/search');
    const words = page.getByLabel('Words of the name');
    await words.focus();
    await page.keyboard.type('a/b?');
    assert.equal(await words.inputValue(), 'a/b?');
    assert.equal(await page.getByRole('dialog').count(), 0);
    await page.keyboard.press('ControlOrMeta+k');
    await page.getByRole('dialog', { name: 'Search' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await words.dispatchEvent('keydown', { key: 'k', code: 'KeyK', ctrlKey: true, isComposing: true });
    assert.equal(await page.getByRole('dialog').count(), 0);
  });

  it('are no letters alone for whoever wants none (WCAG 2.2, 2.1.4)', async () => {
    const { page, close } = await world.reopen('ann', '/files');
    await page.getByRole('row', { name: /one\.txt/ }).waitFor();
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keys' });
    await help.getByLabel('Letters and signs alone').uncheck();
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('row', { name: /one\.txt/ }).waitFor();
    for (const key of ['n', '/', '?']) await page.keyboard.press(key);
    await page.keyboard.press('ControlOrMeta+k');
    await page.getByRole('dialog').waitFor();
    assert.deepEqual(await page.getByRole('dialog').count(), 1);
    assert.equal(await page.getByRole('dialog', { name: 'Search' }).count(), 1);
    await page.keyboard.press('Escape');
    await page.goto(new URL('/account/appearance', page.url()).href);
    await page.getByLabel('Letters and signs alone').check();
    await page.goto(new URL('/files', page.url()).href);
    await page.getByRole('row', { name: /one\.txt/ }).waitFor();
    await page.keyboard.press('n');
    await page.getByRole('dialog', { name: 'New folder' }).waitFor();
    await close();
  });
});
