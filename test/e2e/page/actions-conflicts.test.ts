import assert from 'node:assert/strict';
import { PHONE, PageWorld } from '../../support/web-page.ts';
import {
  choose,
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

describe('where names are taken', () => {
  let world: PageWorld;
  let api: ApiClient;
  let watched: Watched;
  before(async () => {
    world = await PageWorld.start();
    await world.addUser('ann', { role: 'admin' });
    await world.addUser('norm', { role: 'normal' });
    await world.addUser('bob', { role: 'advanced' });
    api = await world.api('ann');
    watched = await world.open('ann');
  });
  after(() => world.stop());

  it('replaces, which keeps a version, and takes even that back', async () => {
    const { page } = watched;
    await makeFiles(api, '/replace/to/a.txt', '/replace/a.txt');
    await goTo(page, '/files/replace', 'to', 'a.txt');
    await bring(page, 'x', ['a.txt'], 'to');
    const dialog = page.getByRole('dialog', { name: 'A file of this name exists' });
    await dialog.waitFor();
    await assertAccessible(page);
    await dialog.getByRole('button', { name: 'Replace' }).click();
    await told(page, '“a.txt” moved to to');
    assert.equal(await textOf(api, '/replace/to/a.txt'), '/replace/a.txt');
    await undo(page);
    await until(async () => (await textOf(api, '/replace/to/a.txt')) === '/replace/to/a.txt');
    assert.equal(await textOf(api, '/replace/a.txt'), '/replace/a.txt');
  });

  it('asks once for all, and keeps both', async () => {
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

  it('does nothing more when the question is closed', async () => {
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

  it('offers nothing that one may not do', async () => {
    await makeFiles(api, '/Workspace/of-ann.txt');
    const { page, close } = await world.open('norm', '/files/Workspace');
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
    const { page, close } = await world.open('bob', '/files/Workspace');
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
    const { page, close } = await world.open('ann', '/files/phone/deep', PHONE);
    await showing(page, 'a.txt');
    await page.getByRole('heading', { name: 'deep' }).waitFor();
    await assertAccessible(page);
    await page.getByRole('button', { name: 'New', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Take a photo' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Up to phone' }).click();
    await showing(page, 'deep');
    await close();
  });

  it('complained of nothing', () => assert.deepEqual(watched.complaints, []));
});
