import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { assertAccessible } from '../browser/chromium.ts';
import type { ApiClient } from '../../support/api-client.ts';
import { drop, dropOn, ended, panel, transferOf } from '../../support/page-uploads.ts';
import { PHONE, PageWorld, shown } from '../../support/web-page.ts';

const KIB = 1024;

describe('uploads in the web page', () => {
  let world: PageWorld;
  let api: ApiClient;
  before(async () => {
    world = await PageWorld.start();
    await world.addUser('ann', { role: 'admin' });
    await world.addUser('poor', { quota: '1MiB' });
    api = await world.api('ann');
  });
  after(() => world.stop());

  async function newFolder(name: string): Promise<string> {
    await api.ok('createFolder', { body: { path: `/Mere/${name}` } });
    return `/Mere/${name}`;
  }

  async function openFolder(name: string, options = {}) {
    const path = await newFolder(name);
    const watched = await world.reopen('ann', `/files${path}`, options);
    await watched.page.getByRole('button', { name: 'New', exact: true }).waitFor();
    return { ...watched, path };
  }

  /** What is in a folder, each with its content. */
  async function contents(path: string): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const item of await api.all('listFiles', { query: { path } })) {
      const at = { query: { path: item.path } };
      found[item.name] = item.kind === 'folder' ? 'folder' : (await api.ok('downloadFile', at)).bytes.toString();
    }
    return found;
  }

  it('takes files that are dropped anywhere, with their times, and shows them at once', async () => {
    const { page, path, complaints, close } = await openFolder('dropped');
    const dataTransfer = await transferOf(page, [
      { name: 'a.txt', content: 'one' },
      { name: 'ä ☃ #?%.txt', content: 'two' },
      { name: 'empty', content: '' },
    ]);
    await page.dispatchEvent('main', 'dragover', { dataTransfer });
    await page.dispatchEvent('header', 'dragover', { dataTransfer });
    await page.getByText('Drop to upload to “dropped”').waitFor();
    await page.dispatchEvent('header', 'drop', { dataTransfer });
    await ended(page, '3 files uploaded');
    assert.equal(await page.getByText('Drop to upload').count(), 0);
    assert.deepEqual(await contents(path), { 'a.txt': 'one', 'ä ☃ #?%.txt': 'two', empty: '' });
    await shown(page, 'a.txt');
    const { body } = await api.ok('getFile', { query: { path: `${path}/a.txt` } });
    assert.equal(body.modifiedAt, '2020-01-02T03:04:05.000Z');
    assert.deepEqual(complaints, []);
    await close();
  });

  it('takes a whole folder from the picker, merges it when it comes again, and skips what is the same', async () => {
    const { page, path, close } = await openFolder('picked');
    const local = world.server.scratch.path('trip');
    await mkdir(join(local, 'day 1', 'deep'), { recursive: true });
    await writeFile(join(local, 'day 1', 'deep', 'x.txt'), 'x');
    await writeFile(join(local, 'y.txt'), 'y');
    await pickFolder(page, local);
    await ended(page, '2 files uploaded');
    assert.deepEqual(await contents(`${path}/trip`), { 'day 1': 'folder', 'y.txt': 'y' });
    assert.deepEqual(await contents(`${path}/trip/day 1/deep`), { 'x.txt': 'x' });

    await writeFile(join(local, 'y.txt'), 'new');
    await writeFile(join(local, 'z.txt'), 'z');
    await pickFolder(page, local);
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Merge' }).click();
    await dialog.getByText('“y.txt” is in “trip” already').waitFor();
    await dialog.getByRole('button', { name: 'Replace' }).click();
    await dialog.getByText('“day 1” is in “trip” already').waitFor();
    await dialog.getByRole('button', { name: 'Skip' }).click();
    await ended(page, '2 files uploaded');
    assert.deepEqual(await contents(`${path}/trip`), { 'day 1': 'folder', 'y.txt': 'new', 'z.txt': 'z' });
    const { body } = await api.ok('listVersions', { query: { path: `${path}/trip/y.txt` } });
    assert.equal(body.items.length, 1);
    await close();
  });

  async function pickFolder(page: Page, local: string): Promise<void> {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'New', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Upload a folder' }).click();
    await (await chooser).setFiles(local);
  }

  it('asks once for all: what is the same is skipped, the rest replaced', async () => {
    const { page, path, close } = await openFolder('once');
    const old = ['a', 'b', 'c'].map((name) => ({ name, content: `old ${name}` }));
    await drop(page, old);
    await ended(page, '3 files uploaded');
    await drop(page, [old[0]!, { name: 'b', content: 'newer b' }, { name: 'c', content: 'new c', modifiedMs: 0 }]);
    const dialog = page.getByRole('dialog', { name: 'A file of this name exists' });
    await dialog.getByText('Both have the same size and date.').waitFor();
    await assertAccessible(page);
    // What changes nothing has the keyboard.
    await dialog.getByRole('button', { name: 'Skip' }).and(page.locator(':focus')).waitFor();
    // By the keyboard alone.
    await dialog.getByLabel('Do the same for all 2 others').focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await ended(page, '2 files uploaded');
    assert.deepEqual(await contents(path), { a: 'old a', b: 'newer b', c: 'new c' });
    assert.equal((await api.ok('listVersions', { query: { path: `${path}/a` } })).body.items.length, 0);
    await close();
  });

  it('keeps what failed, to be read and tried again, when more is dropped', async () => {
    const { page, path, close } = await openFolder('kept');
    const forbidden = { type: '/', title: 'Forbidden', status: 403, code: 'forbidden', detail: '' };
    await page.route(/files\/content\?path=.*bad/, (route) => route.fulfill({ status: 403, json: forbidden }));
    await drop(page, [{ name: 'bad.txt', content: 'bad' }]);
    await ended(page, '1 file could not be uploaded');
    await page.unroute(/files\/content\?path=.*bad/);
    await drop(page, [{ name: 'good.txt', content: 'good' }]);
    await ended(page, '1 file could not be uploaded, 1 file uploaded');
    await panel(page).getByText('You may not do this here').waitFor();
    // What comes anew takes the place of what failed.
    await drop(page, [{ name: 'bad.txt', content: 'bad' }]);
    await ended(page, '1 file uploaded');
    assert.deepEqual(await contents(path), { 'bad.txt': 'bad', 'good.txt': 'good' });
    await close();
  });

  it('asks once for all about names that were taken while files were sent', async () => {
    const { page, path, close } = await openFolder('overtaken');
    const names = ['a', 'b'];
    const { promise: free, resolve: letGo } = Promise.withResolvers<undefined>();
    await page.route(/files\/content\?path=/, async (route) => {
      await free;
      await route.continue();
    });
    for (const time of ['first', 'second']) {
      await drop(
        page,
        names.map((name) => ({ name, content: `${time} ${name}` })),
      );
      await panel(page).getByText('b', { exact: true }).nth(['first', 'second'].indexOf(time)).waitFor();
    }
    letGo(undefined);
    const dialog = page.getByRole('dialog', { name: 'A file of this name exists' });
    await dialog.getByLabel('Do the same for the other one').check();
    await dialog.getByRole('button', { name: 'Skip' }).click();
    await ended(page, '2 files uploaded');
    assert.deepEqual(await contents(path), Object.fromEntries(names.map((name) => [name, `first ${name}`])));
    await close();
  });

  it('takes what is dropped on a folder, a crumb or the tree, into that one', async () => {
    const { page, path, close } = await openFolder('aimed');
    await api.ok('createFolder', { body: { path: `${path}/below` } });
    await shown(page, 'below');
    const targets = [
      { among: '[role=grid] a', named: 'below', into: `${path}/below` },
      { among: 'nav.crumbs a', named: 'Mere', into: '/Mere' },
      { among: '[role=treeitem] a', named: 'Mere', into: '/Mere' },
    ];
    for (const [index, { among, named, into }] of targets.entries()) {
      const name = `aimed ${index}`;
      await dropOn(page, { among, named }, [{ name, content: name }]);
      await panel(page).getByText(name, { exact: true }).waitFor();
      await ended(page, '1 file uploaded');
      assert.equal((await contents(into))[name], name);
    }
    await close();
  });

  it('keeps both, skips, or begins nothing at all', async () => {
    const { page, path, close } = await openFolder('each');
    await drop(page, [{ name: 'a.txt', content: 'old' }]);
    await ended(page, '1 file uploaded');
    const dialog = page.getByRole('dialog');
    await drop(page, [{ name: 'a.txt', content: 'beside' }]);
    await dialog.getByRole('button', { name: 'Keep both' }).click();
    await dialog.waitFor({ state: 'detached' });
    await ended(page, '1 file uploaded');
    await drop(page, [
      { name: 'a.txt', content: 'never' },
      { name: 'b.txt', content: 'b' },
    ]);
    await dialog.getByRole('button', { name: 'Skip' }).click();
    await panel(page).getByText('Skipped').waitFor();
    await ended(page, '1 file uploaded');
    await drop(page, [
      { name: 'a.txt', content: 'never' },
      { name: 'c.txt', content: 'c' },
    ]);
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    assert.deepEqual(await contents(path), { 'a.txt': 'old', 'a (2).txt': 'beside', 'b.txt': 'b' });
    await close();
  });

  it('names a picture from the clipboard by the time, and leaves pasting into fields alone', async () => {
    const { page, path, close } = await openFolder('pasted');
    await page.evaluate(`
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File(['picture'], 'image.png', { type: 'image/png' }));
      const paste = () => new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
      const field = document.body.appendChild(document.createElement('input'));
      field.dispatchEvent(paste());
      field.remove();
      document.body.dispatchEvent(paste());
    `);
    await ended(page, '1 file uploaded');
    const [[name, content] = []] = Object.entries(await contents(path));
    assert.match(name ?? '', /^Pasted \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.png$/);
    assert.equal(content, 'picture');
    await close();
  });

  it('refuses with the reason before a byte is sent: rules of the folder, names, rights', async () => {
    const { page, path, close } = await openFolder('ruled');
    const rules = { allowExtensions: ['txt'], maxFileBytes: 10 };
    await api.ok('putPolicy', { query: { path }, body: { preset: 'own', rules } });
    const sent: string[] = [];
    page.on('request', (request) => ['PUT', 'PATCH', 'POST'].includes(request.method()) && sent.push(request.url()));
    const long = `${'n'.repeat(252)}.txt`;
    await drop(page, [
      { name: 'a.exe', content: 'x' },
      { name: 'large.txt', content: '12345678901' },
      { name: long, content: 'x' },
      { name: 'bad\u0007.txt', content: 'x' },
    ]);
    await ended(page, /^4 files could not be uploaded/);
    const list = panel(page);
    await list.getByText('The folder takes only files named .txt.').waitFor();
    await list.getByText('The folder takes files of at most 10 bytes.').waitFor();
    await list.getByText(/too long/).waitFor();
    assert.deepEqual(sent, []);
    assert.deepEqual(await contents(path), {});
    await assertAccessible(page);
    await close();
  });

  it('refuses what no quota can take at once, and what is used up without sending it', async () => {
    const { page, close } = await world.reopen('poor', '/files/Mere');
    await shown(page, 'Mere');
    const sent: string[] = [];
    page.on('request', (request) => request.method() === 'PATCH' && sent.push(request.url()));
    await drop(page, [{ name: 'huge', sizeBytes: 2000 * KIB }]);
    await panel(page).getByText('It is larger than all the room that you have (1 MB).').waitFor();
    await drop(page, [
      { name: 'first', sizeBytes: 900 * KIB },
      { name: 'second', sizeBytes: 900 * KIB },
      { name: 'small', sizeBytes: 10 },
    ]);
    // What was refused before is told of, too.
    await ended(page, /^2 files could not be uploaded, 2 files uploaded/);
    await panel(page)
      .getByText(/There is not enough room left for you/)
      .waitFor();
    assert.deepEqual(sent, []);
    await close();
  });

  it('says in words what the server refuses', async () => {
    const { page, path, close } = await openFolder('typed');
    await api.ok('putPolicy', { query: { path }, body: { preset: 'own', rules: { allowTypes: ['image/*'] } } });
    await drop(page, [{ name: 'a.png', sizeBytes: 8000 * KIB, seed: 65 }]);
    await ended(page, /^1 file could not be uploaded/);
    await panel(page)
      .getByText(/The folder "typed" takes only/)
      .waitFor();
    await panel(page).getByRole('button', { name: 'Cancel the upload of a.png' }).click();
    await panel(page).getByText('Cancelled').waitFor();
    await close();
  });

  it('uploads many small files, of which the list shows those that are in view', async () => {
    const count = process.env['NOSOCIAL_TEST_PAGE'] === 'whole' ? 2000 : 400;
    const { page, path, complaints, close } = await openFolder('many');
    await drop(
      page,
      Array.from({ length: count }, (_, index) => ({ name: `${index}.txt`, content: `${index}` })),
    );
    await ended(page, `${count.toLocaleString('en')} files uploaded`);
    const { body } = await api.ok('listFiles', { query: { path, limit: 1 } });
    assert.equal(body.totalCount, count);
    assert.ok(
      (await panel(page)
        .getByText(/\.txt$/)
        .count()) < 40,
    );
    assert.deepEqual(complaints, []);
    await close();
  });

  it('goes on while one looks at other pages, and takes nothing where no folder is open', async () => {
    const { page, path, close } = await openFolder('elsewhere');
    const { promise: held, resolve: letGo } = Promise.withResolvers<undefined>();
    await page.route('**/api/v1/files/content**', async (route) => {
      await held;
      await route.continue();
    });
    await drop(page, [{ name: 'a', content: 'a' }]);
    await panel(page).getByRole('heading', { name: 'Uploading: 0 of 1' }).waitFor();
    await page.getByRole('link', { name: 'Trash' }).first().click();
    await page.waitForURL('**/trash');
    await panel(page).getByRole('button', { name: 'Collapse the list of uploads' }).click();
    const dataTransfer = await transferOf(page, [{ name: 'b', content: 'b' }]);
    await page.dispatchEvent('main', 'dragover', { dataTransfer });
    await page.getByText('Open the folder first that this is to go to').waitFor();
    await page.dispatchEvent('main', 'drop', { dataTransfer });
    letGo(undefined);
    await ended(page, '1 file uploaded');
    assert.deepEqual(await contents(path), { a: 'a' });
    await close();
  });

  it('works on a phone over plain http at an address of the network, camera and all', async () => {
    const port = new URL(world.server.url).port;
    const { page, path, complaints, close } = await openFolder('phone', {
      ...PHONE,
      colorScheme: 'dark',
      baseURL: `http://nas.test:${port}`,
    });
    assert.equal(await page.evaluate('isSecureContext'), false);
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'New', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Take a photo' }).click();
    await (await chooser).setFiles({ name: 'image.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('photo') });
    await ended(page, '1 file uploaded');
    assert.match(Object.keys(await contents(path))[0] ?? '', /^Photo .*\.jpg$/);
    await drop(page, [{ name: 'film', sizeBytes: 9000 * KIB }]);
    await panel(page).getByText('film', { exact: true }).waitFor();
    await ended(page, '1 file uploaded');
    await assertAccessible(page);
    assert.deepEqual(complaints, []);
    await close();
  });
});
