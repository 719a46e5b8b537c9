import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { film, music, oddFilm } from '../../support/media.ts';
import { PHONE, PageWorld, holds } from '../../support/web-page.ts';
import { assertAccessible } from '../browser/chromium.ts';

const SRT = '1\n00:00:00,000 --> 00:01:00,000\nWhat is said, déjà\n';

describe('the viewer of films and music', () => {
  let world: PageWorld;
  let filmId: number;
  before(async () => {
    world = await PageWorld.start();
    await world.addUser('ann');
    const ann = await world.api('ann');
    const put = async (path: string, content: Buffer): Promise<number> =>
      (await ann.ok('uploadFile', { query: { path }, content: new Uint8Array(content) })).body.id as number;
    for (const path of ['/Films', '/Music']) await ann.ok('createFolder', { body: { path } });
    const [long, odd, short] = await Promise.all([film(120), oddFilm(), music(2)]);
    filmId = await put('/Films/Holiday.mp4', long);
    // Written by an old program: not in UTF-8.
    await put('/Films/Holiday.fr.srt', Buffer.from(SRT, 'latin1'));
    await put('/Films/Old.avi', odd);
    await put('/Music/1 first.mp3', short);
    await put('/Music/2 notes.txt', Buffer.from('no music'));
    await put('/Music/3 second.mp3', short);
  });
  after(() => world.stop());

  it('plays a film by ranges, seeks, and plays it faster, by keys', async () => {
    const { page, complaints, close } = await world.reopen('ann', 'about:blank');
    const ranges: (string | undefined)[] = [];
    page.on('request', (request) => {
      if (request.resourceType() === 'media') ranges.push(request.headers()['range']);
    });
    await page.goto('/files/Films/Holiday.mp4');
    await ready(page);
    await page.keyboard.press('Space');
    await until(page, '!video.paused && video.currentTime > 0');
    await page.keyboard.press('Space');
    await until(page, 'video.paused');
    const before = await state<number>(page, 'video.currentTime');
    await page.keyboard.press('ArrowRight');
    await until(page, `video.currentTime > ${before + 4}`);
    await page.keyboard.press('>');
    assert.equal(await state(page, 'video.playbackRate'), 1.25);
    assert.ok((await state<number>(page, 'video.currentTime')) > before + 4);
    await page.keyboard.press('m');
    assert.equal(await state(page, 'video.muted'), true);
    await page.getByLabel('Speed').selectOption('2');
    await page.reload();
    await ready(page);
    assert.deepEqual(await state(page, '[video.playbackRate, video.muted]'), [2, true]);
    assert.ok(ranges.length > 0 && ranges.every((range) => range?.startsWith('bytes=')));
    assert.match(page.url(), /Holiday\.mp4$/);
    assert.deepEqual(complaints, []);
    await close();
  });

  it('goes on where one was, on another device too', async () => {
    const { page, close } = await world.reopen('ann', '/files/Films/Holiday.mp4');
    await ready(page);
    await page.keyboard.press('Space');
    await until(page, '!video.paused');
    await state(page, 'video.currentTime = 75');
    await until(page, 'video.currentTime >= 75 && !video.seeking');
    const kept = page.waitForResponse(
      (answer) => answer.request().method() === 'PUT' && answer.url().includes('/position'),
    );
    await page.keyboard.press('Space');
    await kept;
    await close();
    const other = await world.reopen('ann', '/files/Films/Holiday.mp4', PHONE);
    await other.page.getByRole('button', { name: /^Continue at 1:1\d$/ }).click();
    await until(other.page, 'video.currentTime >= 75');
    await assertAccessible(other.page);
    await other.close();
    const ann = await world.api('ann');
    assert.ok((await ann.ok('getPosition', { query: { id: filmId } })).body.positionMs >= 75_000);
  });

  it('goes on where it was after the session ended in the middle', async () => {
    const { page, close } = await world.reopen('ann', 'about:blank');
    let asked = 0;
    await page.route('**/api/v1/files/content?*', async (route) => {
      if (route.request().resourceType() !== 'media') return route.continue();
      asked += 1;
      // The first answer is cut off, the second comes after the token's end.
      if (asked === 2) return route.fulfill({ status: 401, contentType: 'application/problem+json', body: '{}' });
      if (asked > 2) return route.continue();
      const whole = await (await page.request.get(route.request().url())).body();
      const part = whole.subarray(0, 300_000);
      const range = `bytes 0-${part.length - 1}/${whole.length}`;
      return route.fulfill({
        status: 206,
        contentType: 'video/mp4',
        headers: { 'accept-ranges': 'bytes', 'content-range': range },
        body: part,
      });
    });
    await page.goto('/files/Films/Holiday.mp4');
    await page.getByRole('button', { name: 'Continue' }).click();
    await until(page, '!video.paused && video.readyState > 1 && video.currentTime > 75');
    assert.ok(asked > 2);
    await close();
  });

  it('offers the subtitles beside it, and those from elsewhere', async () => {
    const { page, complaints, close } = await world.reopen('ann', '/files/Films/Holiday.mp4');
    await ready(page);
    await page.getByRole('combobox', { name: 'Subtitles' }).selectOption({ label: 'French (Holiday.fr.srt)' });
    await until(page, `video.textTracks[0]?.mode === 'showing' && video.textTracks[0].cues?.length === 1`);
    assert.equal(await state(page, 'video.textTracks[0].cues[0].text'), 'What is said, déjà');
    await page.locator('input[type=file][accept*=".srt"]').setInputFiles({
      name: 'own.vtt',
      mimeType: 'text/vtt',
      buffer: Buffer.from('WEBVTT\n\n00:00.000 --> 01:00.000\nMine'),
    });
    await until(page, `[...video.textTracks].some((track) => track.cues?.[0]?.text === 'Mine')`);
    assert.deepEqual(complaints, []);
    await close();
  });

  it('says what the browser does not play, and what to do', async () => {
    const { page, close } = await world.reopen('ann', '/files/Films/Old.avi');
    await page.getByText('This browser does not play files of this kind.').waitFor();
    await page.getByRole('link', { name: 'Connect a device' }).last().waitFor();
    await assertAccessible(page);
    await close();
  });

  it('goes on from one piece of music to the next', async () => {
    const { page, complaints, close } = await world.reopen('ann', '/files/Music');
    await page.getByText('1 first.mp3').first().dblclick();
    await page.waitForURL('**/3%20second.mp3');
    await until(page, 'video.ended');
    assert.match(page.url(), /3%20second/);
    await assertAccessible(page);
    assert.deepEqual(complaints, []);
    await close();
  });
});

function ready(page: Page): Promise<unknown> {
  return until(page, 'video.readyState > 0');
}

async function until(page: Page, condition: string): Promise<void> {
  await holds(page, `((video) => video && (${condition}))(document.querySelector('video, audio'))`);
}

function state<Value>(page: Page, expression: string): Promise<Value> {
  return page.evaluate(`(() => { const video = document.querySelector('video, audio'); return ${expression}; })()`);
}
