import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { assertAccessible } from '../browser/chromium.ts';
import { DavClient } from '../../support/dav-client.ts';
import { untold } from '../../support/explorer-page.ts';
import { redAndBlue } from '../../support/media.ts';
import { PHONE, PageWorld, holds, shown } from '../../support/web-page.ts';

/** Names of the rows, or tiles, that are drawn. */
function names(page: Page): Promise<string[]> {
  return page.getByRole('grid').getByRole('link').allTextContents();
}

function chosen(page: Page): Promise<string[]> {
  return page.getByRole('grid').locator('[aria-selected="true"]').getByRole('link').allTextContents();
}

function row(page: Page, name: string) {
  return page.getByRole('row', { name, exact: false }).filter({ has: page.getByRole('link', { name, exact: true }) });
}

describe('the list of a folder', () => {
  let world: PageWorld;
  let dav: DavClient;

  before(async () => {
    world = await PageWorld.start();
    await world.addUser('ann', { role: 'admin' });
    dav = new DavClient(world.server.davUrl, { name: 'ann', password: world.passwordOf('ann') });
    for (const folder of [
      'work',
      'work/z folder',
      'work/z folder/inner',
      'empty',
      'many',
      'changing',
      'lost',
      'late',
      'untold',
      'elsewhere',
    ]) {
      await dav.makeCollection(folder);
    }
    const sizes = { 'a10.txt': 10, 'a2.txt': 300, 'b.pdf': 20, 'B note.md': 5, 'č.csv': 40 };
    for (const [name, size] of Object.entries(sizes)) {
      await dav.put(`work/${name}`, 'x'.repeat(size));
    }
    for (let number = 0; number < 150; number += 1) await dav.put(`many/file ${number}.txt`, 'x');
    for (const name of ['one', 'two', 'three']) await dav.put(`changing/${name}.txt`, name);
  });
  after(async () => {
    dav.close();
    await world.stop();
  });

  it('is in natural order with folders first, and in any other that one asks for', async () => {
    const { page, complaints, close } = await world.reopen('ann', '/files/work');
    await shown(page, 'a2.txt');
    assert.deepEqual(await names(page), ['z folder', 'a2.txt', 'a10.txt', 'B note.md', 'b.pdf', 'č.csv']);
    assert.equal(await page.title(), 'work · nosocial');
    const size = page.getByRole('columnheader', { name: 'Size' });
    await size.getByRole('button').click();
    await page.locator('[aria-sort="descending"]').waitFor();
    await holds(page, `document.querySelectorAll('[role=grid] a')[1]?.textContent === 'a2.txt'`);
    assert.deepEqual(await names(page), ['z folder', 'a2.txt', 'č.csv', 'b.pdf', 'a10.txt', 'B note.md']);
    await size.getByRole('button').click();
    await page.locator('[aria-sort="ascending"]').waitFor();
    assert.equal((await names(page)).at(-1), 'a2.txt');
    // Another folder is looked at as before, and this one as it was chosen here.
    await page.goto('/files/work/z folder');
    await shown(page, 'inner');
    await page.goto('/files/work');
    await page.locator('[aria-sort="ascending"]').waitFor();
    assert.equal((await names(page)).at(-1), 'a2.txt');
    assert.deepEqual(complaints, []);
    await close();
  });

  it('becomes a grid, which this folder and those in it keep', async () => {
    const { page, close } = await world.reopen('ann', '/files/work');
    await shown(page, 'a2.txt');
    await page.getByRole('button', { name: 'Show as a grid' }).click();
    await page.getByRole('gridcell', { name: 'a2.txt' }).waitFor();
    await assertAccessible(page);
    await page.reload();
    await page.getByRole('button', { name: 'Show as a list' }).waitFor();
    await page.goto('/files/work/z folder');
    await page.getByRole('button', { name: 'Show as a list' }).waitFor();
    await page.goto('/files/changing');
    await page.getByRole('button', { name: 'Show as a grid' }).waitFor();
    await close();
  });

  it('keeps the pictures that are shown where others come before them', async () => {
    const picture = await redAndBlue(40, 20);
    await dav.makeCollection('pictures');
    for (const name of ['b.jpg', 'c.jpg']) await dav.put(`pictures/${name}`, picture);
    const { page, complaints, close } = await world.open('ann', 'about:blank');
    // New ones wait until rows are at rest: from some time on those wait for ever.
    await page.addInitScript(`{
      const wait = window.setTimeout;
      window.setTimeout = (act, ms, ...values) => (window.isRushing && ms === 120 ? 0 : wait(act, ms, ...values));
    }`);
    await page.goto('/files/pictures');
    for (const name of ['b.jpg', 'c.jpg']) await row(page, name).locator('img.is-loaded').waitFor();
    await page.evaluate('window.isRushing = true');
    await dav.put('pictures/a.jpg', picture);
    await row(page, 'a.jpg').waitFor();
    for (const name of ['b.jpg', 'c.jpg']) await row(page, name).locator('img.is-loaded').waitFor();
    assert.equal(await row(page, 'a.jpg').locator('img').count(), 0);
    assert.deepEqual(complaints, []);
    await close();
  });

  it('chooses by clicks, ranges and a rubber band', async () => {
    const { page, close } = await world.reopen('ann', '/files/work');
    await shown(page, 'a2.txt');
    await row(page, 'a2.txt').click();
    assert.deepEqual(await chosen(page), ['a2.txt']);
    await row(page, 'b.pdf').click({ modifiers: ['Shift'] });
    assert.deepEqual(await chosen(page), ['a2.txt', 'a10.txt', 'B note.md', 'b.pdf']);
    await row(page, 'a10.txt').click({ modifiers: ['Control'] });
    assert.deepEqual(await chosen(page), ['a2.txt', 'B note.md', 'b.pdf']);
    await page.getByRole('status').getByText('3 selected · 325 bytes').waitFor();
    await page.keyboard.press('Escape');
    assert.deepEqual(await chosen(page), []);
    const first = (await row(page, 'a10.txt').boundingBox())!;
    const last = (await row(page, 'b.pdf').boundingBox())!;
    await page.mouse.move(first.x + first.width - 100, last.y + last.height / 2);
    await page.mouse.down();
    await page.mouse.move(first.x + first.width - 200, first.y + first.height / 2, { steps: 4 });
    await page.mouse.up();
    await page.getByRole('status').getByText('3 selected').waitFor();
    assert.deepEqual(await chosen(page), ['a10.txt', 'B note.md', 'b.pdf']);
    // Let go before the next frame is drawn: what was touched last counts.
    await page.keyboard.press('Escape');
    await page.evaluate(`(() => {
      const draw = window.requestAnimationFrame;
      window.requestAnimationFrame = () => 1;
      addEventListener('pointerup', () => setTimeout(() => (window.requestAnimationFrame = draw)), { once: true });
    })()`);
    await page.mouse.move(first.x + first.width - 100, last.y + last.height / 2);
    await page.mouse.down();
    await page.mouse.move(first.x + first.width - 200, first.y + first.height / 2, { steps: 4 });
    await page.mouse.up();
    await page.getByRole('status').getByText('3 selected').waitFor();
    assert.deepEqual(await chosen(page), ['a10.txt', 'B note.md', 'b.pdf']);
    await row(page, 'z folder').dblclick();
    await page.waitForURL('**/files/work/z%20folder');
    await shown(page, 'inner');
    await close();
  });

  it('is used by keys alone', async () => {
    const { page, complaints, close } = await world.reopen('ann', '/files/work');
    await shown(page, 'a2.txt');
    await page.keyboard.press('ArrowDown');
    assert.deepEqual(await chosen(page), ['a2.txt']);
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    assert.deepEqual(await chosen(page), ['a2.txt', 'a10.txt', 'B note.md']);
    await page.keyboard.press('Control+ArrowDown');
    await page.keyboard.press('Control+ArrowDown');
    await page.keyboard.press('Space');
    assert.deepEqual(await chosen(page), ['a2.txt', 'a10.txt', 'B note.md', 'č.csv']);
    await page.keyboard.press('Control+a');
    assert.equal((await chosen(page)).length, 6);
    await page.keyboard.press('b');
    await row(page, 'B note.md').and(page.locator('[aria-selected="true"]')).waitFor();
    await page.keyboard.press('b');
    await row(page, 'b.pdf').and(page.locator('[aria-selected="true"]')).waitFor();
    assert.deepEqual(await chosen(page), ['b.pdf']);
    await page.keyboard.press('Home');
    assert.deepEqual(await chosen(page), ['z folder']);
    const focused = page.locator(':focus');
    assert.equal(await focused.getAttribute('aria-rowindex'), '2');
    await page.keyboard.press('Enter');
    await shown(page, 'inner');
    await page.locator('[data-index="0"]:focus').waitFor();
    await page.keyboard.press('Alt+ArrowUp');
    await shown(page, 'a2.txt');
    assert.deepEqual(complaints, []);
    await close();
  });

  it('is where it was after Back', async () => {
    const { page, close } = await world.reopen('ann', '/files/many');
    await shown(page, 'file 0.txt');
    await page.keyboard.press('End');
    await shown(page, 'file 149.txt');
    const top = () =>
      page
        .getByRole('grid')
        .getByRole('rowgroup')
        .evaluate((box) => box.scrollTop);
    const before = await top();
    assert.ok(before > 1000);
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Trash' }).click();
    await page.waitForURL('**/trash');
    await page.goBack();
    await shown(page, 'file 149.txt');
    assert.equal(await top(), before);
    await page.goto('/files/work');
    await shown(page, 'a2.txt');
    await close();
  });

  it('follows what others do, and keeps what is chosen', async () => {
    const { page, complaints, close } = await world.reopen('ann', '/files/changing');
    await shown(page, 'two.txt');
    await row(page, 'two.txt').click();
    await dav.put('changing/new.txt', 'new');
    await shown(page, 'new.txt');
    assert.deepEqual(await names(page), ['new.txt', 'one.txt', 'three.txt', 'two.txt']);
    await dav.expect(204, 'DELETE', 'changing/one.txt');
    await page.getByText('one.txt').waitFor({ state: 'detached' });
    await dav.put('changing/three.txt', 'x'.repeat(4000));
    await row(page, 'three.txt').getByText('4 kB').waitFor();
    await dav.expect(201, 'MOVE', 'changing/two.txt', {
      headers: { destination: `${world.server.davUrl}changing/2.txt` },
    });
    await shown(page, '2.txt');
    assert.deepEqual(await chosen(page), ['2.txt']);
    await page.locator('[data-index="0"]:focus').waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });

  it('does not go on choosing what went away when nobody told it', async () => {
    for (const name of ['a', 'b', 'c']) await dav.put(`untold/${name}.txt`, name);
    const { page, complaints, close } = await world.reopen('ann', 'about:blank');
    const tell = await untold(page);
    await page.goto('/files/untold');
    await row(page, 'a.txt').click();
    await row(page, 'b.txt').click({ modifiers: ['Control'] });
    await dav.expect(201, 'MOVE', 'untold/a.txt', {
      headers: { destination: `${world.server.davUrl}elsewhere/a.txt` },
    });
    tell();
    await row(page, 'a.txt').waitFor({ state: 'detached' });
    await page.getByRole('status').getByText('1 selected').waitFor();
    await row(page, 'c.txt').click({ modifiers: ['Control'] });
    await page.keyboard.press('Delete');
    await shown(page, 'This folder is empty');
    await dav.expect(200, 'GET', 'elsewhere/a.txt');
    assert.deepEqual(complaints, []);
    await close();
  });

  it('shows what came while it was asked for, and no older answer after that', async () => {
    const { page, close } = await world.reopen('ann', '/files/empty');
    await shown(page, 'This folder is empty');
    const [asked, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let count = 0;
    await page.route(/files\?path=%2Flate&/, async (route) => {
      count += 1;
      if (count > 1) {
        await route.continue();
        return;
      }
      const response = await route.fetch();
      asked.resolve();
      await held.promise;
      await route.fulfill({ response });
    });
    const tree = page.getByRole('tree').getByRole('treeitem', { name: 'late' });
    await tree.click();
    await asked.promise;
    await dav.put('late/new.txt', 'new');
    await shown(page, 'new.txt');
    const old = page.waitForEvent('requestfinished', (request) => request.url().includes('path=%2Flate&'));
    held.resolve();
    await (await old).response();
    await row(page, 'new.txt').click();
    assert.deepEqual(await names(page), ['new.txt']);
    await page.getByRole('columnheader', { name: 'Size' }).getByRole('button').click();
    await page.locator('[aria-sort="descending"]').waitFor();
    await page.getByRole('status').getByText('1 selected').waitFor();
    await close();
  });

  it('says where the open folder went', async () => {
    const { page, close } = await world.reopen('ann', '/files/lost');
    await shown(page, 'This folder is empty');
    await dav.expect(201, 'MOVE', 'lost', { headers: { destination: `${world.server.davUrl}found` } });
    await page.getByRole('link', { name: 'Go there' }).click();
    await page.waitForURL('**/files/found');
    await shown(page, 'This folder is empty');
    await dav.expect(204, 'DELETE', 'found');
    await page.getByRole('link', { name: 'Go to the folder around it' }).click();
    await page.waitForURL('**/files');
    await close();
  });

  it('says what is not there, and teaches in an empty folder', async () => {
    const { page, close } = await world.reopen('ann', '/files/no/such/folder');
    await shown(page, 'This folder is not here any more');
    await assertAccessible(page);
    await page.goto('/files/empty');
    await shown(page, 'This folder is empty');
    await page.getByText('Drop files or folders here').waitFor();
    await assertAccessible(page);
    await close();
  });

  it('chooses by a long press on a phone, in the dark', async () => {
    const { page, complaints, close } = await world.reopen('ann', '/files/work', { ...PHONE, colorScheme: 'dark' });
    await shown(page, 'a2.txt');
    await page.getByText('300 bytes').waitFor();
    const box = (await row(page, 'a2.txt').boundingBox())!;
    assert.ok(box.height >= 44);
    const finger = await page.context().newCDPSession(page);
    const point = { x: box.x + 120, y: box.y + box.height / 2 };
    await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [point] });
    await page.getByRole('status').getByText('1 selected').waitFor();
    await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await row(page, 'b.pdf').tap();
    await page.getByRole('status').getByText('2 selected').waitFor();
    assert.deepEqual(await chosen(page), ['a2.txt', 'b.pdf']);
    await assertAccessible(page);
    await page.getByRole('button', { name: 'End selecting' }).click();
    assert.deepEqual(await chosen(page), []);
    // What is chosen goes, and with it the choosing.
    await dav.put('work/short-lived.txt', 'x');
    await shown(page, 'short-lived.txt');
    const other = (await row(page, 'short-lived.txt').boundingBox())!;
    const place = { x: other.x + 120, y: other.y + other.height / 2 };
    await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [place] });
    await page.getByRole('status').getByText('1 selected').waitFor();
    await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await dav.expect(204, 'DELETE', 'work/short-lived.txt');
    await page.getByRole('button', { name: 'End selecting' }).waitFor({ state: 'detached' });
    await row(page, 'z folder').tap();
    await shown(page, 'inner');
    assert.deepEqual(complaints, []);
    await close();
  });
});
