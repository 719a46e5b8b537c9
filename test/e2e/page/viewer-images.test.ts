import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { CDPSession, Page } from 'playwright-core';
import { withExif } from '../../support/exif-bytes.ts';
import { redAndBlue } from '../../support/media.ts';
import { PHONE, PageWorld } from '../../support/web-page.ts';
import { assertAccessible } from '../browser/chromium.ts';

const HEIC = new URL('../../previews/fixtures/display-p3.heic', import.meta.url);
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="lime"/></svg>';

describe('the viewer of pictures', () => {
  let world: PageWorld;
  before(async () => {
    world = await PageWorld.start();
    await world.addUser('ann');
    const ann = await world.api('ann');
    // Bytes have no type: the name says what they are.
    const put = (path: string, content: string | Uint8Array) =>
      ann.ok('uploadFile', { query: { path }, content: new Uint8Array(Buffer.from(content)) });
    await ann.ok('createFolder', { body: { path: '/Photos' } });
    await ann.ok('createFolder', { body: { path: '/Photos/albums' } });
    const picture = await redAndBlue(3000, 1500);
    const turned = withExif(await redAndBlue(400, 200), {
      main: [
        [0x0112, 6],
        [0x0110, 'A camera'],
      ],
      place: [
        [1, 'N'],
        [
          2,
          [
            [56, 1],
            [57, 1],
            [0, 1],
          ],
        ],
        [3, 'E'],
        [
          4,
          [
            [24, 1],
            [6, 1],
            [0, 1],
          ],
        ],
      ],
    });
    await put('/Photos/1 wide.jpg', picture);
    await put('/Photos/2 turned.jpg', turned);
    await put('/Photos/3 drawing.svg', SVG);
    await put('/Photos/4 phone.heic', await readFile(HEIC));
    await put('/Photos/5 broken.png', 'no picture');
    await put('/Photos/6 what.exe', 'MZ\0');
  });
  after(() => world.stop());

  it('is opened from its folder, and closed by Escape and Back', async () => {
    const { page, complaints, close } = await world.reopen('ann', '/files/Photos');
    await page.getByText('1 wide.jpg').first().dblclick();
    await page.waitForURL('**/files/Photos/1%20wide.jpg');
    await page.getByRole('heading', { name: '1 wide.jpg' }).waitFor();
    await page.getByText('1 of 6', { exact: true }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.waitForURL('**/2%20turned.jpg');
    await page.keyboard.press('Escape');
    await page.waitForURL('**/files/Photos');
    await page.goForward();
    await page.getByRole('heading', { name: '2 turned.jpg' }).waitFor();
    await page.goBack();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.deepEqual(complaints, []);
    await close();
  });

  it('goes on from file to file, past folders, and says where one is', async () => {
    const { page, close } = await world.reopen('ann', '/files/Photos/1%20wide.jpg');
    await page.getByText('1 of 6', { exact: true }).waitFor();
    assert.ok(await page.getByRole('button', { name: 'Previous' }).isDisabled());
    for (const name of ['2 turned.jpg', '3 drawing.svg', '4 phone.heic', '5 broken.png', '6 what.exe']) {
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByRole('heading', { name, level: 2 }).first().waitFor();
    }
    await page.getByText('The page cannot show files of this kind').waitFor();
    assert.ok(await page.getByRole('button', { name: 'Next' }).isDisabled());
    await page.keyboard.press('PageUp');
    await page.getByText('can draw this picture').waitFor();
    assert.equal(await page.getByRole('status').last().textContent(), '5 broken.png 5 of 6');
    await page.getByRole('button', { name: 'Close the viewer' }).click();
    await page.waitForURL('**/files/Photos');
    await close();
  });

  it('shows what a camera turned upright, and what it wrote', async () => {
    const { page, complaints, close } = await world.reopen('ann', '/files/Photos/2%20turned.jpg');
    await original(page);
    assert.deepEqual(await pixels(page), { width: 200, height: 400, top: 'red', bottom: 'blue' });
    await page.getByRole('button', { name: 'What the camera wrote' }).click();
    const facts = page.getByRole('region', { name: 'What the camera wrote' });
    await facts.getByText('A camera').waitFor();
    await facts.getByText('56.95000, 24.10000').waitFor();
    await facts.getByText('200 × 400 pixels').waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });

  it('shows a small copy at once, and the original when it is there', async () => {
    const { page, close } = await world.reopen('ann', 'about:blank');
    const asked: string[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/api/v1/files/content?*', async (route) => {
      await held;
      await route.continue();
    });
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.goto('/files/Photos/1%20wide.jpg');
    await page.locator('img.is-ready[src*="/preview?"]').waitFor();
    release();
    await original(page);
    assert.equal((await pixels(page)).width, 3000);
    await close();
  });

  it('shows drawings as pictures, and what only the server can draw by its previews', async () => {
    const { page, complaints, close } = await world.reopen('ann', '/files/Photos/3%20drawing.svg');
    await original(page);
    assert.equal((await pixels(page)).top, 'lime');
    await page.keyboard.press('ArrowRight');
    const img = page.getByRole('img', { name: '4 phone.heic' });
    await page.locator('img.is-ready[alt="4 phone.heic"]').waitFor();
    assert.match((await img.getAttribute('src')) ?? '', /preview/);
    assert.deepEqual(complaints, []);
    await close();
  });

  it('zooms by keys, wheel, double click and buttons, moves and turns', async () => {
    const { page, close } = await world.reopen('ann', '/files/Photos/1%20wide.jpg');
    await original(page);
    const img = page.getByRole('img', { name: '1 wide.jpg' });
    const fitted = (await img.boundingBox())!;
    await page.keyboard.press('+');
    const larger = (await img.boundingBox())!;
    assert.ok(Math.abs(larger.width / fitted.width - 1.5) < 0.01);
    await page.keyboard.press('ArrowRight');
    assert.ok((await img.boundingBox())!.x < larger.x, 'the arrows move what is zoomed');
    await page.keyboard.press('0');
    assert.deepEqual(await img.boundingBox(), fitted);
    const [x, y] = [fitted.x + fitted.width / 4, fitted.y + fitted.height / 4];
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, -300);
    const wheeled = (await img.boundingBox())!;
    assert.ok(wheeled.width > fitted.width);
    assert.ok(Math.abs((x - wheeled.x) / wheeled.width - 0.25) < 0.01, 'what is under the pointer stays there');
    await page.mouse.down();
    await page.mouse.move(x + 30, y);
    await page.mouse.up();
    assert.ok(Math.abs((await img.boundingBox())!.x - wheeled.x - 30) < 1);
    await page.getByRole('button', { name: 'Fit into the window' }).click();
    await page.mouse.dblclick(x, y);
    assert.ok((await img.boundingBox())!.width > fitted.width * 1.9);
    await page.mouse.dblclick(x, y);
    assert.deepEqual(await img.boundingBox(), fitted);
    await page.getByRole('button', { name: 'Turn right' }).click();
    const turned = (await img.boundingBox())!;
    assert.ok(turned.height > turned.width);
    await close();
  });

  it('goes on by swipes of a finger, and pinches', async () => {
    const { page, close } = await world.reopen('ann', '/files/Photos/1%20wide.jpg', PHONE);
    await original(page);
    const touch = await page.context().newCDPSession(page);
    await swipe(touch, { from: 300, to: 60 });
    await page.waitForURL('**/2%20turned.jpg');
    await swipe(touch, { from: 60, to: 300 });
    await page.waitForURL('**/1%20wide.jpg');
    await original(page);
    const img = page.getByRole('img', { name: '1 wide.jpg' });
    const fitted = (await img.boundingBox())!;
    await fingers(touch, 'touchStart', [150, 250]);
    for (const spread of [60, 80, 100]) await fingers(touch, 'touchMove', [200 - spread, 200 + spread]);
    await fingers(touch, 'touchEnd', []);
    const pinched = (await img.boundingBox())!;
    assert.ok(pinched.width > fitted.width * 1.8);
    await swipe(touch, { from: 300, to: 60 });
    assert.match(page.url(), /1%20wide/, 'what is zoomed is moved by the finger');
    assert.ok((await img.boundingBox())!.x < pinched.x);
    await assertAccessible(page);
    await close();
  });

  it('keeps the focus, and gives it back', async () => {
    const { page, close } = await world.reopen('ann', '/files/Photos');
    await page.getByText('1 wide.jpg').first().click();
    await page.keyboard.press('Enter');
    await original(page);
    for (let press = 0; press < 30; press += 1) {
      await page.keyboard.press('Tab');
      assert.ok(await page.evaluate(`document.querySelector('[role=dialog]').contains(document.activeElement)`));
    }
    await page.keyboard.press('Escape');
    await page.waitForURL('**/files/Photos');
    await page.getByText('1 wide.jpg').first().waitFor();
    assert.notEqual(await page.evaluate('document.activeElement.tagName'), 'BODY');
    await close();
  });

  it('is a show that goes on by itself until somebody stops it', async () => {
    const { page, close } = await world.open('ann', 'about:blank');
    await page.clock.install();
    await page.goto('/files/Photos/1%20wide.jpg');
    await original(page);
    await page.getByRole('button', { name: 'Slide show' }).click();
    await page.clock.fastForward(5100);
    await page.waitForURL('**/2%20turned.jpg');
    await original(page);
    await page.getByRole('button', { name: 'Stop the slide show' }).click();
    await page.clock.fastForward(60_000);
    assert.match(page.url(), /2%20turned/);
    await page.getByRole('button', { name: 'Full screen' }).click();
    await page.locator('.viewer.is-wide').waitFor();
    await page.clock.fastForward(3100);
    await page.locator('.viewer.is-idle').waitFor();
    await page.mouse.move(200, 200);
    await page.locator('.viewer:not(.is-idle)').waitFor();
    await close();
  });

  it('renames, deletes and takes back the file that is seen, by its menu and by keys', async () => {
    const ann = await world.api('ann');
    const picture = await redAndBlue(40, 20);
    await ann.ok('createFolder', { body: { path: '/Acts' } });
    for (const name of ['1.jpg', '2.jpg', '3.jpg', '4.bin']) {
      // Some programs say this of all that they send.
      const headers = { 'content-type': 'text/plain' };
      await ann.ok('uploadFile', { query: { path: `/Acts/${name}` }, headers, content: new Uint8Array(picture) });
    }
    const { page, complaints, close } = await world.reopen('ann', '/files/Acts/1.jpg');
    await original(page);
    await page.getByText('1 of 4', { exact: true }).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'More actions' }).click();
    assert.equal(await page.getByRole('menuitem', { name: 'Open' }).count(), 0);
    await page.getByRole('menuitem', { name: /^Rename/ }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('3b.jpg');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/files/Acts/3b.jpg');
    await page.getByText('3 of 4', { exact: true }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('heading', { name: '3.jpg', exact: true }).waitFor();
    await page.getByText('2 of 4', { exact: true }).waitFor();
    await page.keyboard.press('Delete');
    await page.getByRole('heading', { name: '3b.jpg' }).waitFor();
    await page.getByText('2 of 3', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).first().click();
    await page.getByText('3 of 4', { exact: true }).waitFor();
    await page.keyboard.press('i');
    await page.getByRole('complementary', { name: 'Details' }).waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });

  for (const [name, options] of [
    ['wide', {}],
    ['on a phone, dark', { ...PHONE, colorScheme: 'dark' }],
  ] as const) {
    it(`is accessible ${name}`, async () => {
      const { page, complaints, close } = await world.reopen('ann', '/files/Photos/2%20turned.jpg', options);
      await original(page);
      await assertAccessible(page);
      await page.keyboard.press('PageDown');
      await original(page);
      assert.deepEqual(complaints, []);
      await close();
    });
  }
});

/** Waits until the original is drawn. */
function original(page: Page): Promise<void> {
  return page.locator('img.is-ready[src*="/content?"]').waitFor();
}

async function pixels(page: Page): Promise<{ width: number; height: number; top: string; bottom: string }> {
  return page.evaluate(`(() => {
    const img = document.querySelector('img.is-ready');
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [img.naturalWidth, img.naturalHeight];
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(img, 0, 0);
    const colour = (y) => {
      const [red, green, blue] = context.getImageData(canvas.width >> 1, y, 1, 1).data;
      return green > 200 ? 'lime' : red > blue ? 'red' : 'blue';
    };
    return { width: canvas.width, height: canvas.height, top: colour(1), bottom: colour(canvas.height - 2) };
  })()`);
}

type TouchKind = 'touchStart' | 'touchMove' | 'touchEnd';

/** Fingers at these places, side by side in the middle of a phone. */
function fingers(touch: CDPSession, type: TouchKind, places: readonly number[]): Promise<unknown> {
  const touchPoints = places.map((x, id) => ({ x, y: 400, id }));
  return touch.send('Input.dispatchTouchEvent', { type, touchPoints });
}

async function swipe(touch: CDPSession, { from, to }: { from: number; to: number }): Promise<void> {
  await fingers(touch, 'touchStart', [from]);
  for (let step = 1; step <= 4; step += 1) await fingers(touch, 'touchMove', [from + ((to - from) * step) / 4]);
  await fingers(touch, 'touchEnd', []);
}
