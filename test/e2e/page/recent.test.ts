import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { assertAccessible } from '../browser/chromium.ts';
import { LOOKS } from '../../support/page-looks.ts';
import { PageWorld } from '../../support/web-page.ts';

describe('recent files in the web page', () => {
  let world: PageWorld;
  before(async () => {
    world = await PageWorld.start();
    await world.addUser('ben', { role: 'admin' });
    await world.addUser('ann');
    await world.addUser('new');
    const [ann, ben] = [await world.api('ann'), await world.api('ben')];
    await ann.ok('uploadFile', { query: { path: '/Mere/first.txt' }, content: '1' });
    await ann.ok('uploadFile', { query: { path: '/Special/second.txt' }, content: '2' });
    await ben.ok('uploadFile', { query: { path: '/Mere/of ben.txt' }, content: '3' });
  });
  after(() => world.stop());

  const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

  it('says what comes there while there is nothing', async () => {
    const { page, complaints } = await world.visit('new', '/recent');
    await page.getByRole('heading', { name: 'Nothing has changed yet' }).waitFor();
    await assertAccessible(page);
    assert.deepEqual(complaints, []);
  });

  it('shows what changed last, by day, as one may see it', async () => {
    const ann = await world.api('ann');
    const { page, complaints } = await world.visit('ann', '/recent');
    await row(page, 'second.txt').getByText('Special', { exact: true }).waitFor();
    await page.getByRole('rowheader', { name: 'Today' }).waitFor();
    const names = await page.getByRole('row').allInnerTexts();
    const place = (name: string) => names.findIndex((text) => text.includes(name));
    assert.ok(place('Today') < place('second.txt') && place('second.txt') < place('first.txt'), names.join('\n'));
    assert.equal(place('of ben.txt'), -1);
    // Deleted elsewhere, it goes; put back, it comes.
    await ann.ok('deleteFile', { query: { path: '/Mere/first.txt' } });
    await row(page, 'first.txt').waitFor({ state: 'detached' });
    assert.deepEqual(complaints, []);
  });

  it('is acted on by keys: chosen, opened, deleted and had back', async () => {
    const ann = await world.api('ann');
    await ann.ok('uploadFile', { query: { path: '/Mere/keys.txt' }, content: 'keys' });
    const { page } = await world.visit('ann', '/recent');
    await row(page, 'keys.txt').focus();
    await page.keyboard.press(' ');
    await page.getByRole('status').getByText('1 chosen').waitFor();
    await page.keyboard.press('Delete');
    await row(page, 'keys.txt').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await row(page, 'keys.txt').focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/files/Mere/keys.txt');
    await page.goBack();
    await row(page, 'keys.txt').waitFor();
  });

  it('offers to go on with what was begun', async () => {
    const ann = await world.api('ann');
    const query = { path: '/Mere/holiday.mp4' };
    await ann.ok('uploadFile', { query, content: 'no film, but a name' });
    await ann.ok('keepPosition', { query, body: { positionMs: 60_000, durationMs: 240_000 } });
    const { page, complaints } = await world.visit('ann', '/recent');
    const section = page.getByRole('region', { name: 'Go on with' });
    assert.equal(
      await section.getByRole('progressbar', { name: 'Played of holiday.mp4' }).getAttribute('value'),
      '0.25',
    );
    await assertAccessible(page);
    assert.deepEqual(complaints, []);
    await section.getByRole('button', { name: 'holiday.mp4' }).click();
    await page.waitForURL('**/files/Mere/holiday.mp4');
  });

  it('shows what others change meanwhile first', async () => {
    const { page } = await world.visit('ann', '/recent');
    await row(page, 'second.txt').waitFor();
    const ben = await world.api('ben');
    await ben.ok('uploadFile', { query: { path: '/Public/just now.txt' }, content: 'new' });
    await row(page, 'just now.txt').waitFor();
    assert.equal(await page.locator('[data-index="0"]').getByText('just now.txt').count(), 1);
  });

  it('shows what changed before it heard of changes', async () => {
    const { page, close } = await world.reopen('ann', 'about:blank');
    const changed = Promise.withResolvers<void>();
    await page.route('**/api/v1/events*', async (route) => {
      await changed.promise;
      await route.continue();
    });
    await page.goto('/recent');
    await row(page, 'second.txt').waitFor();
    const ann = await world.api('ann');
    await ann.ok('uploadFile', { query: { path: '/Mere/in between.txt' }, content: '1' });
    changed.resolve();
    await row(page, 'in between.txt').waitFor();
    await close();
  });

  it('comes page by page, and is where it was when one comes back', async () => {
    const ben = await world.api('ben');
    for (let index = 1; index <= 130; index += 1) {
      await ben.ok('uploadFile', { query: { path: `/Mere/many ${index}.txt` }, content: '' });
    }
    const { page } = await world.visit('ben', '/recent');
    await row(page, 'many 130.txt').focus();
    await page.keyboard.press('End');
    await row(page, 'many 31.txt').waitFor();
    await row(page, 'many 30.txt').waitFor();
    await page.keyboard.press('End');
    await row(page, 'of ben.txt').waitFor();
    await page.getByRole('link', { name: 'Trash' }).first().click();
    await page.getByRole('heading', { name: 'The trash is empty' }).waitFor();
    await page.goBack();
    await row(page, 'of ben.txt').waitFor();
  });

  for (const [how, options] of LOOKS) {
    it(`is accessible ${how}`, async () => {
      const { page, close } = await world.reopen('ann', '/recent', options);
      await row(page, 'second.txt').waitFor();
      await assertAccessible(page);
      await close();
    });
  }
});
