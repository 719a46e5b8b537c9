import assert from 'node:assert/strict';
import { assertAccessible } from '../browser/chromium.ts';
import { PHONE, PageWorld, shown } from '../../support/web-page.ts';

describe('the web page around everything', () => {
  let world: PageWorld;
  before(async () => {
    world = await PageWorld.start();
    await world.addUser('ann', { role: 'admin' });
  });
  after(() => world.stop());

  it('asks who is there, and goes on to where one wanted to go', async () => {
    const { page, close } = await world.reopen('nobody', '/trash?from=mail');
    await page.waitForURL(/\/login\?/);
    await page.getByLabel('Name').fill('ann');
    await page.getByLabel('Password', { exact: true }).fill(world.passwordOf('ann'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/trash?from=mail');
    await close();
  });

  it('asks nothing of other servers, and runs nothing that is not a file of this one', async () => {
    const { page, complaints, close } = await world.open('ann', 'about:blank');
    const asked = new Set<string>();
    page.on('request', (request) => asked.add(new URL(request.url()).origin));
    const answer = await page.goto('/files');
    await shown(page, 'Workspace');
    // Past all that stands before it, and to where one is already: neither is a step for Back.
    const steps = await page.evaluate<number>('history.length');
    await page.getByRole('link', { name: 'Skip to' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('main:focus').waitFor();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Files' }).click();
    assert.equal(await page.evaluate<number>('history.length'), steps);
    assert.deepEqual([...asked], [world.server.url]);
    const policy = (await answer?.allHeaders())?.['content-security-policy'] ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe-(inline|eval)/);
    assert.deepEqual(complaints, []);
    await close();
  });

  it('is sent compressed, and its files for good', async () => {
    const answer = await fetch(`${world.server.url}/files`);
    const script = /src="(\/assets\/start-[^"]+\.js)"/.exec(await answer.text())?.[1] ?? '';
    const file = await fetch(world.server.url + script, { headers: { 'accept-encoding': 'br' } });
    assert.equal(file.headers.get('content-encoding'), 'br');
    assert.match(file.headers.get('cache-control') ?? '', /immutable/);
    assert.equal(answer.headers.get('cache-control'), 'no-cache');
  });

  for (const [name, address, text, scripts] of [
    [
      'nobody',
      '/login',
      'Sign in',
      ['ask-ahead', 'messages', 'sign-in', 'sign-in-page', 'start', 'start-libraries', 'theme'],
    ],
    [
      'ann',
      '/files',
      'Workspace',
      [
        'ask-ahead',
        'explorer-page',
        'files',
        'files-libraries',
        'messages',
        'signed-in',
        'start',
        'start-libraries',
        'theme',
      ],
    ],
  ] as const) {
    it(`begins with few scripts at ${address}, none of them for what is opened later`, async () => {
      const { page, close } = await world.open(name, 'about:blank');
      await page.goto(address);
      await shown(page, text);
      const loaded = await page.evaluate<[address: string, bytes: number][]>(`performance
        .getEntriesByType('resource')
        .filter(({ name }) => name.endsWith('.js'))
        .map(({ name, encodedBodySize }) => [name, encodedBodySize])`);
      const names = loaded.map(([script]) => script.replace(/^.*\/|(?:-[\w-]{8})?\.js$/g, ''));
      assert.deepEqual(names.sort(), [...scripts]);
      assert.ok(loaded.reduce((sum, [, bytes]) => sum + bytes, 0) <= 150 * 1024);
      const document = await page.evaluate<string>(`fetch(location.href).then((answer) => answer.text())`);
      assert.deepEqual(
        loaded.filter(([script]) => !document.includes(new URL(script).pathname)),
        [],
      );
      await close();
    });
  }

  it('asks who is there and what is in the folder before its scripts are loaded, and takes these answers', async () => {
    const folder = 'Workspace/a & b';
    await (await world.api('ann')).ok('createFolder', { body: { path: `/${folder}` } });
    const { page, close } = await world.open('ann', 'about:blank');
    let letThem = (): void => undefined;
    const wanted = new Promise<void>((resolve) => (letThem = resolve));
    await page.route('**/assets/start-*.js', async (route) => {
      await wanted;
      await route.continue();
    });
    const addresses = ['**/session/renew', '**/api/v1/files?*'];
    const answers = addresses.map((address) => page.waitForResponse(address));
    await page.goto(`/files/${encodeURI(folder)}`, { waitUntil: 'commit' });
    await Promise.all(answers);
    // Whatever is asked from now on has no answer.
    for (const address of [...addresses, '**/api/v1/events?*']) await page.route(address, () => undefined);
    letThem();
    await shown(page, 'This folder is empty');
    await close();
  });

  it('is a page for what it does not know, too', async () => {
    assert.equal((await fetch(`${world.server.url}/no-such-place`)).status, 404);
  });

  for (const [name, options] of [
    ['wide and light', {}],
    ['wide and dark', { colorScheme: 'dark' }],
    ['on a phone', PHONE],
  ] as const) {
    it(`is accessible ${name}`, async () => {
      const { page, close } = await world.reopen('ann', '/files', options);
      await shown(page, 'Workspace');
      await assertAccessible(page);
      await close();
    });
  }

  it('leaves room for the files in a window zoomed to 400 %', async () => {
    const { page, close } = await world.reopen('ann', '/files', { viewport: { width: 320, height: 200 } });
    await page.getByRole('main').getByText('Workspace', { exact: true }).scrollIntoViewIfNeeded();
    const box = await page.getByRole('main').boundingBox();
    assert.ok(box!.height > 200);
    await close();
  });

  it('says what to do when a part of it is no longer there, after the server was updated', async () => {
    const { page, close } = await world.reopen('ann', '/files');
    await shown(page, 'Workspace');
    await page.route('**/assets/**', (route) => route.fulfill({ status: 404 }));
    const refused = page.waitForResponse(/key-help-dialog.*css$/);
    await page.keyboard.press('?');
    // The page tells of the first part that does not come, which may be another.
    await refused;
    await page.getByText('This part of the page could not be loaded.').waitFor();
    await page.unroute('**/assets/**');
    // What is shown then must not be taken for what was shown before.
    const loaded = page.waitForEvent('domcontentloaded');
    await page.getByRole('button', { name: 'Load again' }).click();
    await loaded;
    await shown(page, 'Workspace');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await close();
  });
});
