import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { runWell } from '../../support/processes.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { AGENTS, assertAccessible, launchChromium, openPage, type Watched } from './chromium.ts';

const PUBLIC_URL = 'https://cloud.test';
const OPEN_ALL = 'for (const each of document.querySelectorAll("details")) each.open = true;';

describe('the connect page in Chromium', function () {
  this.timeout(60_000);
  let server: TestServer;
  let browser: Browser;
  let nasUrl: string;
  let opened: Watched | undefined;
  before(async () => {
    const env = { NOSOCIAL_PUBLIC_URL: PUBLIC_URL, NOSOCIAL_TLS_LISTEN: '0.0.0.0:0' };
    [server, browser] = await Promise.all([startServer({ env }), launchChromium()]);
    await server.addUser('anna', { password: 'correct horse', role: 'admin' });
    const { code, stderr } = await server.cli(['tls', 'init', '--name', 'nas.test']);
    assert.equal(code, 0, stderr);
    nasUrl = server.url.replace('127.0.0.1', 'nas.test');
  });
  afterEach(async () => {
    await opened?.close();
    opened = undefined;
  });
  after(async () => {
    await browser.close();
    await server.stop();
  });

  async function open(options: BrowserContextOptions & { url?: string } = {}): Promise<Watched['page']> {
    const { url = `${server.url}/connect`, ...context } = options;
    opened = await openPage(browser, context);
    await opened.page.goto(url);
    return opened.page;
  }

  const firsts: [system: keyof typeof AGENTS, heading: string, address: RegExp][] = [
    ['windows', 'On Windows', /^net use Z: http:\/\/127\.0\.0\.1:\d+\/dav\/ \* \/user:NAME/],
    ['macos', 'On a Mac', /^http:\/\/127\.0\.0\.1:\d+\/dav\/$/],
    ['linux', 'On Linux', /^gio mount 'dav:\/\/NAME@127\.0\.0\.1:\d+\/dav\/'$/],
    ['ios', 'On an iPhone or iPad', /^http:\/\/127\.0\.0\.1:\d+\/dav\/$/],
    ['android', 'On Android', /^http:\/\/127\.0\.0\.1:\d+\/dav\/$/],
  ];
  for (const [system, heading, address] of firsts) {
    it(`shows the recipe for ${system} first, at 360 px and in the dark, without complaints`, async () => {
      const page = await open({
        userAgent: AGENTS[system],
        viewport: { width: 360, height: 740 },
        colorScheme: 'dark',
      });
      const own = page.getByRole('region', { name: heading });
      const shown = await own.locator('.copy code').filter({ visible: true }).allInnerTexts();
      assert.ok(
        shown.some((text) => address.test(text)),
        shown.join('\n'),
      );
      assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
      await page.evaluate(OPEN_ALL);
      assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
      await assertAccessible(page);
      assert.deepEqual(opened?.complaints, []);
    });
  }

  it('is accessible in the light, on a desktop, with everything open', async () => {
    const page = await open({
      userAgent: AGENTS.windows,
      viewport: { width: 1200, height: 900 },
      colorScheme: 'light',
    });
    await page.evaluate(OPEN_ALL);
    await assertAccessible(page);
    assert.deepEqual(opened?.complaints, []);
  });

  it('works without JavaScript, all but the test', async () => {
    const page = await open({ javaScriptEnabled: false, userAgent: AGENTS.linux });
    await page.locator('#macos > summary').click();
    assert.match(await page.locator('#macos').innerText(), /Connect to Server/);
    assert.equal(await page.locator('#test-form').isVisible(), false);
    assert.match(await page.locator('#test').innerText(), /needs JavaScript/);
  });

  it('has a QR code that leads a phone to the public address', async () => {
    const page = await open({ userAgent: AGENTS.windows, colorScheme: 'dark' });
    const picture = server.scratch.path('qr.png');
    await writeFile(picture, await page.locator('.qr').screenshot());
    const text = await runWell('zbarimg', ['--quiet', '--raw', picture]);
    assert.equal(text.trim(), `${PUBLIC_URL}/connect`);
  });

  it('is for the address that is chosen from the list', async () => {
    const page = await open({ url: `${nasUrl}/connect` });
    await page.getByText('Other addresses of this server').click();
    await page.getByRole('link', { name: `${PUBLIC_URL}/dav/` }).click();
    await page.waitForURL(/[?&]at=/);
    assert.equal(await page.locator('.addresses .copy code').innerText(), `${PUBLIC_URL}/dav/`);
    assert.equal(await page.locator('.warning').count(), 0);
  });

  it('copies, also where the browser has no clipboard for pages without TLS', async () => {
    for (const url of [`${server.url}/connect`, `${nasUrl}/connect`]) {
      const page = await open({ url, permissions: ['clipboard-read', 'clipboard-write'] });
      assert.equal(await page.evaluate('isSecureContext'), url.includes('127.0.0.1'));
      const block = page.locator('.addresses .copy');
      await block.getByRole('button').click();
      await block.getByText('Copied').waitFor();
      await page.locator('#test-name').focus();
      await page.keyboard.press('Control+V');
      assert.equal(await page.locator('#test-name').inputValue(), url.replace('/connect', '/dav/'));
      await opened?.close();
    }
  });

  it('warns of addresses without TLS, names a better one, and how to trust it', async () => {
    const page = await open({ url: `${nasUrl}/connect`, userAgent: AGENTS.android });
    assert.match(await page.locator('.warning').innerText(), /Not encrypted.*password/s);
    const { stdout } = await server.cli(['tls', 'show', '--json']);
    const view = JSON.parse(stdout) as { authority: { fingerprint: string } };
    assert.ok((await page.locator('.fingerprint').innerText()).includes(view.authority.fingerprint));
    const open1 = page.locator('#authority details[open]');
    assert.match(await open1.innerText(), /^Android\n/);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      open1.getByRole('link', { name: 'Download authority.crt' }).click(),
    ]);
    assert.equal(download.suggestedFilename(), 'authority.crt');
    const shown = (await page.locator('#authority').textContent()) ?? '';
    const [command = 'false'] = /openssl x509 .* -sha256/.exec(shown) ?? [];
    const pem = await (await fetch(`${server.url}/connect/authority.pem`)).text();
    const compared = await runWell('sh', ['-c', command.replace('-in authority.pem', '')], { input: pem });
    assert.ok(compared.includes(view.authority.fingerprint), compared);
  });

  it('is served by TLS with recipes for TLS', async () => {
    const page = await open({ url: `${nasUrl}/connect`, userAgent: AGENTS.windows, ignoreHTTPSErrors: true });
    await page.getByText('Other addresses of this server').click();
    await page.getByRole('link', { name: /^https:\/\/nas\.test:\d+\/dav\/$/ }).click();
    await page.waitForURL(/[?&]at=/);
    const address = await page.locator('.addresses .copy code').innerText();
    assert.match(address, /^https:\/\/nas\.test:\d+\/dav\/$/);
    await page.goto(address.replace('/dav/', '/connect'));
    assert.equal(await page.locator('.addresses .copy code').innerText(), address);
    assert.equal(await page.locator('.warning').count(), 0);
    assert.doesNotMatch(await page.innerText('main'), /BasicAuthLevel/);
    assert.match(await page.locator('#windows').innerText(), /trust it first/);
    assert.ok(
      (await page.locator('#kde code').allTextContents()).includes(address.replace('https://', 'webdavs://NAME@')),
    );
    assert.deepEqual(opened?.complaints, []);
  });

  it('gives Windows a script for the address', async () => {
    const page = await open({ userAgent: AGENTS.windows, url: `${nasUrl}/connect` });
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download nosocial-windows.cmd' }).click(),
    ]);
    assert.equal(download.suggestedFilename(), 'nosocial-windows.cmd');
    const text = Buffer.concat(await (await download.createReadStream()).toArray()).toString();
    assert.ok(text.includes(`set "NOSOCIAL_URL=${nasUrl}/dav/"\r\n`));
  });

  it('opens what a link within the page leads to', async () => {
    const page = await open({ userAgent: AGENTS.windows });
    await page.getByRole('link', { name: 'rclone', exact: true }).click();
    await page.getByText('rclone config create').waitFor({ state: 'visible' });
  });

  it('sends people who have no users yet to the start page', async () => {
    const fresh = await startServer();
    try {
      const page = await open({ url: `${fresh.url}/connect` });
      assert.match(await page.locator('#test').innerText(), /no users yet/);
      assert.equal(await page.locator('#test-form').count(), 0);
      await page.getByRole('link', { name: 'More on the start page' }).click();
      await page.waitForURL(`${fresh.url}/`);
      assert.match(await page.innerText('h1'), /waits to be set up/);
      assert.deepEqual(opened?.complaints, []);
    } finally {
      await fresh.stop();
    }
  });

  it('is where the page leads to before one signs in', async () => {
    const page = await open({ url: server.url });
    await page.getByRole('link', { name: 'Connect a device' }).click();
    await page.waitForURL(`${server.url}/connect`);
    assert.equal(await page.innerText('h1'), 'Connect to your files');
  });
});
