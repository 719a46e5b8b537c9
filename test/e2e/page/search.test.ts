import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { assertAccessible } from '../browser/chromium.ts';
import { LOOKS } from '../../support/page-looks.ts';
import { putManyEntries } from '../../support/many-entries.ts';
import { PageWorld } from '../../support/web-page.ts';

/** A pixel: what is in a file says what it is, not its name. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('search in the web page', () => {
  let world: PageWorld;
  before(async () => {
    world = await PageWorld.start();
    await world.addUser('ann', { role: 'admin' });
    await world.addUser('ben');
    const [ann, ben] = [await world.api('ann'), await world.api('ben')];
    await ann.ok('createFolder', { body: { path: '/Mere/Plans' } });
    const files: [path: string, content: string | Uint8Array<ArrayBuffer>][] = [
      ['/Mere/Plans/Plan of the garden.txt', 'garden'],
      ['/Mere/Plans/garden.png', PICTURE],
      ['/Mere/large garden.bin', 'x'.repeat(1_200_000)],
      ['/Public/Garden party.txt', 'party'],
      ['/Workspace/rota for the garden.txt', 'rota'],
      ['/Mere/정원.txt', 'garden'],
    ];
    for (const [path, content] of files) await ann.ok('uploadFile', { query: { path }, content });
    const { id } = (await ann.ok('createFolder', { body: { path: '/Mere/leaves' } })).body;
    putManyEntries(
      world.server,
      id,
      Array.from({ length: 130 }, (_, index) => `leaf ${index}.txt`),
    );
    await ben.ok('uploadFile', { query: { path: '/Mere/secret garden.txt' }, content: 'secret' });
  });
  after(() => world.stop());

  const input = (page: Page) => page.getByRole('combobox', { name: 'Search' });
  const option = (page: Page, name: string) => page.getByRole('option').filter({ hasText: name });
  const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
  const address = (page: Page) => decodeURIComponent(new URL(page.url()).pathname + new URL(page.url()).search);

  async function openPalette(page: Page, key = 'ControlOrMeta+k'): Promise<void> {
    await page.getByRole('button', { name: 'ann' }).waitFor();
    await page.keyboard.press(key);
    await input(page).waitFor();
  }

  it('finds as one types, by place, and nothing of what others keep to themselves', async () => {
    const { page, complaints } = await world.visit('ann', '/files');
    await openPalette(page);
    await input(page).pressSequentially('garden');
    await page.getByRole('group', { name: 'Home' }).getByRole('option', { name: 'Plan of the garden.txt' }).waitFor();
    await page.getByRole('group', { name: 'Workspace' }).getByRole('option', { name: 'rota for the' }).waitFor();
    await page.getByRole('group', { name: 'Public' }).getByRole('option', { name: 'Garden party.txt' }).waitFor();
    assert.equal(await page.getByText('secret garden').count(), 0);
    assert.equal(await option(page, 'Garden party.txt').locator('mark').innerText(), 'Garden');
    await option(page, 'Plan of the garden.txt').getByText('Mere › Plans').waitFor();
    await page.getByRole('status').getByText('5 found').waitFor();
    await assertAccessible(page);
    assert.deepEqual(complaints, []);
  });

  it('opens, and shows in its folder, by keys alone', async () => {
    const { page } = await world.visit('ann', '/files');
    await openPalette(page, '/');
    await input(page).pressSequentially('garden plan');
    await option(page, 'Plan of the garden.txt').waitFor();
    await page.keyboard.press('ControlOrMeta+Enter');
    await page.getByRole('row', { name: /Plan of the garden\.txt/, selected: true }).waitFor();
    assert.match(address(page), /^\/files\/Mere\/Plans/);
    await openPalette(page, '/');
    // What was searched for before is the first that is offered.
    await option(page, 'garden plan').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'Plan of the garden.txt', selected: true }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('option', { name: 'All results', selected: true }).waitFor();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname.endsWith('garden.txt'));
  });

  it('narrows down by its filters, below the open folder, too', async () => {
    const { page } = await world.visit('ann', '/files/Mere/Plans');
    await row(page, 'garden.png').waitFor();
    await openPalette(page);
    await input(page).fill('garden');
    await option(page, 'Garden party.txt').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await option(page, 'Garden party.txt').waitFor({ state: 'detached' });
    await option(page, 'garden.png').waitFor();
    await page.getByRole('button', { name: 'Pictures' }).click();
    await page.getByRole('button', { name: 'Only in Mere › Plans' }).click();
    await option(page, 'Garden party.txt').waitFor({ state: 'detached' });
    await option(page, 'Plan of the garden.txt').waitFor();
    await option(page, 'All results for “garden”').click();
    await page.waitForURL((url) => url.pathname === '/search');
    assert.equal(address(page), '/search?q=garden&below=/Mere/Plans');
    await row(page, 'garden.png').waitFor();
    assert.equal(await row(page, 'large garden.bin').count(), 0);
  });

  it('takes commands and places', async () => {
    const { page } = await world.visit('ann', '/files/Mere/Plans');
    await row(page, 'garden.png').waitFor();
    await openPalette(page);
    await input(page).fill('>new fold');
    await option(page, 'New folder').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'New folder' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await openPalette(page);
    await input(page).fill('disks');
    await option(page, 'Administration › Disks').click();
    await page.waitForURL('**/admin/disks');
  });

  it('shows the answer to what was typed last, whichever comes last', async () => {
    const { page } = await world.visit('ann', '/files');
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const asked: string[] = [];
    await page.route('**/api/v1/search?**', async (route) => {
      const q = new URL(route.request().url()).searchParams.get('q') ?? '';
      asked.push(q);
      if (q === 'par') await held;
      await route.continue().catch(() => undefined);
    });
    await openPalette(page);
    const slow = page.waitForRequest((request) => request.url().includes('q=par&'));
    const ended = page.waitForEvent('requestfailed', (request) => request.url().includes('q=par&'));
    await input(page).fill('par');
    await slow;
    await input(page).fill('rota');
    await option(page, 'rota for the garden.txt').waitFor();
    // The first one was given up; what it would have brought never shows.
    await ended;
    release();
    assert.deepEqual(asked, ['par', 'rota']);
    assert.equal(await option(page, 'Garden party.txt').count(), 0);
  });

  it('goes to all results when Enter is faster than the answer', async () => {
    const { page } = await world.visit('ann', '/files');
    await page.route('**/api/v1/search?**limit=24**', () => undefined);
    await openPalette(page);
    await input(page).fill('rota');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.search === '?q=rota');
    await row(page, 'rota for the garden.txt').waitFor();
  });

  it('waits for what is being composed', async () => {
    const { page } = await world.visit('ann', '/files');
    const asked: string[] = [];
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.pathname === '/api/v1/search') asked.push(url.searchParams.get('q') ?? '');
    });
    await openPalette(page);
    const session = await page.context().newCDPSession(page);
    for (const text of ['ㅈ', '저', '정']) {
      await session.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
    }
    // Keys that belong to the composition choose nothing and close nothing.
    await input(page).dispatchEvent('keydown', { key: 'Enter', isComposing: true });
    await input(page).dispatchEvent('keydown', { key: '/', isComposing: true });
    await session.send('Input.insertText', { text: '정원' });
    await option(page, '정원.txt').waitFor();
    assert.deepEqual(asked, ['정원']);
  });

  it('has filters in its address, and goes back through them', async () => {
    const { page, complaints } = await world.visit('ann', '/search?q=garden&type=file&below=/Mere');
    await row(page, 'large garden.bin').waitFor();
    await page.getByRole('rowheader', { name: 'Home' }).waitFor();
    assert.equal(await page.getByLabel('Words of the name').inputValue(), 'garden');
    assert.equal(await row(page, 'Garden party.txt').count(), 0);
    await page.getByLabel('Size').selectOption({ label: '1 to 10 MB' });
    await row(page, 'garden.png').waitFor({ state: 'detached' });
    assert.equal(address(page), '/search?q=garden&type=file&size=to-10mb&below=/Mere');
    await page.goBack();
    await row(page, 'garden.png').waitFor();
    assert.equal(await page.getByLabel('Size').inputValue(), '');
    await page.goForward();
    await row(page, 'garden.png').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'No filters' }).click();
    await row(page, 'Garden party.txt').waitFor();
    // By place: each has its heading once, and what is there follows it.
    assert.deepEqual((await page.getByRole('rowheader').allInnerTexts()).sort(), ['Home', 'Public', 'Workspace']);
    const lines = await page.getByRole('row').allInnerTexts();
    const at = (text: string) => lines.findIndex((line) => line.includes(text));
    assert.equal(lines.indexOf('Public') + 1, at('Garden party.txt'));
    assert.equal(lines.indexOf('Workspace') + 1, at('rota for the garden.txt'));
    await page.getByLabel('Where').selectOption({ label: 'Public' });
    await row(page, 'large garden.bin').waitFor({ state: 'detached' });
    await page.getByLabel('Changed').selectOption({ label: 'Between two days…' });
    await page.getByLabel('To', { exact: true }).fill('2001-01-01');
    await page.getByRole('heading', { name: 'Nothing was found' }).waitFor();
    assert.deepEqual(complaints, []);
  });

  it('goes on to the last of what was found', async () => {
    const { page } = await world.visit('ann', '/search?q=leaf');
    await row(page, 'leaf 129.txt').click();
    // The end of the first page, and that of the last.
    await page.keyboard.press('End');
    await row(page, 'leaf 29.txt').waitFor();
    await page.keyboard.press('End');
    await row(page, 'leaf 0.txt').waitFor();
  });

  it('asks again after a failure, and when one comes back before the answer', async () => {
    const { page } = await world.visit('ann', '/files');
    await page.route('**/api/v1/search?*', (route) =>
      route.fulfill({ status: 503, contentType: 'application/problem+json', json: { code: 'busy', title: 'busy' } }),
    );
    await page.goto('/search?q=leaf');
    const again = page.getByRole('button', { name: 'Try again' });
    await again.waitFor();
    await page.unrouteAll();
    await again.click();
    await row(page, 'leaf 129.txt').waitFor();

    const asked = Promise.withResolvers<void>();
    await page.route('**/api/v1/search?*', () => asked.resolve());
    await page.getByLabel('Words of the name').fill('leaf 12');
    await asked.promise;
    await page.getByRole('link', { name: 'Trash' }).click();
    await page.waitForURL('**/trash');
    await page.unrouteAll();
    await page.goBack();
    await row(page, 'leaf 121.txt').waitFor();
    assert.equal(await row(page, 'leaf 99.txt').count(), 0);
  });

  it('acts on what was found: shows it in its folder, deletes it and has it back', async () => {
    const { page } = await world.visit('ann', '/search?q=garden');
    await row(page, 'Garden party.txt').click();
    await page.getByRole('toolbar').getByRole('button', { name: 'Delete', exact: true }).click();
    await row(page, 'Garden party.txt').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await row(page, 'Garden party.txt').waitFor();
    await row(page, 'rota for the garden').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Show in folder' }).click();
    await page.waitForURL((url) => url.pathname === '/files/Workspace');
    await page.goBack();
    await row(page, 'rota for the garden').dblclick();
    await page.waitForURL((url) => url.pathname.startsWith('/files/Workspace/rota'));
  });

  for (const [how, options] of LOOKS) {
    it(`is accessible ${how}, empty and with results`, async () => {
      const { page, complaints, close } = await world.reopen('ann', '/search', options);
      await page.getByRole('heading', { name: 'Find files by their names' }).waitFor();
      await assertAccessible(page);
      await page.getByLabel('Words of the name').fill('garden');
      await row(page, 'garden.png').waitFor();
      await assertAccessible(page);
      assert.deepEqual(complaints, []);
      await close();
    });
  }
});
