import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { assertAccessible } from '../browser/chromium.ts';
import type { ApiClient } from '../../support/api-client.ts';
import { LOOKS } from '../../support/page-looks.ts';
import { PageWorld } from '../../support/web-page.ts';

describe('the trash in the web page', () => {
  let world: PageWorld;
  before(async () => {
    world = await PageWorld.start();
    await world.addUser('root', { role: 'admin' });
    await world.addUser('ann');
    api = await world.api(name);
  });
  after(() => world.stop());

  const name = 'ann';
  let api: ApiClient;
  beforeEach(async () => {
    for (const { id } of await api.all('listTrash')) await api.ok('purgeTrash', { params: { id } });
  });

  async function deleted(...paths: string[]): Promise<void> {
    for (const path of paths) {
      await api.ok('uploadFile', { query: { path }, content: `in ${path}` });
      await api.ok('deleteFile', { query: { path } });
    }
  }

  function rowOf(page: Page, name: string) {
    return page.getByRole('row').filter({ has: page.getByText(name, { exact: true }) });
  }

  const said = (page: Page, text: string) => page.getByText(text).first().waitFor();
  const button = (page: Page, name: string) => page.getByRole('main').getByRole('button', { name });
  const namesIn = async () => (await api.all('listTrash')).map(({ name }) => name as string).sort();

  it('says what is kept there when there is nothing', async () => {
    const { page, complaints } = await world.visit(name, '/trash');
    await page.getByRole('heading', { name: 'The trash is empty' }).waitFor();
    assert.equal(await button(page, 'Empty the trash').count(), 0);
    await assertAccessible(page);
    assert.deepEqual(complaints, []);
  });

  it('puts back where it was, and into the trash again', async () => {
    await deleted('/Mere/letter.txt', '/Mere/other.txt');
    const { page, complaints } = await world.visit(name, '/trash');
    await rowOf(page, 'letter.txt').getByText('Mere', { exact: true }).waitFor();
    await rowOf(page, 'letter.txt').click();
    await button(page, 'Put back').click();
    await said(page, '“letter.txt” is back in Mere');
    await rowOf(page, 'letter.txt').waitFor({ state: 'detached' });
    await api.ok('getFile', { query: { path: '/Mere/letter.txt' } });
    await page.getByRole('button', { name: 'Undo' }).click();
    await rowOf(page, 'letter.txt').waitFor();
    await api.refused('getFile', 'not-found', { query: { path: '/Mere/letter.txt' } });
    assert.deepEqual(complaints, []);
  });

  it('tells the other name of what found its own taken, and the place of what lost its folder', async () => {
    await deleted('/Mere/twice.txt');
    await api.ok('uploadFile', { query: { path: '/Mere/twice.txt' }, content: 'new' });
    await api.ok('createFolder', { body: { path: '/Mere/lost' } });
    await deleted('/Mere/lost/inside.txt');
    await api.ok('deleteFile', { query: { path: '/Mere/lost' } });
    const lost = (await api.all('listTrash')).find((entry) => entry.name === 'lost');
    await api.ok('purgeTrash', { params: { id: lost.id } });
    const { page } = await world.visit(name, '/trash');
    await rowOf(page, 'twice.txt').click();
    await button(page, 'Put back').click();
    await said(page, '“twice.txt” is back in Mere as “twice (restored).txt”: its name was taken');
    await rowOf(page, 'inside.txt').getByText('Its folder is gone').waitFor();
    await rowOf(page, 'inside.txt').click();
    await button(page, 'Put back').click();
    await said(page, '“inside.txt” is back in Home: the folder it was in is gone');
    await api.ok('getFile', { query: { path: '/inside.txt' } });
  });

  it('deletes for good after asking, by keys alone', async () => {
    await deleted('/a.txt', '/b.txt', '/c.txt', '/d.txt');
    const { page } = await world.visit(name, '/trash');
    await rowOf(page, 'd.txt').waitFor();
    await rowOf(page, 'd.txt').focus();
    // The newest are first: down to c, and b with it.
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await said(page, '2 chosen');
    await page.keyboard.press('Delete');
    await page.getByRole('dialog', { name: 'Delete 2 items for good?' }).waitFor();
    await assertAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.deepEqual(await namesIn(), ['a.txt', 'b.txt', 'c.txt', 'd.txt']);
    await page.keyboard.press('Delete');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click();
    await said(page, '2 items are gone for good');
    assert.deepEqual(await namesIn(), ['a.txt', 'd.txt']);
  });

  it('chooses by ctrl, shift and box', async () => {
    await deleted('/1.txt', '/2.txt', '/3.txt', '/4.txt', '/5.txt');
    const { page } = await world.visit(name, '/trash');
    await rowOf(page, '5.txt').click();
    await rowOf(page, '3.txt').click({ modifiers: ['Shift'] });
    await said(page, '3 chosen');
    await rowOf(page, '4.txt').click({ modifiers: ['ControlOrMeta'] });
    await said(page, '2 chosen');
    await rowOf(page, '1.txt').getByRole('gridcell').first().click();
    await said(page, '3 chosen');
    assert.equal(await page.getByRole('checkbox', { checked: true }).count(), 3);
    await page.keyboard.press('ControlOrMeta+a');
    await said(page, '5 chosen');
    const changes: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && changes.push(new URL(request.url()).pathname));
    await button(page, 'Put back').click();
    await said(page, '5 are back where they were.');
    assert.deepEqual(changes, ['/api/v1/files/bulk']);
    await page.getByRole('heading', { name: 'The trash is empty' }).waitFor();
  });

  it('is emptied after asking, with how much that is', async () => {
    await deleted('/x.txt', '/y.txt');
    const { page, complaints } = await world.visit(name, '/trash');
    await button(page, 'Empty the trash').click();
    const dialog = page.getByRole('dialog', { name: 'Empty the trash?' });
    await dialog.getByText('2 items, 18 bytes: deleted for good. This cannot be undone.').waitFor();
    await dialog.getByRole('button', { name: 'Empty the trash' }).click();
    await said(page, '2 items are gone for good');
    await page.getByRole('heading', { name: 'The trash is empty' }).waitFor();
    assert.deepEqual(await namesIn(), []);
    assert.deepEqual(complaints, []);
  });

  it('says how much it was also where no events come through', async () => {
    await deleted('/x.txt');
    const { page } = await world.visit(name, '/trash');
    await page.route('**/api/v1/events*', (route) => route.abort());
    await page.reload();
    await button(page, 'Empty the trash').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Empty the trash' }).click();
    await said(page, '1 item is gone for good');
  });

  it('shows what is deleted elsewhere, as it happens, and more as one scrolls', async () => {
    const paths = Array.from({ length: 120 }, (_, index) => `/many ${index + 1}.txt`);
    for (const path of paths) await api.ok('uploadFile', { query: { path }, content: '' });
    await api.ok('changeFiles', {
      body: { operations: paths.slice(0, 60).map((path) => ({ action: 'delete', path })) },
    });
    await api.ok('changeFiles', { body: { operations: paths.slice(60).map((path) => ({ action: 'delete', path })) } });
    const { page } = await world.visit(name, '/trash');
    await rowOf(page, 'many 120.txt').waitFor();
    await rowOf(page, 'many 120.txt').focus();
    await page.keyboard.press('End');
    await rowOf(page, 'many 21.txt').waitFor();
    await rowOf(page, 'many 20.txt').waitFor();
    await page.keyboard.press('End');
    await rowOf(page, 'many 1.txt').waitFor();
    await page.keyboard.press('Home');
    await deleted('/just now.txt');
    await rowOf(page, 'just now.txt').waitFor();
  });

  it('asks for what many deletions elsewhere brought once at a time', async () => {
    await api.ok('createFolder', { body: { path: '/Mere/bulk' } });
    const paths = Array.from({ length: 300 }, (_, index) => `/Mere/bulk/bulk ${index + 1}.txt`);
    for (const path of paths) await api.ok('uploadFile', { query: { path }, content: '' });
    const { page } = await world.visit(name, '/trash');
    await page.getByRole('heading', { name: 'The trash is empty' }).waitFor();
    const held = Promise.withResolvers<void>();
    let [asked, open, most] = [0, 0, 0];
    await page.route('**/api/v1/trash?**', async (route) => {
      asked += 1;
      open += 1;
      most = Math.max(most, open);
      const response = await route.fetch();
      await held.promise;
      open -= 1;
      await route.fulfill({ response });
    });
    for (let first = 0; first < paths.length; first += 100) {
      const operations = paths.slice(first, first + 100).map((path) => ({ action: 'delete', path }));
      await api.ok('changeFiles', { body: { operations } });
    }
    held.resolve();
    await rowOf(page, 'bulk 300.txt').waitFor();
    // The news, and perhaps the list itself when the events begin.
    assert.ok(most <= 2, `${most} at a time`);
    assert.ok(asked < 100, `asked ${asked} times`);
  });

  it('does not show again what went away while the news were asked for', async () => {
    await deleted('/Mere/late one.txt');
    const { page } = await world.visit(name, '/trash');
    await rowOf(page, 'late one.txt').waitFor();
    const [asked, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await page.route('**/api/v1/trash?**', async (route) => {
      const response = await route.fetch();
      asked.resolve();
      await held.promise;
      await route.fulfill({ response });
    });
    const [one] = await api.all('listTrash');
    await deleted('/Mere/late two.txt');
    await asked.promise;
    await api.ok('restoreTrash', { params: { id: one?.id } });
    await rowOf(page, 'late one.txt').waitFor({ state: 'detached' });
    held.resolve();
    await rowOf(page, 'late two.txt').waitFor();
    assert.equal(await rowOf(page, 'late one.txt').count(), 0);
  });

  it('is everybody’s for an administrator, without the names of what lay in homes', async () => {
    await deleted('/secret plan.txt', '/Public/poster.txt');
    const { page } = await world.visit('root', '/trash');
    await page.getByRole('heading', { name: 'The trash is empty' }).waitFor();
    await page.getByLabel('Everybody’s').check();
    await page.waitForURL('**/trash?of=all');
    await rowOf(page, 'poster.txt').getByText(`by ${name}`).waitFor();
    const hidden = rowOf(page, `A file of ${name}`).first();
    await hidden.click();
    assert.equal(await button(page, 'Put back').count(), 0);
    assert.equal(await page.getByText('secret plan').count(), 0);
    await button(page, 'Delete for good').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click();
    await said(page, 'is gone for good');
    assert.deepEqual(await namesIn(), ['poster.txt']);
  });

  for (const [how, options] of LOOKS) {
    it(`is accessible ${how}, and what is chosen by touch is put back`, async () => {
      await deleted('/Mere/touched.txt');
      const { page, close } = await world.reopen(name, '/trash', options);
      await rowOf(page, 'touched.txt').waitFor();
      await assertAccessible(page);
      if ('hasTouch' in options) await rowOf(page, 'touched.txt').tap();
      else await rowOf(page, 'touched.txt').click();
      await assertAccessible(page);
      await button(page, 'Put back').click();
      await said(page, '“touched.txt” is back in Mere');
      await close();
    });
  }
});
