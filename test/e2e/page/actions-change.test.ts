import assert from 'node:assert/strict';
import { PHONE, PageWorld } from '../../support/web-page.ts';
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
  until,
} from '../../support/explorer-page.ts';
import { putManyEntries } from '../../support/many-entries.ts';
import type { ApiClient } from '../../support/api-client.ts';
import { assertAccessible, type Watched } from '../browser/chromium.ts';

/** More than fit into a job. */
const MANY = 1100;

describe('what the page does to files', () => {
  let world: PageWorld;
  let api: ApiClient;
  let watched: Watched;
  before(async () => {
    world = await PageWorld.start();
    await world.addUser('ann', { role: 'admin' });
    await world.addUser('norm', { role: 'normal' });
    await world.addUser('bob', { role: 'advanced' });
    api = await world.api('ann');
    watched = await world.reopen('ann');
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

  it('keeps what is typed, and the caret, when others move the row', async () => {
    const { page } = watched;
    await makeFiles(api, '/typing/m.txt');
    await goTo(page, '/files/typing', 'm.txt');
    await choose(page, 'm.txt');
    await page.keyboard.press('F2');
    await page.keyboard.type('hol');
    await makeFiles(api, '/typing/a.txt');
    await showing(page, 'a.txt');
    assert.equal(await page.getByRole('grid').getByRole('textbox').inputValue(), 'hol.txt');
    await page.keyboard.type('iday');
    await page.keyboard.press('Enter');
    await showing(page, 'a.txt', 'holiday.txt');
    assert.deepEqual(await namesIn(api, '/typing'), ['a.txt', 'holiday.txt']);
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
    // Who gives up is where they were.
    await page.getByRole('button', { name: 'New', exact: true }).press('Enter');
    await page.getByRole('menuitem', { name: 'New folder' }).press('Enter');
    await page.getByRole('textbox', { name: 'Name' }).press('Escape');
    await page.locator('button:focus', { hasText: 'New' }).waitFor();
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
    await page.getByRole('menuitem').first().waitFor();
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

  it('offers nothing that one may not do', async () => {
    await makeFiles(api, '/Workspace/of-ann.txt');
    const { page, close } = await world.reopen('norm', '/files/Workspace');
    await showing(page, 'of-ann.txt');
    await row(page, 'of-ann.txt').click({ button: 'right' });
    const items = await page.getByRole('menuitem').locator('span:not(.no-icon)').allTextContents();
    assert.deepEqual(items, ['Open', 'Download', 'Copy', 'Duplicate', 'Copy to…', 'Copy address', 'Details']);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Delete');
    await page.keyboard.press('F2');
    await page.keyboard.press('Control+x');
    assert.equal(await page.getByRole('textbox', { name: 'New name for of-ann.txt' }).count(), 0);
    assert.equal(await page.getByRole('button', { name: 'Paste' }).count(), 0);
    assert.ok((await namesIn(api, '/Workspace')).includes('of-ann.txt'));
    await close();
  });

  it('does what it can, and names what it could not do, and why', async () => {
    await makeFiles(api, '/Workspace/hers.txt');
    await makeFiles(await world.api('bob'), '/Workspace/his.txt');
    const { page, close } = await world.reopen('bob', '/files/Workspace');
    await showing(page, 'hers.txt', 'his.txt');
    await choose(page, 'hers.txt', 'his.txt');
    await page.keyboard.press('Delete');
    await told(page, '“hers.txt”: You may not do this here');
    await told(page, '“his.txt” is in the trash');
    // It was taken out at once, and comes back.
    await showing(page, 'hers.txt');
    await notShowing(page, 'his.txt');
    await close();
  });

  it('has room for it on a phone', async () => {
    await makeFiles(api, '/phone/deep/a.txt');
    const { page, close } = await world.reopen('ann', '/files/phone/deep', PHONE);
    await showing(page, 'a.txt');
    await page.getByRole('heading', { name: 'deep' }).waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'New', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Take a photo' }).waitFor();
    await page.keyboard.press('Escape');
    const { x, y, height } = (await row(page, 'a.txt').boundingBox())!;
    const finger = await page.context().newCDPSession(page);
    const touchPoints = [{ x: x + 120, y: y + height / 2 }];
    await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
    await page.getByRole('status').getByText('1 selected').waitFor();
    await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    const bar = page.getByRole('toolbar', { name: 'What to do' });
    const buttons = await bar.getByRole('button').evaluateAll((all) => all.map((one) => one.ariaLabel));
    assert.deepEqual(buttons, ['Download', 'Move to…', 'Delete', 'More actions']);
    await bar.getByRole('button', { name: 'Delete', exact: true }).tap();
    await notShowing(page, 'a.txt');
    await undo(page);
    await showing(page, 'a.txt');
    await page.getByRole('link', { name: 'Up to phone' }).click();
    await showing(page, 'deep');
    await close();
  });

  async function putInto(path: string, count: number): Promise<void> {
    const { body: folder } = await api.ok('createFolder', { body: { path } });
    const names = Array.from({ length: count }, (_, index) => `file ${String(index + 1).padStart(4, '0')}`);
    putManyEntries(world.server, folder.id as number, names);
  }

  async function countIn(path: string): Promise<number> {
    return (await api.ok('listFiles', { query: { path, limit: 1, kind: 'file' } })).body.totalCount as number;
  }

  it('shows how far it is with thousands, stops when it is called off, and takes back what was done', async () => {
    const { page } = watched;
    await putInto('/many', MANY);
    await makeFolders(api, '/many/there');
    await goTo(page, '/files/many', 'there', 'file 0001');
    // That the job has begun is held back until the button was pressed.
    const pressed = Promise.withResolvers<void>();
    await page.route('**/api/v1/files/bulk', async (route) => {
      const response = await route.fetch();
      await pressed.promise;
      await route.fulfill({ response });
    });
    await row(page, 'file 0001').click();
    await page.keyboard.press('Control+a');
    await row(page, 'there').click({ modifiers: ['Control'] });
    await page.keyboard.press('Control+x');
    await row(page, 'there').getByRole('link').dblclick();
    await page.waitForURL('**/there');
    await page.getByRole('button', { name: 'Paste' }).click();
    const progress = page.getByRole('progressbar', { name: 'Moving 1,100 items' });
    await progress.waitFor();
    await assertAccessible(page);
    await page.getByRole('listitem').filter({ has: progress }).getByRole('button', { name: 'Cancel' }).click();
    pressed.resolve();
    await told(page, / moved to there/);
    await page.unroute('**/api/v1/files/bulk');
    const moved = await countIn('/many/there');
    assert.ok(moved > 0 && moved <= 1000, `${moved} of the first 1000 were moved`);
    assert.equal(await countIn('/many'), MANY - moved);
    await undo(page);
    await until(async () => (await countIn('/many')) === MANY);
    assert.equal(await countIn('/many/there'), 0);
  });

  it('deletes all that are in a folder, and brings all of them back by one request', async () => {
    const { page } = watched;
    await putInto('/some', 130);
    await goTo(page, '/files/some', 'file 0001');
    await row(page, 'file 0001').click();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await notShowing(page, 'file 0001');
    await told(page, '130 are in the trash');
    assert.equal(await countIn('/some'), 0);
    const changes: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') changes.push(new URL(request.url()).pathname);
    });
    await undo(page);
    await until(async () => (await countIn('/some')) === 130);
    assert.deepEqual(changes, ['/api/v1/files/bulk']);
  });

  it('complained of nothing', () => assert.deepEqual(watched.complaints, []));
});
