import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { namesIn } from '../../support/explorer-page.ts';
import { drop, ended, panel } from '../../support/page-uploads.ts';
import { PHONE, PageWorld, shown } from '../../support/web-page.ts';

/** In the window of a test, all tabs are seen. */
const HIDDEN = `
  let isHidden = true;
  Object.defineProperty(document, 'hidden', { get: () => isHidden });
  window.setHidden = (is) => {
    isHidden = is;
    document.dispatchEvent(new Event('visibilitychange'));
  };
`;

describe('the web page in many tabs, loaded anew and behind dialogs', () => {
  let world: PageWorld;
  before(async () => {
    world = await PageWorld.start();
    await world.addUser('ann', { role: 'admin' });
    await world.addUser('bob');
  });
  after(() => world.stop());

  it('listens where somebody looks only: a browser has six connections to a server', async () => {
    const api = await world.api('ann');
    await api.ok('uploadFile', { query: { path: '/Mere/first.txt' }, content: '1' });
    const { page, close } = await world.open('ann', 'about:blank');
    await page.context().addInitScript(HIDDEN);
    const tabs: Page[] = [];
    for (let tab = 0; tab < 7; tab += 1) tabs.push(await page.context().newPage());
    await Promise.all(tabs.map((tab) => tab.goto('/files/Mere')));
    await Promise.all(tabs.map((tab) => shown(tab, 'first.txt')));
    const [one] = tabs;
    assert.ok(one);
    await api.ok('uploadFile', { query: { path: '/Mere/second.txt' }, content: '2' });
    // Loaded before that where nobody looked.
    const listens = one.waitForRequest('**/api/v1/events**');
    await one.evaluate('setHidden(false)');
    await shown(one, 'second.txt');
    const request = await listens;
    const stops = one.waitForEvent('requestfailed', (failed) => failed === request);
    await one.evaluate('setHidden(true)');
    await stops;
    await api.ok('uploadFile', { query: { path: '/Mere/third.txt' }, content: '3' });
    await one.evaluate('setHidden(false)');
    await shown(one, 'third.txt');
    await close();
  });

  it('asks for nothing again that came while it was loaded anew; on a phone, for the rest when it is unfolded', async () => {
    const modifiedAt = String(Date.UTC(2026, 0, 2));
    const upload = (name: string, receivedBytes: number) => ({
      id: name,
      state: 'receiving',
      path: `/Mere/${name}`,
      location: `/api/v1/uploads/${name}`,
      sizeBytes: 4,
      receivedBytes,
      metadata: { by: 'nosocial web page', modifiedAt },
      createdAt: new Date().toISOString(),
      touchedAt: new Date(0).toISOString(),
    });
    const api = await world.api('ann');
    const query = { path: '/Mere/come.bin', modifiedAt: new Date(Number(modifiedAt)).toISOString() };
    await api.ok('uploadFile', { query, content: 'come' });
    const { page, close } = await world.open('ann', '/files/Mere', PHONE);
    await shown(page, 'come.bin');
    // As the server has it before it has made a file of the last piece.
    await page.route('**/api/v1/uploads?**', (route) =>
      route.fulfill({ json: { items: [upload('come.bin', 3), upload('cut.bin', 1)] } }),
    );
    await page.evaluate(`localStorage.setItem('nosocial.uploads', '[]')`);
    await page.reload();
    const head = panel(page).getByRole('heading', { name: 'Interrupted uploads' });
    await head.waitFor();
    assert.equal(await panel(page).getByRole('button', { name: 'Choose the file again' }).count(), 0);
    await panel(page).getByRole('button', { name: 'Show the list of uploads' }).click();
    await panel(page).getByText('cut.bin').waitFor();
    assert.equal(await panel(page).getByText('come.bin').count(), 0);
    // The last piece of the other one comes now.
    await api.ok('uploadFile', { query: { ...query, path: '/Mere/cut.bin' }, content: 'last' });
    await head.waitFor({ state: 'detached' });
    await close();
  });

  it('says what was done beside dialogs, not over them', async () => {
    const { page } = await world.visit('ann', '/files/Mere');
    await page.getByRole('gridcell', { name: 'come.bin' }).click();
    await page.keyboard.press('Delete');
    const toast = page.getByRole('listitem').filter({ hasText: 'Undo' });
    await toast.waitFor();
    for (const [key, name] of [
      ['?', 'Keys'],
      ['/', 'Search'],
    ] as const) {
      await page.keyboard.press(key);
      const dialog = page.getByRole('dialog', { name });
      await dialog.waitFor();
      const box = await dialog.boundingBox();
      const above = await toast.boundingBox();
      assert.ok(box && above && box.y + box.height <= above.y, `${name} ends above the toast`);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    }
  });

  it('sends nothing to somebody else who signs in in another one; it goes on when its own user does', async () => {
    const [ann, bob] = [await world.api('ann'), await world.api('bob')];
    await ann.ok('createFolder', { body: { path: '/Mere/sent' } });
    const { page, close } = await world.reopen('ann', '/files/Mere/sent');
    await page.getByRole('button', { name: 'New', exact: true }).waitFor();
    const [begun, isBob] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await page.route(/\/api\/v1\/(files\/content\?|uploads$)/, async (route) => {
      begun.resolve();
      await isBob.promise;
      await route.continue();
    });
    const names = ['1.txt', '2.txt', '3.txt', '4.txt', 'large.bin'];
    await drop(
      page,
      names.map((name) => (name === 'large.bin' ? { name, sizeBytes: 5 << 20 } : { name, content: 'of ann' })),
    );
    await begun.promise;
    await world.signIn({ page }, 'bob');
    isBob.resolve();
    const dialog = page.getByRole('dialog', { name: 'Sign in again' });
    await dialog.getByText('bob has signed in in this browser').waitFor();
    await dialog.getByLabel('Password', { exact: true }).fill(world.passwordOf('ann'));
    await page.keyboard.press('Enter');
    await ended(page, '5 files uploaded');
    assert.deepEqual(await namesIn(ann, '/Mere/sent'), names);
    assert.deepEqual(await namesIn(bob, '/Mere'), []);
    assert.deepEqual((await bob.ok('listUploads')).body.items, []);
    await close();
  });

  it('asks to sign in again, too, where a paused upload is to go on', async () => {
    const { page, close } = await world.reopen('ann', '/files/Mere/sent');
    await shown(page, 'large.bin');
    const piece = page.waitForRequest((request) => request.method() === 'PATCH');
    await page.route('**/api/v1/uploads/*', (route) =>
      route.request().method() === 'PATCH' ? undefined : route.continue(),
    );
    await drop(page, [{ name: 'film.bin', sizeBytes: 5 << 20 }]);
    await piece;
    await panel(page).getByRole('button', { name: 'Pause film.bin' }).click();
    await world.signIn({ page }, 'bob');
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await panel(page).getByRole('button', { name: 'Go on with film.bin' }).click();
    const dialog = page.getByRole('dialog', { name: 'Sign in again' });
    await dialog.getByLabel('Password', { exact: true }).fill(world.passwordOf('ann'));
    await page.keyboard.press('Enter');
    await ended(page, '1 file uploaded');
    await close();
  });

  it('asks for nothing of somebody else who signs in in another one, unless it is to be theirs', async () => {
    const bob = await world.api('bob');
    await bob.ok('createFolder', { body: { path: '/Mere/of bob' } });
    const { page, close } = await world.reopen('ann', '/files');
    await shown(page, 'Mere');
    await world.signIn({ page }, 'bob');
    await page.getByRole('gridcell', { name: 'Mere' }).dblclick();
    await page.getByRole('button', { name: 'Go on as bob' }).click();
    await page.getByRole('button', { name: 'bob: your account' }).waitFor();
    await shown(page, 'of bob');
    await close();
  });
});
