import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import type { ApiClient } from '../../support/api-client.ts';
import { tinyPdf } from '../../support/tiny-pdf.ts';
import { PHONE, PageWorld, holds } from '../../support/web-page.ts';
import { assertAccessible } from '../browser/chromium.ts';

const HOSTILE = `# Title

Text with **weight** and [a link](other%20note.md), [away](https://elsewhere.example/).

<script>window.stolen = 1</script>
<img src="x" onerror="window.stolen = 2">
<img src="https://elsewhere.example/pixel.png" alt="far away">
<a href="javascript:window.stolen=3">click</a>
<iframe src="/api/v1/account"></iframe>
<form action="/api/v1/session"><input name="password"></form>
<p style="position:fixed;inset:0">cover</p>
<div role="menu" popover>no menu</div>
<svg><a href="javascript:window.stolen=4"><text>x</text></a></svg>
<math><mi href="javascript:window.stolen=5">y</mi></math>
<a href="/\\[">nowhere</a>

- [x] done
- [ ] open

![near](near.png)
`;

describe('documents in the viewer', () => {
  let world: PageWorld;
  let api: ApiClient;
  let page: Page;
  let complaints: string[];

  before(async () => {
    world = await PageWorld.start();
    await world.addUser('ann', { role: 'admin' });
    api = await world.api('ann');
    ({ page, complaints } = await world.reopen('ann', 'about:blank'));
  });
  beforeEach(() => complaints.splice(0));
  after(() => world.stop());

  async function put(path: string, content: string | Buffer): Promise<void> {
    await api.ok('uploadFile', { query: { path }, content: Buffer.from(content) });
  }

  async function textOf(path: string): Promise<string> {
    return (await api.ok('downloadFile', { query: { path } })).bytes.toString();
  }

  it('shows a PDF page by page, and finds a text in it', async () => {
    const lines = Array.from({ length: 30 }, (_, index) => `This is leaf ${index + 1}`);
    await put('/Mere/book.pdf', tinyPdf([...lines, 'the needle']));
    await page.goto('/files/Mere/book.pdf');
    await page.getByText('This is leaf 1', { exact: true }).waitFor();
    await page.getByText('of 31').waitFor();
    await page.getByLabel('Find', { exact: true }).fill('needle');
    await page.getByRole('search').getByText('1 of 1').last().waitFor();
    await page.getByText('the needle').waitFor();
    await page.getByRole('spinbutton').fill('2');
    await page.keyboard.press('Enter');
    await page.getByText('This is leaf 2', { exact: true }).waitFor();
    // By another name it stays as it is: it is not read anew.
    await page.route('**/api/v1/files/content?*', () => undefined);
    await api.ok('renameFile', { body: { path: '/Mere/book.pdf', name: 'novel.pdf' } });
    await page.getByRole('heading', { name: 'novel.pdf' }).waitFor();
    assert.equal(await page.getByRole('dialog').locator('.skeleton').count(), 0);
    assert.equal(await page.getByRole('spinbutton').inputValue(), '2');
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await assertAccessible(page);
    assert.deepEqual(complaints, []);
  });

  it('says that a broken PDF is broken, and lets it be downloaded', async () => {
    await put('/Mere/broken.pdf', 'this is no PDF');
    await page.goto('/files/Mere/broken.pdf');
    await page.getByText('This PDF cannot be shown').waitFor();
    await page.getByRole('dialog').getByRole('link', { name: 'Download' }).first().waitFor();
  });

  it('shows code with colours, and saves what was changed', async () => {
    // The server takes its ending for that of a film.
    await put('/Mere/hello.ts', 'export const hello = "world";\n');
    await page.goto('/files/Mere/hello.ts');
    const editor = page.getByRole('textbox', { name: 'hello.ts' });
    await editor.waitFor();
    await holds(
      page,
      `new Set(
        [...(document.querySelector('.editor')?.shadowRoot?.querySelectorAll('.cm-line span') ?? [])]
          .map((span) => getComputedStyle(span).color)).size > 1`,
    );
    await editor.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('// more');
    await page.keyboard.press('Control+s');
    await page.getByText('Saved').waitFor();
    assert.equal(await textOf('/Mere/hello.ts'), 'export const hello = "world";\n// more');
    await assertAccessible(page);
    assert.deepEqual(complaints, []);
  });

  it('asks before it saves over what somebody else saved meanwhile', async () => {
    await put('/Mere/shared.txt', 'first');
    await page.goto('/files/Mere/shared.txt');
    const editor = page.getByRole('textbox', { name: 'shared.txt' });
    await editor.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(' mine');
    await put('/Mere/shared.txt', 'theirs');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const question = page.getByRole('dialog', { name: 'Somebody changed it meanwhile' });
    await question.getByRole('button', { name: 'Cancel' }).click();
    assert.equal(await textOf('/Mere/shared.txt'), 'theirs');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await question.getByRole('button', { name: 'Save mine' }).click();
    await page.getByText('Saved').waitFor();
    assert.equal(await textOf('/Mere/shared.txt'), 'first mine');
    const { items } = (await api.ok('listVersions', { query: { path: '/Mere/shared.txt' } })).body;
    assert.equal(items.length, 2);
  });

  it('says that what somebody else saved is lost where no versions are kept', async () => {
    await api.ok('createFolder', { body: { path: '/Mere/bare' } });
    await api.ok('putPolicy', { query: { path: '/Mere/bare' }, body: { preset: 'own', rules: { versionsKept: 0 } } });
    await put('/Mere/bare/shared.txt', 'first');
    await page.goto('/files/Mere/bare/shared.txt');
    await page.getByRole('textbox', { name: 'shared.txt' }).click();
    await page.keyboard.type('mine ');
    await put('/Mere/bare/shared.txt', 'theirs');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const question = page.getByRole('dialog', { name: 'Somebody changed it meanwhile' });
    await question.getByText('no old versions are kept here').waitFor();
    await question.getByRole('button', { name: 'Cancel' }).click();
    assert.equal(await textOf('/Mere/bare/shared.txt'), 'theirs');
  });

  it('hands over to the next file no key that is typed, and no text that is not saved', async () => {
    await api.ok('createFolder', { body: { path: '/Typed' } });
    await put('/Typed/a.txt', 'one\r\ntwo\r\n');
    await put('/Typed/b.txt', 'other');
    await page.goto('/files/Typed/a.txt');
    const editor = page.getByRole('textbox', { name: 'a.txt' });
    await editor.click();
    await page.keyboard.press('Control+Home');
    for (const key of ['ArrowRight', 'PageDown', 'Delete', 'i']) await page.keyboard.press(key);
    await page.keyboard.press('Control+f');
    await page.getByRole('textbox', { name: 'Find' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('textbox', { name: 'Find' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Control+End');
    await page.keyboard.type('three');
    await page.keyboard.press('Escape');
    assert.ok(await page.evaluate(`document.activeElement.getAttribute('role') === 'dialog'`));
    await page.keyboard.press('ArrowRight');
    await page.getByText('“a.txt” is not saved').waitFor();
    await page.getByRole('textbox', { name: 'b.txt' }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.getByText('These changes are not saved yet').waitFor();
    await page.keyboard.press('Control+s');
    await page.getByText('Saved', { exact: true }).waitFor();
    const saved = await textOf('/Typed/a.txt');
    assert.match(saved, /three$/);
    assert.ok(!/[^\r]\n/.test(saved), 'lines end as they did');
    await editor.click();
    await page.keyboard.type('gone');
    await page.keyboard.press('Escape');
    await page.keyboard.press('ArrowRight');
    await page.getByRole('textbox', { name: 'b.txt' }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('button', { name: 'Discard them' }).click();
    await page.getByText('These changes are not saved yet').waitFor({ state: 'detached' });
    assert.ok(!(await editor.innerText()).includes('gone'));
    assert.deepEqual(complaints, []);
  });

  it('saves again what it saved before, and shows it', async () => {
    await put('/Mere/empty.md', '');
    await page.goto('/files/Mere/empty.md');
    for (const text of ['# First', '\n\n# Second']) {
      await page.getByRole('button', { name: 'Source' }).click();
      await page.getByRole('textbox', { name: 'empty.md' }).click();
      await page.keyboard.press('Control+End');
      await page.keyboard.type(text);
      const saved = page.waitForResponse((response) => response.request().method() === 'PUT');
      await page.keyboard.press('Control+s');
      assert.equal((await saved).status(), 200);
      await page.getByRole('button', { name: 'Save', exact: true, disabled: true }).waitFor();
      await page.getByRole('button', { name: 'As it is meant' }).click();
      await page.getByRole('heading', { name: text.trim().slice(2) }).waitFor();
    }
  });

  it('shows text of old computers, and keeps its hands off it', async () => {
    await put('/Mere/old.txt', Buffer.from([0x47, 0x72, 0xfc, 0xdf, 0x65]));
    await page.goto('/files/Mere/old.txt');
    await page.getByText('Grüße').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Save', exact: true }).count(), 0);
  });

  it('shows Markdown as it is meant, without what could harm', async () => {
    await put('/Mere/notes.md', HOSTILE);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto('/files/Mere/notes.md');
    const article = page.getByRole('article', { name: 'notes.md' });
    await article.getByRole('heading', { name: 'Title' }).waitFor();
    assert.equal(
      await article.getByRole('link', { name: 'a link' }).getAttribute('href'),
      '/files/Mere/other%20note.md',
    );
    assert.equal(await article.getByRole('link', { name: 'away' }).getAttribute('rel'), 'noopener noreferrer');
    assert.equal(
      await article
        .locator('script, iframe, form, label, svg, math, [style], [onerror], [role], [popover], [href^=javascript]')
        .count(),
      0,
    );
    assert.equal(await page.evaluate('window.stolen'), undefined);
    assert.deepEqual(
      asked.filter((url) => !url.startsWith(world.server.url)),
      [],
    );
    assert.equal(await article.getByRole('checkbox', { checked: true }).count(), 1);
    await assertAccessible(page);
    // Chromium tells of such attributes also in a document that was only read, in which nothing ever runs.
    const ofReading = /^(Executing inline event handler|Applying inline style) violates/;
    assert.deepEqual(
      complaints.filter((complaint) => !ofReading.test(complaint)),
      [],
    );
  });

  it('shows comma separated values as a table', async () => {
    const rows = Array.from({ length: 1000 }, (_, index) => `${index},"a, b","line\nbreak"`);
    await put('/Mere/table.csv', ['number,quoted,broken', ...rows].join('\n'));
    await page.goto('/files/Mere/table.csv');
    await page.getByRole('columnheader', { name: 'quoted' }).waitFor();
    await page.getByText('1,000 rows').waitFor();
    await page.getByRole('cell', { name: 'a, b' }).first().waitFor();
    await page.getByRole('region', { name: 'table.csv' }).evaluate((region) => region.scrollTo(0, region.scrollHeight));
    await page.getByRole('rowheader', { name: '201', exact: true }).waitFor({ state: 'attached' });
    await assertAccessible(page);
    assert.deepEqual(complaints, []);
  });

  it('shows what a zip holds, and takes one file out of it', async () => {
    await api.ok('createFolder', { body: { path: '/Mere/parcel' } });
    await put('/Mere/parcel/letter ü.txt', 'dear friend');
    await put('/Mere/parcel/other.bin', Buffer.alloc(100_000, 7));
    const archive = await api.ok('downloadArchive', { query: { path: '/Mere/parcel' } });
    await put('/Mere/parcel.zip', archive.bytes);
    await page.goto('/files/Mere/parcel.zip');
    await page.getByText('2 files').waitFor();
    await page.getByLabel('Find in the archive').fill('LETTER');
    await page.getByText('other.bin').waitFor({ state: 'detached' });
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: /^Take out .*letter/ }).click();
    const saved = await download;
    assert.equal(saved.suggestedFilename(), 'letter ü.txt');
    assert.equal(await readFile(await saved.path(), 'utf8'), 'dear friend');
    await assertAccessible(page);
    assert.deepEqual(complaints, []);
  });

  it('fits a phone', async () => {
    await put('/Mere/phone.md', '# On the way\n\nSome text.');
    const { page: small, close } = await world.reopen('ann', '/files/Mere/phone.md', PHONE);
    await small.getByRole('heading', { name: 'On the way' }).waitFor();
    assert.ok(await small.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth'));
    await close();
  });
});
