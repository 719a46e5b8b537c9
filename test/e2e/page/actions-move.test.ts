import assert from 'node:assert/strict';
import { PageWorld } from '../../support/web-page.ts';
import {
  choose,
  drag,
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

describe('moving and copying in the page', () => {
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

  it('drags into a folder, copies with Ctrl, and takes either back', async () => {
    const { page } = watched;
    await makeFolders(api, '/drag/in');
    await makeFiles(api, '/drag/a.txt', '/drag/b.txt', '/drag/c.txt');
    await goTo(page, '/files/drag', 'in', 'a.txt', 'b.txt');
    await choose(page, 'a.txt', 'b.txt');
    await drag(page, row(page, 'a.txt'), row(page, 'in'));
    await notShowing(page, 'a.txt', 'b.txt');
    await told(page, '2 moved to in');
    assert.deepEqual(await namesIn(api, '/drag/in'), ['a.txt', 'b.txt']);
    await undo(page);
    await showing(page, 'a.txt', 'b.txt');
    await choose(page, 'c.txt');
    await drag(page, row(page, 'c.txt'), row(page, 'in'), 'Control');
    await told(page, '“c.txt” copied to in');
    assert.deepEqual(await namesIn(api, '/drag/in'), ['c.txt']);
    await undo(page);
    await showing(page, 'c.txt');
    await goTo(page, '/files/drag/in');
    await page.getByText('This folder is empty').waitFor();
  });

  it('drags onto the way up, the tree and the trash', async () => {
    const { page } = watched;
    await makeFolders(api, '/up/sub', '/up/other');
    await makeFiles(api, '/up/sub/a.txt', '/up/sub/b.txt', '/up/sub/c.txt');
    await goTo(page, '/files/up/sub', 'a.txt', 'b.txt', 'c.txt');
    const crumbs = page.getByRole('navigation', { name: 'Where you are' });
    await drag(page, row(page, 'a.txt'), crumbs.getByRole('link', { name: 'up' }));
    await notShowing(page, 'a.txt');
    await drag(page, row(page, 'b.txt'), page.getByRole('treeitem', { name: 'other' }));
    await notShowing(page, 'b.txt');
    await drag(page, row(page, 'c.txt'), page.getByRole('link', { name: 'Trash' }));
    await told(page, '“c.txt” is in the trash');
    assert.deepEqual(await namesIn(api, '/up'), ['other', 'sub', 'a.txt']);
    assert.deepEqual(await namesIn(api, '/up/other'), ['b.txt']);
  });

  it('drops no folder into itself', async () => {
    const { page } = watched;
    await makeFolders(api, '/self/folder', '/self/other');
    await goTo(page, '/files/self', 'folder', 'other');
    await choose(page, 'folder', 'other');
    await drag(page, row(page, 'folder'), row(page, 'other'));
    // Only the one that can go there.
    await told(page, /folder/);
    assert.deepEqual(await namesIn(api, '/self'), ['other']);
  });

  it('cuts in one tab and pastes in another', async () => {
    const { page } = watched;
    await makeFolders(api, '/tabs/to');
    await makeFiles(api, '/tabs/a.txt');
    await goTo(page, '/files/tabs', 'a.txt');
    const other = await page.context().newPage();
    await other.goto('/files/tabs/to');
    await other.getByText('This folder is empty').waitFor();
    await choose(page, 'a.txt');
    await page.keyboard.press('Control+x');
    await other.getByRole('button', { name: 'Paste' }).waitFor();
    await other.keyboard.press('Control+v');
    await showing(other, 'a.txt');
    await notShowing(page, 'a.txt');
    // What was cut is pasted once.
    await other.keyboard.press('Escape');
    await other.getByRole('button', { name: 'Paste' }).waitFor({ state: 'detached' });
    await other.close();
  });

  it('copies beside itself under another name', async () => {
    const { page } = watched;
    await makeFiles(api, '/beside/a.txt');
    await goTo(page, '/files/beside', 'a.txt');
    await choose(page, 'a.txt');
    await page.keyboard.press('Control+c');
    await page.keyboard.press('Control+v');
    await showing(page, 'a (2).txt');
  });

  it('moves to a folder chosen, and made, by the keyboard', async () => {
    const { page } = watched;
    await makeFolders(api, '/pick/one');
    await makeFiles(api, '/pick/a.txt');
    await goTo(page, '/files/pick', 'a.txt');
    await fromMenu(page, 'a.txt', 'Move to…');
    const dialog = page.getByRole('dialog', { name: 'Move “a.txt” to…' });
    await dialog.getByRole('treeitem', { name: 'pick', selected: true }).waitFor();
    await dialog.getByText('This is where it is').waitFor();
    await assertAccessible(page);
    await dialog.getByRole('treeitem', { name: 'pick' }).focus();
    await page.keyboard.press('ArrowRight');
    await dialog.getByRole('treeitem', { name: 'one' }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await dialog.getByRole('treeitem', { name: 'one', selected: true }).waitFor();
    await dialog.getByRole('button', { name: 'New folder' }).click();
    await dialog.getByLabel('Name').fill('two');
    await page.keyboard.press('Enter');
    await dialog.getByRole('treeitem', { name: 'two', selected: true }).waitFor();
    await dialog.getByRole('button', { name: 'Move here' }).click();
    await notShowing(page, 'a.txt');
    await told(page, '“a.txt” moved to two');
    assert.deepEqual(await namesIn(api, '/pick/one/two'), ['a.txt']);
  });

  it('follows the open folder in the tree, and shows what others make', async () => {
    const { page } = watched;
    await makeFolders(api, '/tree/deep/er');
    await goTo(page, '/files/tree/deep', 'er');
    const tree = page.getByRole('tree', { name: 'Folders' });
    await tree.getByRole('treeitem', { name: 'deep', selected: true }).waitFor();
    await makeFolders(api, '/tree/beside');
    await tree.getByRole('treeitem', { name: 'beside' }).click();
    await page.waitForURL('**/files/tree/beside');
    await tree.getByRole('treeitem', { name: 'deep', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/files/tree/deep');
  });

  it('complained of nothing', () => assert.deepEqual(watched.complaints, []));
});
