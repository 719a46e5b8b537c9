import assert from 'node:assert/strict';
import { pdfLock } from '../../support/pdf-lock.ts';
import { tinyPdf } from '../../support/tiny-pdf.ts';
import { PageWorld } from '../../support/web-page.ts';
import { assertAccessible } from '../browser/chromium.ts';

describe('a PDF that has a password, in the web page', () => {
  let world: PageWorld;
  before(async () => {
    world = await PageWorld.start();
    await world.addUser('ann');
  });
  after(() => world.stop());

  it('is shown to who knows it', async () => {
    const api = await world.api('ann');
    const content = new Uint8Array(tinyPdf(['what the bank says'], pdfLock('pärlor')));
    await api.ok('uploadFile', { query: { path: '/Mere/account.pdf' }, content });
    const { page, complaints } = await world.visit('ann', '/files/Mere/account.pdf');
    const password = page.getByLabel('Password of the PDF');
    await password.waitFor();
    await assertAccessible(page);
    await page.keyboard.type('pearls');
    await page.keyboard.press('Enter');
    await page.getByText('This is not its password.').waitFor();
    await password.fill('pärlor');
    await page.keyboard.press('Enter');
    await page.getByText('what the bank says').waitFor();
    assert.equal(await password.count(), 0);
    assert.deepEqual(complaints, []);
  });
});
