import assert from 'node:assert/strict';
import { PageWorld } from '../../support/web-page.ts';
import {
  choose,
  fromMenu,
  goTo,
  makeFiles,
  makeFolders,
  namesIn,
  notShowing,
  row,
  showing,
  told,
  undo,
} from '../../support/explorer-page.ts';
import type { ApiClient } from '../../support/api-client.ts';
import { assertAccessible, type Watched } from '../browser/chromium.ts';

describe('what the page does to files', () => {
  let world: PageWorld;
  let api: ApiClient;
  let watched: Watched;
  before(async () => {
    world = await PageWorld.start();
    await world.addUser('ann', { role: 'admin' });
    api = await world.api('ann');
    watched = await world.open('ann');
  });
  after(() => world.stop());

  it('renames in place by F2, and takes it back by Ctrl+Z', async () => {
    const { page } = watched;
    await makeFiles(api, '/rename/report.txt');
    await goTo(page, '/files/rename', 'report.txt');
    await choose(page, 'report.txt');
    await page.keyboard.press('F2');
    // Only the stem is selected.
    await page.keyboard.type('summary');
    await page.keyboard.press('Enter');
    await showing(page, 'summary.txt');
    await told(page, 'summary.txt');
    await page.keyboard.press('Control+z');
    await showing(page, 'report.txt');
    assert.deepEqual(await namesIn(api, '/rename'), ['report.txt']);
  });

  it('refuses names before the server has to, and gives up by Escape', async () => {
    const { page } = watched;
    await makeFiles(api, '/refuse/a.txt', '/refuse/b.txt');
    await goTo(page, '/files/refuse', 'a.txt', 'b.txt');
    await fromMenu(page, 'a.txt', 'Rename');
    const field = page.getByRole('textbox', { name: 'New name for a.txt' });
    for (const [name, problem] of [
      ['x/y', 'may not hold'],
      ['', 'Write a name'],
      ['ä'.repeat(128), 'too long'],
      ['b.txt', 'has this name already'],
    ] as const) {
      await field.fill(name);
      await page.getByRole('alert').filter({ hasText: problem }).waitFor();
    }
    await assertAccessible(page);
    await field.press('Escape');
    await showing(page, 'a.txt', 'b.txt');
    assert.deepEqual(await namesIn(api, '/refuse'), ['a.txt', 'b.txt']);
  });

  it('deletes by the key, tells it, and brings it back by the button', async () => {
    const { page } = watched;
    await makeFiles(api, '/delete/a.txt', '/delete/b.txt', '/delete/c.txt');
    await goTo(page, '/files/delete', 'a.txt', 'b.txt', 'c.txt');
    await choose(page, 'a.txt', 'b.txt');
    await page.keyboard.press('Delete');
    await notShowing(page, 'a.txt', 'b.txt');
    await told(page, '2 are in the trash');
    assert.deepEqual(await namesIn(api, '/delete'), ['c.txt']);
    await undo(page);
    await showing(page, 'a.txt', 'b.txt');
    assert.deepEqual(await namesIn(api, '/delete'), ['a.txt', 'b.txt', 'c.txt']);
  });

  it('deletes for good only when somebody is sure', async () => {
    const { page } = watched;
    await makeFiles(api, '/good/old.txt');
    await goTo(page, '/files/good', 'old.txt');
    await choose(page, 'old.txt');
    await page.keyboard.press('Shift+Delete');
    await page.getByRole('dialog').waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.deepEqual(await namesIn(api, '/good'), ['old.txt']);
    await fromMenu(page, 'old.txt', 'Delete for good…');
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await told(page, 'is gone for good');
    const trash = await api.all('listTrash');
    assert.ok(!trash.some(({ name }) => name === 'old.txt'));
  });

  it('makes folders by N, and by the menu, where names are judged alike', async () => {
    const { page } = watched;
    await makeFolders(api, '/make');
    await goTo(page, '/files/make');
    await page.getByText('This folder is empty').waitFor();
    await page.keyboard.press('n');
    await page.getByRole('dialog', { name: 'New folder' }).waitFor();
    await assertAccessible(page);
    await page.keyboard.type('Letters');
    await page.keyboard.press('Enter');
    await showing(page, 'Letters');
    await page.getByRole('button', { name: 'New', exact: true }).click();
    await page.getByRole('menuitem', { name: 'New folder' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Letters');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('alert').filter({ hasText: 'has this name already' }).waitFor();
    await page.getByRole('textbox', { name: 'Name' }).fill('Invoices');
    await page.getByRole('button', { name: 'Create' }).click();
    await showing(page, 'Invoices', 'Letters');
  });

  it('duplicates, and takes that back', async () => {
    const { page } = watched;
    await makeFiles(api, '/twice/a.txt');
    await goTo(page, '/files/twice', 'a.txt');
    await choose(page, 'a.txt');
    await page.keyboard.press('Control+d');
    await showing(page, 'a (2).txt');
    await undo(page);
    await notShowing(page, 'a (2).txt');
  });

  it('offers by the toolbar what it offers by the menu', async () => {
    const { page } = watched;
    await makeFiles(api, '/offer/a.txt');
    await goTo(page, '/files/offer', 'a.txt');
    await row(page, 'a.txt').click({ button: 'right' });
    await page.getByRole('menu').waitFor();
    await assertAccessible(page);
    const inMenu = await page.getByRole('menuitem').locator('span:not(.no-icon)').allTextContents();
    await page.keyboard.press('Escape');
    const bar = page.getByRole('toolbar', { name: 'What to do' });
    await bar.getByRole('button', { name: 'Delete', exact: true }).waitFor();
    const inBar = await bar.getByRole('button').evaluateAll((buttons) => buttons.map((one) => one.ariaLabel ?? ''));
    await bar.getByRole('button', { name: 'More actions' }).click();
    const inMore = await page.getByRole('menuitem').locator('span:not(.no-icon)').allTextContents();
    await page.keyboard.press('Escape');
    assert.deepEqual([...inBar.filter((name) => name !== 'More actions'), ...inMore].toSorted(), inMenu.toSorted());
  });

  it('opens the menu by the keyboard, and goes back to where it was', async () => {
    const { page } = watched;
    await makeFiles(api, '/keys/a.txt', '/keys/b.txt');
    await goTo(page, '/files/keys', 'a.txt', 'b.txt');
    await choose(page, 'b.txt');
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await page.keyboard.press('Delete');
    await notShowing(page, 'b.txt');
    await showing(page, 'a.txt');
  });

  it('downloads a file as it is, and several as a zip', async () => {
    const { page } = watched;
    await makeFiles(api, '/down/a.txt', '/down/b.txt');
    await goTo(page, '/files/down', 'a.txt', 'b.txt');
    for (const [names, want] of [
      [['a.txt'], 'a.txt'],
      [['a.txt', 'b.txt'], 'down.zip'],
    ] as const) {
      await choose(page, ...names);
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download', exact: true }).click();
      assert.equal((await download).suggestedFilename(), want);
    }
  });

  it('complained of nothing', () => assert.deepEqual(watched.complaints, []));
});
