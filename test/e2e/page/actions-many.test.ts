import assert from 'node:assert/strict';
import { PageWorld } from '../../support/web-page.ts';
import { goTo, makeFolders, notShowing, row, told, undo, until } from '../../support/explorer-page.ts';
import type { ApiClient } from '../../support/api-client.ts';
import { putManyEntries } from '../../support/many-entries.ts';
import { assertAccessible, type Watched } from '../browser/chromium.ts';

/** More than fit into two jobs. */
const MANY = 2100;

describe('what the page does to thousands of files', () => {
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

  async function putInto(path: string, count: number): Promise<void> {
    const { body: folder } = await api.ok('createFolder', { body: { path } });
    const names = Array.from({ length: count }, (_, index) => `file ${String(index + 1).padStart(4, '0')}`);
    putManyEntries(world.server, folder.id as number, names);
  }

  async function countIn(path: string): Promise<number> {
    return (await api.ok('listFiles', { query: { path, limit: 1, kind: 'file' } })).body.totalCount as number;
  }

  it('shows how far it is, stops when it is called off, and takes back what was done', async () => {
    const { page } = watched;
    await putInto('/many', MANY);
    await makeFolders(api, '/many/there');
    await goTo(page, '/files/many', 'there', 'file 0001');
    // What the job says is held back until the button was pressed.
    const pressed = Promise.withResolvers<void>();
    await page.route('**/api/v1/jobs/*', async (route) => {
      if (route.request().method() === 'GET') await pressed.promise;
      await route.continue();
    });
    await row(page, 'file 0001').click();
    await page.keyboard.press('Control+a');
    await row(page, 'there').click({ modifiers: ['Control'] });
    await page.keyboard.press('Control+x');
    await row(page, 'there').getByRole('link').dblclick();
    await page.waitForURL('**/there');
    await page.getByRole('button', { name: 'Paste' }).click();
    const progress = page.getByRole('progressbar', { name: 'Moving 2,100 items' });
    await progress.waitFor();
    await assertAccessible(page);
    await page.getByRole('listitem').filter({ has: progress }).getByRole('button', { name: 'Cancel' }).click();
    pressed.resolve();
    await told(page, / moved to there/);
    await page.unroute('**/api/v1/jobs/*');
    const moved = await countIn('/many/there');
    assert.ok(moved > 0 && moved <= 1000, `${moved} of the first 1000 were moved`);
    assert.equal(await countIn('/many'), MANY - moved);
    await undo(page);
    await until(async () => (await countIn('/many')) === MANY);
    assert.equal(await countIn('/many/there'), 0);
  });

  it('deletes all that are in a folder, and brings all of them back', async () => {
    const { page } = watched;
    await putInto('/some', 130);
    await goTo(page, '/files/some', 'file 0001');
    await row(page, 'file 0001').click();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await notShowing(page, 'file 0001');
    await told(page, '130 are in the trash');
    assert.equal(await countIn('/some'), 0);
    await undo(page);
    await until(async () => (await countIn('/some')) === 130);
  });

  it('complained of nothing', () => assert.deepEqual(watched.complaints, []));
});
