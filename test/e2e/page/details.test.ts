import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { ApiClient } from '../../support/api-client.ts';
import { PHONE, PageWorld, holds, shown } from '../../support/web-page.ts';
import { assertAccessible } from '../browser/chromium.ts';

describe('the details of a file', () => {
  let world: PageWorld;
  let api: ApiClient;

  before(async () => {
    world = await PageWorld.start();
    await world.addUser('ann', {});
    api = await world.api('ann');
    for (const content of ['first', 'the second', 'the third one']) {
      await api.ok('uploadFile', { query: { path: '/Mere/essay.txt' }, content: Buffer.from(content) });
    }
    await api.ok('uploadFile', { query: { path: '/Mere/other.txt' }, content: Buffer.from('other') });
  });
  after(() => world.stop());

  async function choose(page: Page, name: string): Promise<void> {
    await page.getByRole('row').filter({ hasText: name }).click();
  }

  function paneOf(page: Page) {
    return page.getByRole('complementary', { name: 'Details' });
  }

  async function contentOf(path: string): Promise<string> {
    return (await api.ok('downloadFile', { query: { path } })).bytes.toString();
  }

  it('are shown by a key, and follow what is chosen', async () => {
    const { page, complaints, close } = await world.reopen('ann', '/files/Mere');
    await shown(page, 'essay.txt');
    await choose(page, 'other.txt');
    await page.keyboard.press('i');
    await paneOf(page).getByRole('heading', { name: 'other.txt' }).waitFor();
    await paneOf(page).getByText('There is none').waitFor();
    await choose(page, 'essay.txt');
    await paneOf(page).getByRole('heading', { name: 'essay.txt' }).waitFor();
    await paneOf(page).getByText('ann changed “essay.txt”').first().waitFor();
    await page.keyboard.press('Control+a');
    await paneOf(page).getByText('2 chosen').waitFor();
    await assertAccessible(page);
    assert.deepEqual(complaints, []);
    await close();
  });

  it('bring an old version back, and undo that', async () => {
    const { page, close } = await world.reopen('ann', '/files/Mere');
    await shown(page, 'essay.txt');
    await choose(page, 'essay.txt');
    await page.keyboard.press('i');
    const restore = paneOf(page).getByRole('button', { name: /^Restore the version of/ });
    await restore.nth(1).waitFor();
    await restore.nth(1).click();
    await page.getByText('The old version of “essay.txt” is back').waitFor();
    assert.equal(await contentOf('/Mere/essay.txt'), 'first');
    const undone = page.waitForResponse(/\/restore\?/);
    await page.getByRole('button', { name: 'Undo' }).click();
    await (await undone).finished();
    assert.equal(await contentOf('/Mere/essay.txt'), 'the third one');
    await close();
  });

  it('undo no more what was changed since', async () => {
    await api.ok('uploadFile', { query: { path: '/Mere/drafts.txt' }, content: 'one' });
    await api.ok('uploadFile', { query: { path: '/Mere/drafts.txt' }, content: 'two' });
    const { page, close } = await world.reopen('ann', '/files/Mere');
    await shown(page, 'drafts.txt');
    await choose(page, 'drafts.txt');
    await page.keyboard.press('i');
    await paneOf(page)
      .getByRole('button', { name: /^Restore the version of/ })
      .click();
    await page.getByText('The old version of “drafts.txt” is back').waitFor();
    await api.ok('uploadFile', { query: { path: '/Mere/drafts.txt' }, content: 'theirs' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('It was changed since').waitFor();
    assert.equal(await contentOf('/Mere/drafts.txt'), 'theirs');
    await close();
  });

  it('give an old version to download, and delete it for good', async () => {
    const { page, close } = await world.reopen('ann', '/files/Mere');
    await shown(page, 'essay.txt');
    await choose(page, 'essay.txt');
    await page.keyboard.press('i');
    const download = page.waitForEvent('download');
    await paneOf(page)
      .getByRole('link', { name: /^Download the version/ })
      .last()
      .click();
    assert.equal((await download).suggestedFilename(), 'essay.txt');
    const before = (await api.ok('listVersions', { query: { path: '/Mere/essay.txt' } })).body.items.length;
    await paneOf(page)
      .getByRole('button', { name: /^Delete the version/ })
      .last()
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await holds(page, `document.querySelectorAll('aside a[download]').length === ${before - 1}`);
    await close();
  });

  it('say who has locked it, and break the lock', async () => {
    const locked = await fetch(`${world.server.davUrl}Mere/other.txt`, {
      method: 'LOCK',
      headers: {
        authorization: `Basic ${Buffer.from(`ann:${world.passwordOf('ann')}`).toString('base64')}`,
        'user-agent': 'LibreOffice 7.4',
        'content-type': 'application/xml',
      },
      body: '<lockinfo xmlns="DAV:"><lockscope><exclusive/></lockscope><locktype><write/></locktype></lockinfo>',
    });
    assert.equal(locked.status, 200);
    const { page, close } = await world.reopen('ann', '/files/Mere');
    await shown(page, 'other.txt');
    await choose(page, 'other.txt');
    await page.keyboard.press('i');
    await paneOf(page).getByText('LibreOffice').waitFor();
    await paneOf(page).getByRole('button', { name: 'Break the lock' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Break the lock' }).click();
    await paneOf(page).getByText('LibreOffice').waitFor({ state: 'detached' });
    assert.deepEqual((await api.ok('listLocks', { query: { path: '/Mere/other.txt' } })).body.items, []);
    await close();
  });

  it('come from below on a phone', async () => {
    const { page, close } = await world.reopen('ann', '/files/Mere', PHONE);
    await shown(page, 'essay.txt');
    await page.getByRole('button', { name: 'Details' }).click();
    await paneOf(page).getByRole('heading', { name: 'Mere' }).waitFor();
    await assertAccessible(page);
    await paneOf(page).getByRole('button', { name: 'Close the details' }).click();
    await paneOf(page).waitFor({ state: 'detached' });
    await close();
  });
});
