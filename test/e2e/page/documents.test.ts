import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { ApiClient } from '../../support/api-client.ts';
import { tinyPdf } from '../../support/tiny-pdf.ts';
import { PHONE, PageWorld } from '../../support/web-page.ts';
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

- [x] done
- [ ] open

![near](near.png)
`;

describe('documents in the viewer', () => {
  let world: PageWorld;
  let api: ApiClient;

  before(async () => {
    world = await PageWorld.start();
    await world.addUser('ann', { role: 'admin' });
    api = await world.api('ann');
  });
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
    const { page, complaints, close } = await world.open('ann', '/files/Mere/book.pdf');
    await page.getByText('This is leaf 1', { exact: true }).waitFor();
    await page.getByText('of 31').waitFor();
    await page.getByLabel('Find', { exact: true }).fill('needle');
    await page.getByRole('search').getByText('1 of 1').last().waitFor();
    await page.getByText('the needle').waitFor();
    await page.getByRole('spinbutton').fill('2');
    await page.keyboard.press('Enter');
    await page.getByText('This is leaf 2', { exact: true }).waitFor();
    await assertAccessible(page);
    assert.deepEqual(complaints, []);
    await close();
  });

  it('says that a broken PDF is broken, and lets it be downloaded', async () => {
    await put('/Mere/broken.pdf', 'this is no PDF');
    const { page, close } = await world.open('ann', '/files/Mere/broken.pdf');
    await page.getByText('This PDF cannot be shown').waitFor();
    await page.getByRole('dialog').getByRole('link', { name: 'Download' }).first().waitFor();
    await close();
  });

  it('shows code with colours, and saves what was changed', async () => {
    // The server takes its ending for that of a film.
    await put('/Mere/hello.ts', 'export const hello = "world";\n');
    const { page, complaints, close } = await world.open('ann', '/files/Mere/hello.ts');
    const editor = page.getByRole('textbox', { name: 'hello.ts' });
    await editor.waitFor();
    await page.waitForFunction(`new Set(
      [...(document.querySelector('.editor')?.shadowRoot?.querySelectorAll('.cm-line span') ?? [])]
        .map((span) => getComputedStyle(span).color)).size > 1`);
    await editor.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('// more');
    await page.keyboard.press('Control+s');
    await page.getByText('Saved').waitFor();
    assert.equal(await textOf('/Mere/hello.ts'), 'export const hello = "world";\n// more');
    await assertAccessible(page);
    assert.deepEqual(complaints, []);
    await close();
  });

  it('asks before it saves over what somebody else saved meanwhile', async () => {
    await put('/Mere/shared.txt', 'first');
    const { page, close } = await world.open('ann', '/files/Mere/shared.txt');
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
    await close();
  });

  it('shows text of old computers, and keeps its hands off it', async () => {
    await put('/Mere/old.txt', Buffer.from([0x47, 0x72, 0xfc, 0xdf, 0x65]));
    const { page, close } = await world.open('ann', '/files/Mere/old.txt');
    await page.getByText('Grüße').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Save', exact: true }).count(), 0);
    await close();
  });

  it('shows Markdown as it is meant, without what could harm', async () => {
    await put('/Mere/notes.md', HOSTILE);
    const { page, complaints, close } = await world.open('ann', 'about:blank');
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
    assert.equal(await article.locator('script, iframe, form, [style], [onerror]').count(), 0);
    assert.equal(await page.evaluate('window.stolen'), undefined);
    assert.deepEqual(
      asked.filter((url) => !url.startsWith(world.server.url)),
      [],
    );
    assert.equal(await article.getByRole('checkbox', { checked: true }).count(), 1);
    await assertAccessible(page);
    assert.deepEqual(complaints, []);
    await close();
  });

  it('shows comma separated values as a table', async () => {
    const rows = Array.from({ length: 1000 }, (_, index) => `${index},"a, b","line\nbreak"`);
    await put('/Mere/table.csv', ['number,quoted,broken', ...rows].join('\n'));
    const { page, complaints, close } = await world.open('ann', '/files/Mere/table.csv');
    await page.getByRole('columnheader', { name: 'quoted' }).waitFor();
    await page.getByText('1,000 rows').waitFor();
    await page.getByRole('cell', { name: 'a, b' }).first().waitFor();
    await page.getByRole('region', { name: 'table.csv' }).evaluate((region) => region.scrollTo(0, region.scrollHeight));
    await page.getByRole('rowheader', { name: '201', exact: true }).waitFor({ state: 'attached' });
    await assertAccessible(page);
    assert.deepEqual(complaints, []);
    await close();
  });

  it('shows what a zip holds, and takes one file out of it', async () => {
    await api.ok('createFolder', { body: { path: '/Mere/parcel' } });
    await put('/Mere/parcel/letter ü.txt', 'dear friend');
    await put('/Mere/parcel/other.bin', Buffer.alloc(100_000, 7));
    const archive = await api.ok('downloadArchive', { query: { path: '/Mere/parcel' } });
    await put('/Mere/parcel.zip', archive.bytes);
    const { page, complaints, close } = await world.open('ann', '/files/Mere/parcel.zip');
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
    await close();
  });

  it('fits a phone', async () => {
    await put('/Mere/phone.md', '# On the way\n\nSome text.');
    const { page, close } = await world.open('ann', '/files/Mere/phone.md', PHONE);
    await page.getByRole('heading', { name: 'On the way' }).waitFor();
    assert.ok(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth'));
    await assertAccessible(page);
    await close();
  });
});
