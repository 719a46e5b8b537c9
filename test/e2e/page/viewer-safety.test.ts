import assert from 'node:assert/strict';
import { PHONE, PageWorld } from '../../support/web-page.ts';
import { redAndBlue } from '../../support/media.ts';

const SCRIPT = `document.title = 'run'; fetch('/api/v1/account');`;
const HTML = `<!doctype html><title>still</title><img src="/icon.svg" onerror="${SCRIPT}"><script>${SCRIPT}</script>`;
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="${SCRIPT}"><script>${SCRIPT}</script><rect width="9" height="9"/></svg>`;

describe('what people stored, in the viewer', () => {
  let world: PageWorld;
  const ids = new Map<string, number>();
  before(async () => {
    world = await PageWorld.start();
    await world.addUser('ann');
    const ann = await world.api('ann');
    await ann.ok('createFolder', { body: { path: '/Odd' } });
    const picture = await redAndBlue(40, 20);
    const contents: [name: string, content: string | Buffer][] = [
      ['page.html', HTML],
      ['drawing.svg', SVG],
      ['text.xhtml', `<html xmlns="http://www.w3.org/1999/xhtml"><script>${SCRIPT}</script></html>`],
      ['<img src=x onerror=alert(1)>.jpg', picture],
      ...Array.from({ length: 20 }, (_, index): [string, Buffer] => [`picture ${index}.jpg`, picture]),
    ];
    for (const [name, content] of contents) {
      const call = { query: { path: `/Odd/${name}` }, content: new Uint8Array(Buffer.from(content)) };
      ids.set(name, (await ann.ok('uploadFile', call)).body.id as number);
    }
  });
  after(() => world.stop());

  for (const name of ['page.html', 'drawing.svg', 'text.xhtml']) {
    it(`runs nothing of ${name}, not by its own address either`, async () => {
      const { page, close } = await world.reopen('ann', `/files/Odd/${name}`);
      await page.getByRole('heading', { name }).first().waitFor();
      await page.getByRole('button', { name: 'Next' }).waitFor();
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      assert.equal(await page.title(), `${name} · nosocial`);

      // Opened as a page it is saved, framed it is refused; either way it has an origin of its own and no scripts.
      const address = `${world.server.url}/api/v1/files/content?id=${ids.get(name)}`;
      const [download] = await Promise.all([page.waitForEvent('download'), page.goto(address).catch(() => undefined)]);
      assert.equal(download.suggestedFilename(), name);
      const answer = await page.request.get(address);
      assert.match(answer.headers()['content-security-policy'] ?? '', /^sandbox; default-src 'none'$/);
      assert.equal(answer.headers()['x-content-type-options'], 'nosniff');
      assert.ok(!asked.some((url) => url.endsWith('/api/v1/account')));
      await close();
    });
  }

  it('puts no name into the page but as text', async () => {
    const { page, complaints, close } = await world.reopen('ann', '/files/Odd');
    const name = '<img src=x onerror=alert(1)>.jpg';
    await page.getByText(name).first().dblclick();
    await page.getByRole('heading', { name }).waitFor();
    assert.equal(await page.locator('img[src=x]').count(), 0);
    assert.deepEqual(complaints, []);
    await close();
  });

  it('is seen on plain http of another host, too', async () => {
    const baseURL = world.server.url.replace('127.0.0.1', 'nas.test');
    const { page, complaints, close } = await world.reopen('ann', '/files/Odd/picture%201.jpg', { ...PHONE, baseURL });
    await page.locator('img.is-ready[src*="/content?"]').waitFor();
    assert.equal(await page.evaluate('isSecureContext'), false);
    assert.deepEqual(complaints, []);
    await close();
  });

  it('goes on when somebody deletes what is seen', async () => {
    const { page, close } = await world.reopen('ann', '/files/Odd/picture%2018.jpg');
    await page.getByRole('heading', { name: 'picture 18.jpg' }).waitFor();
    await page.locator('img.is-ready').waitFor();
    const ann = await world.api('ann');
    await ann.ok('deleteFile', { query: { path: '/Odd/picture 18.jpg' } });
    await page.getByRole('heading', { name: 'picture 19.jpg' }).waitFor();
    await close();
  });

  it('leaves no memory behind, however many are seen', async () => {
    const { page, close } = await world.open('ann', '/files/Odd/picture%200.jpg');
    const session = await page.context().newCDPSession(page);
    const look = async (count: number): Promise<{ nodes: number; listeners: number }> => {
      for (let seen = 0; seen < count; seen += 1) {
        await page.keyboard.press(Math.floor(seen / 15) % 2 === 0 ? 'ArrowRight' : 'ArrowLeft');
        await page.locator('img.is-ready').waitFor();
      }
      await session.send('HeapProfiler.collectGarbage');
      const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
      return { nodes, listeners: jsEventListeners };
    };
    await page.locator('img.is-ready').waitFor();
    // What comes once, as the list behind, has come by then.
    const before = await look(90);
    const after = await look(60);
    assert.ok(after.nodes <= before.nodes + 50, `${before.nodes} nodes became ${after.nodes}`);
    assert.ok(after.listeners <= before.listeners + 20, `${before.listeners} listeners became ${after.listeners}`);
    await close();
  });
});
