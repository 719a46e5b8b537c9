import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { untold } from '../../support/explorer-page.ts';
import { putManyEntries } from '../../support/many-entries.ts';
import { PageWorld, shown } from '../../support/web-page.ts';

const ENTRIES = 100_000;

function scrollTo(page: Page, share: number): Promise<void> {
  return page
    .getByRole('grid')
    .getByRole('rowgroup')
    .evaluate((box, to) => {
      box.scrollTop = to * (box.scrollHeight - box.clientHeight);
    }, share);
}

describe(`a folder of ${ENTRIES} entries`, () => {
  let world: PageWorld;

  before(async () => {
    world = await PageWorld.start();
    await world.addUser('ann', { role: 'admin' });
    const api = await world.api('ann');
    const { body } = await api.ok('createFolder', { body: { path: '/endless' } });
    const long = await api.ok('createFolder', { body: { path: '/long' } });
    const files = Array.from({ length: 2500 }, (_, number) => `file ${number}.txt`);
    putManyEntries(world.server, long.body.id as number, files);
    const parts = await api.ok('createFolder', { body: { path: '/parts' } });
    putManyEntries(world.server, parts.body.id as number, files.slice(0, 250));
    const away = await api.ok('createFolder', { body: { path: '/away' } });
    putManyEntries(world.server, away.body.id as number, files.slice(0, 250));
    const names = Array.from({ length: ENTRIES }, (_, number) => `${number % 2 === 0 ? 'even' : 'odd'} ${number}.txt`);
    putManyEntries(world.server, body.id as number, names);
  });
  after(() => world.stop());

  it('shows what is anywhere in it, and draws no more than that', async () => {
    const { page, complaints, close } = await world.reopen('ann', '/files/endless');
    await shown(page, 'even 0.txt');
    assert.equal(await page.getByRole('grid').getAttribute('aria-rowcount'), String(ENTRIES + 1));
    await scrollTo(page, 1);
    await shown(page, 'odd 99999.txt');
    await scrollTo(page, 0.5);
    await shown(page, 'odd 1.txt');
    assert.equal(await page.getByRole('row', { name: 'odd 1.txt' }).first().getAttribute('aria-rowindex'), '50002');
    assert.ok((await page.getByRole('grid').getByRole('row').count()) < 60);
    assert.deepEqual(complaints, []);
    await close();
  });

  it('is chosen as a whole, in long ranges, and jumped about in, by keys', async () => {
    const { page, complaints, close } = await world.reopen('ann', '/files/endless');
    await shown(page, 'even 0.txt');
    await page.keyboard.press('Control+a');
    await page.getByRole('status').getByText('100,000 selected').waitFor();
    await page.keyboard.press('o');
    await page.getByRole('row', { name: 'odd 1.txt', selected: true }).waitFor();
    // From there to the end, of which nothing is loaded in between.
    await page.keyboard.press('Shift+End');
    await page.getByRole('status').getByText('50,000 selected').waitFor();
    await page.keyboard.press('Home');
    await page.getByRole('status').getByText('1 selected').waitFor();
    await page.keyboard.press('Shift+End');
    await page.getByRole('status').getByText('100,000 selected').waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });

  it('is chosen by a rubber band where nothing is loaded, too', async () => {
    const { page, complaints, close } = await world.reopen('ann', '/files/parts');
    await shown(page, 'file 0.txt');
    const { x, y, width, height } = (await page.getByRole('row', { name: 'file 2.txt' }).boundingBox())!;
    await page.mouse.move(x + width - 100, y + height / 2);
    await page.mouse.down();
    await scrollTo(page, 1);
    await shown(page, 'file 249.txt');
    await page.mouse.move(x + width - 200, y + height * 3);
    await page.mouse.up();
    await scrollTo(page, 0.5);
    await page.getByRole('row', { name: 'file 125.txt', selected: true }).waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });

  it('is asked for anew where it was known, when it changed and nobody said so', async () => {
    const { page, complaints, close } = await world.reopen('ann', 'about:blank');
    await page.route('**/api/v1/events*', () => undefined);
    await page.goto('/files/parts');
    await shown(page, 'file 0.txt');
    await scrollTo(page, 1);
    await shown(page, 'file 249.txt');
    await (await world.api('ann')).ok('renameFile', { body: { path: '/parts/file 0.txt', name: 'a.txt' } });
    // What is in the middle comes of another state, and once more with all that is seen then.
    let answers = 0;
    const looked = Promise.withResolvers<void>();
    page.on('response', (response) => {
      if (response.url().includes('&offset=100&') && ++answers === 2) looked.resolve();
    });
    await scrollTo(page, 0.5);
    await looked.promise;
    await scrollTo(page, 0);
    await shown(page, 'a.txt');
    assert.deepEqual(complaints, []);
    await close();
  });

  it('is chosen no more where it is not known, when it changed and nobody said what', async () => {
    const api = await world.api('ann');
    const { page, complaints, close } = await world.reopen('ann', 'about:blank');
    const tell = await untold(page);
    await page.goto('/files/away');
    const status = page.getByRole('status');
    await page.getByRole('row', { name: 'file 0.txt' }).click();
    await scrollTo(page, 1);
    await page.getByRole('row', { name: 'file 249.txt' }).click({ modifiers: ['Control'] });
    await status.getByText('2 selected').waitFor();
    await api.ok('changeFiles', { body: { operations: [{ action: 'move', path: '/away/file 0.txt', to: '/' }] } });
    tell();
    await status.getByText('1 selected').waitFor();
    // All but one that may still be there: it must not be among them.
    await page.keyboard.press('Control+a');
    await page.getByRole('row', { name: 'file 249.txt' }).click({ modifiers: ['Control'] });
    await status.getByText('248 selected').waitFor();
    await scrollTo(page, 0);
    await shown(page, 'file 1.txt');
    await api.ok('changeFiles', { body: { operations: [{ action: 'delete', path: '/away/file 2.txt' }] } });
    tell();
    await status.getByText('248 items').waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });

  it('is empty as soon as all of it is deleted, and not when it is not deleted after all', async () => {
    const { page, close } = await world.reopen('ann', '/files/long');
    await shown(page, 'file 0.txt');
    const held = Promise.withResolvers<void>();
    await page.route('**/api/v1/files/bulk*', async (route) => {
      await held.promise;
      await route.fulfill({ status: 503, json: { code: 'busy', title: 'busy' } });
    });
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await shown(page, 'This folder is empty');
    held.resolve();
    await shown(page, 'file 0.txt');
    await close();
  });

  it('stays empty for as long as the server gets on with it, and no longer', async () => {
    const { page, close } = await world.open('ann', '/files');
    await page.clock.install();
    await page.goto('/files/long');
    await shown(page, 'file 0.txt');
    const api = await world.api('ann');
    await page.route('**/api/v1/files/bulk*', () => new Promise(() => undefined));
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await shown(page, 'This folder is empty');
    for (const turn of [1, 2]) {
      // What is seen of it is what comes after.
      await api.ok('deleteFile', { query: { path: `/long/file ${turn}.txt` } });
      await api.ok('createFolder', { body: { path: `/long/came ${turn}` } });
      await shown(page, `came ${turn}`);
      await page.clock.fastForward(9000);
    }
    await api.ok('createFolder', { body: { path: '/long/came 3' } });
    await shown(page, 'came 3');
    assert.equal(await page.getByRole('main').getByText('file 0.txt', { exact: true }).count(), 0);
    await page.clock.fastForward(9000);
    await shown(page, 'file 0.txt');
    await close();
  });
});
