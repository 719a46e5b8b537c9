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
  until,
} from '../../support/explorer-page.ts';
import type { ApiClient } from '../../support/api-client.ts';
import type { Page } from 'playwright-core';
import { assertAccessible, type Watched } from '../browser/chromium.ts';

async function textOf(api: ApiClient, path: string): Promise<string> {
  return (await api.ok('downloadFile', { query: { path } })).bytes.toString();
}

/** Cuts or copies these here and pastes them there. */
async function bring(page: Page, key: 'x' | 'c', names: string[], to: string): Promise<void> {
  await choose(page, ...names);
  await page.keyboard.press(`Control+${key}`);
  await page.getByRole('grid').getByRole('link', { name: to, exact: true }).dblclick();
  await page.waitForURL(`**/${to}`);
  await page.getByRole('button', { name: 'Paste' }).waitFor();
  await page.keyboard.press('Control+v');
}

/** The same of `a.txt` to the folder `to`, where there is one of that name. */
async function replaceBy(page: Page, key: 'x' | 'c', folder: string): Promise<void> {
  await goTo(page, `/files${folder}`, 'to', 'a.txt');
  await bring(page, key, ['a.txt'], 'to');
  await page.getByRole('dialog').getByRole('button', { name: 'Replace' }).click();
  await told(page, /“a.txt” (moved|copied) to to/);
}

describe('moving and copying in the page', () => {
  let world: PageWorld;
  let api: ApiClient;
  let watched: Watched;
  before(async () => {
    world = await PageWorld.start();
    await world.addUser('ann', { role: 'admin' });
    api = await world.api('ann');
    watched = await world.reopen('ann');
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
    await makeFolders(api, '/tree/new here');
    await tree.getByRole('treeitem', { name: 'new here' }).click();
    await page.waitForURL('**/files/tree/new%20here');
    await tree.getByRole('treeitem', { name: 'deep', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/files/tree/deep');
  });

  it('where a name is taken replaces, which keeps a version, and takes even that back', async () => {
    const { page } = watched;
    await makeFiles(api, '/replace/to/a.txt', '/replace/a.txt');
    await goTo(page, '/files/replace', 'to', 'a.txt');
    await bring(page, 'x', ['a.txt'], 'to');
    const dialog = page.getByRole('dialog', { name: 'A file of this name exists' });
    await dialog.getByText('what is there is kept as an older version').waitFor();
    await assertAccessible(page);
    await dialog.getByRole('button', { name: 'Replace' }).click();
    await told(page, '“a.txt” moved to to');
    assert.equal(await textOf(api, '/replace/to/a.txt'), '/replace/a.txt');
    await undo(page);
    await until(async () => (await textOf(api, '/replace/to/a.txt')) === '/replace/to/a.txt');
    assert.equal(await textOf(api, '/replace/a.txt'), '/replace/a.txt');
  });

  it('says beforehand that what is replaced is lost where no versions are kept', async () => {
    const { page } = watched;
    await makeFiles(api, '/lost/to/a.txt', '/lost/a.txt');
    await api.ok('putPolicy', { query: { path: '/lost/to' }, body: { preset: 'own', rules: { versionsKept: 0 } } });
    await goTo(page, '/files/lost', 'to', 'a.txt');
    await bring(page, 'c', ['a.txt'], 'to');
    const dialog = page.getByRole('dialog', { name: 'A file of this name exists' });
    await dialog.getByText('no old versions are kept here').waitFor();
    assert.equal(await dialog.getByText('older version').count(), 0);
    await dialog.getByRole('button', { name: 'Skip' }).click();
    await dialog.waitFor({ state: 'detached' });
  });

  it('takes a replacement back as what it replaced: that was empty, and had older versions', async () => {
    const { page } = watched;
    await makeFiles(api, '/hollow/to/a.txt', '/hollow/a.txt');
    await api.ok('uploadFile', { query: { path: '/hollow/to/a.txt' }, content: '' });
    await replaceBy(page, 'x', '/hollow');
    assert.equal(await textOf(api, '/hollow/to/a.txt'), '/hollow/a.txt');
    await undo(page);
    await until(async () => (await textOf(api, '/hollow/to/a.txt')) === '');
    assert.equal(await textOf(api, '/hollow/a.txt'), '/hollow/a.txt');
  });

  it('takes no replacement back over what somebody saved since, nor to what was not kept', async () => {
    const { page } = watched;
    await makeFiles(api, '/since/to/a.txt', '/since/a.txt');
    await replaceBy(page, 'x', '/since');
    await api.ok('uploadFile', { query: { path: '/since/to/a.txt' }, content: 'theirs' });
    await undo(page);
    await told(page, '“a.txt”: It was changed since');
    assert.equal(await textOf(api, '/since/to/a.txt'), 'theirs');
    assert.deepEqual(await namesIn(api, '/since'), ['to']);

    await replaceBy(page, 'c', '/lost');
    await undo(page);
    await told(page, '“a.txt”: What it held before was not kept');
    assert.equal(await textOf(api, '/lost/to/a.txt'), '/lost/a.txt');
  });

  it('takes replacements of one file back one after the other', async () => {
    const { page } = watched;
    await makeFiles(api, '/twins/one/twin.txt', '/twins/two/twin.txt', '/twins/to/twin.txt');
    await page.goto('/search?q=twin.txt');
    const found = (folder: string) => page.getByRole('row').filter({ hasText: folder });
    await found('one').click();
    await found('two').click({ modifiers: ['Control'] });
    await page.keyboard.press('Control+x');
    await goTo(page, '/files/twins/to', 'twin.txt');
    await page.keyboard.press('Control+v');
    await page.getByLabel('Do the same for the other one').check();
    await page.getByRole('button', { name: 'Replace' }).click();
    await told(page, '2 moved to to');
    await undo(page);
    await until(async () => (await textOf(api, '/twins/to/twin.txt')) === '/twins/to/twin.txt');
    for (const path of ['/twins/one/twin.txt', '/twins/two/twin.txt']) assert.equal(await textOf(api, path), path);
  });

  it('where names are taken asks once for all, and keeps both', async () => {
    const { page } = watched;
    await makeFiles(api, '/both/to/a.txt', '/both/to/b.txt', '/both/a.txt', '/both/b.txt', '/both/c.txt');
    await goTo(page, '/files/both', 'a.txt', 'b.txt', 'c.txt');
    await bring(page, 'c', ['a.txt', 'b.txt', 'c.txt'], 'to');
    const dialog = page.getByRole('dialog', { name: 'A file of this name exists' });
    await dialog.getByLabel('Do the same for the other one').check();
    await dialog.getByRole('button', { name: 'Keep both' }).click();
    await told(page, '3 copied to to');
    assert.deepEqual(await namesIn(api, '/both/to'), ['a (2).txt', 'a.txt', 'b (2).txt', 'b.txt', 'c.txt']);
    await undo(page);
    await notShowing(page, 'a (2).txt', 'b (2).txt', 'c.txt');
  });

  it('merges folders, skips what is there, and puts all back', async () => {
    const { page } = watched;
    await makeFiles(api, '/merge/to/album/1.txt', '/merge/album/1.txt', '/merge/album/2.txt', '/merge/album/in/3.txt');
    await makeFolders(api, '/merge/to/album/in');
    await goTo(page, '/files/merge', 'to', 'album');
    await bring(page, 'x', ['album'], 'to');
    await page.getByRole('dialog', { name: 'A folder of this name exists' }).waitFor();
    await page.getByRole('button', { name: 'Merge' }).click();
    // Folders come first, and so does their question.
    await page.getByText('“in” is in “album” already').waitFor();
    await page.getByRole('button', { name: 'Merge' }).click();
    await page.getByText('“1.txt” is in “album” already').waitFor();
    await page.getByRole('button', { name: 'Skip' }).click();
    await told(page, '2 moved to to');
    assert.deepEqual(await namesIn(api, '/merge/to/album'), ['in', '1.txt', '2.txt']);
    assert.deepEqual(await namesIn(api, '/merge/to/album/in'), ['3.txt']);
    assert.deepEqual(await namesIn(api, '/merge/album'), ['1.txt']);
    await undo(page);
    await until(async () => (await namesIn(api, '/merge/album')).join() === 'in,1.txt,2.txt');
    assert.deepEqual(await namesIn(api, '/merge/album/in'), ['3.txt']);
    assert.deepEqual(await namesIn(api, '/merge/to/album/in'), []);
  });

  it('does nothing more to a taken name when the question is closed', async () => {
    const { page } = watched;
    await makeFiles(api, '/close/to/a.txt', '/close/a.txt');
    await goTo(page, '/files/close', 'to', 'a.txt');
    await bring(page, 'x', ['a.txt'], 'to');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.deepEqual(await namesIn(api, '/close'), ['to', 'a.txt']);
    assert.equal(await textOf(api, '/close/to/a.txt'), '/close/to/a.txt');
  });

  it('complained of nothing', () => assert.deepEqual(watched.complaints, []));
});
