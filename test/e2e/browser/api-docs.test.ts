import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { startServer, type TestServer } from '../../support/server.ts';
import { launchChromium, openPage } from './chromium.ts';

const PAGES: readonly { path: string; shows: string; relaxes: boolean }[] = [
  { path: '/api/docs', shows: '.opblock', relaxes: false },
  { path: '/api/redoc', shows: '[data-section-id^="tag/"]', relaxes: true },
];

describe('the documentation of the API in Chromium', function () {
  this.timeout(120_000);
  let server: TestServer;
  let browser: Browser;
  before(async () => {
    [server, browser] = await Promise.all([startServer(), launchChromium()]);
  });
  after(async () => {
    await browser.close();
    await server.stop();
  });

  for (const { path, shows, relaxes } of PAGES) {
    it(`${path} shows every operation and asks nothing of other places`, async () => {
      const watched = await openPage(browser);
      const { page, complaints } = watched;
      const foreign: string[] = [];
      page.on('request', (request) => {
        const url = request.url();
        if (!url.startsWith(server.url) && !/^(?:data|blob):/.test(url)) foreign.push(url);
      });
      const response = await page.goto(`${server.url}${path}`);
      await page.locator(shows).first().waitFor({ state: 'attached', timeout: 60_000 });
      assert.deepEqual(foreign, []);
      assert.deepEqual(complaints, []);
      const policy = (await response?.allHeaders())?.['content-security-policy'] ?? '';
      assert.equal(policy.includes("'unsafe-inline'"), relaxes);
      assert.ok(!/script-src[^;]*unsafe/.test(policy), policy);
      await watched.close();
    });
  }

  it('the interactive page tries an operation', async () => {
    const watched = await openPage(browser);
    const { page } = watched;
    await page.goto(`${server.url}/api/docs#/server/listDisks`);
    const operation = page.locator('#operations-server-listDisks');
    await operation.getByRole('button', { name: 'Try it out' }).click();
    await operation.getByRole('button', { name: 'Execute' }).click();
    await operation.locator('.live-responses-table .response-col_status', { hasText: '401' }).waitFor();
    await watched.close();
  });
});
