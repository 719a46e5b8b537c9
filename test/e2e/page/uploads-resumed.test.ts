import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, open as openFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CDPSession, Page, Request, Route } from 'playwright-core';
import type { ApiClient } from '../../support/api-client.ts';
import { ended, panel } from '../../support/page-uploads.ts';
import { PageWorld, holds, shown } from '../../support/web-page.ts';

const MIB = 1024 * 1024;
/** Of one request (`PIECE_BYTES` of the page). */
const PIECE = 16 * MIB;
const SIZE = 3 * PIECE;

interface Slowed {
  readonly halfway: Promise<unknown>;
  readonly end: () => Promise<void>;
}

/** A real file, all of whose parts differ. */
async function madeFile(path: string, sizeBytes = SIZE): Promise<string> {
  const file = await openFile(path, 'w');
  const hash = createHash('sha256');
  for (let at = 0; at < sizeBytes; at += MIB) {
    const part = Buffer.alloc(Math.min(MIB, sizeBytes - at), createHash('sha256').update(String(at)).digest());
    hash.update(part);
    await file.write(part);
  }
  await file.close();
  return hash.digest('hex');
}

describe('uploads in the web page that are interrupted', () => {
  let world: PageWorld;
  let api: ApiClient;
  let film: { path: string; sha256: string };
  const slow: CDPSession[] = [];
  before(async () => {
    world = await PageWorld.start();
    await world.addUser('ann', { role: 'admin' });
    api = await world.api('ann');
    const path = world.server.scratch.path('film.bin');
    film = { path, sha256: await madeFile(path) };
  });
  afterEach(async () => {
    for (const session of slow.splice(0)) await session.detach().catch(() => undefined);
  });
  after(() => world.stop());

  async function openFolder(name: string) {
    await api.ok('createFolder', { body: { path: `/Mere/${name}` } });
    const watched = await world.reopen('ann', `/files/Mere/${name}`);
    await watched.page.getByRole('button', { name: 'New', exact: true }).waitFor();
    return watched;
  }

  async function choose(page: Page, path: string): Promise<void> {
    const chooser = page.waitForEvent('filechooser');
    await page.keyboard.press('u');
    await (await chooser).setFiles(path);
  }

  /** From the second piece on the browser sends so slowly that there is time for whatever is to happen meanwhile. */
  async function slowFromHalf(page: Page): Promise<Slowed> {
    const session = await page.context().newCDPSession(page);
    slow.push(session);
    // A second for each piece; only from then on it matters how long the rest takes.
    await limit(session, PIECE);
    const isSecond = (request: Request): boolean => request.headers()['upload-offset'] === String(PIECE);
    const halfway = page.waitForRequest(isSecond).then(() => limit(session, MIB / 2));
    return { halfway, end: () => limit(session, -1) };
  }

  async function limit(session: CDPSession, uploadThroughput: number): Promise<void> {
    const conditions = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput };
    await session.send('Network.emulateNetworkConditions', conditions);
  }

  /** The offsets that requests with pieces begin at, as they are sent. */
  function offsetsOf(page: Page): number[] {
    const offsets: number[] = [];
    page.on('request', (request) => {
      if (request.method() === 'PATCH') offsets.push(Number(request.headers()['upload-offset']));
    });
    return offsets;
  }

  async function assertCame(path: string, sha256 = film.sha256): Promise<void> {
    const { bytes } = await api.ok('downloadFile', { query: { path } });
    assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256);
  }

  it('are paused, gone on with, cancelled and tried again, one by one and all together', async () => {
    const { page, complaints, close } = await openFolder('paused');
    const slowed = await slowFromHalf(page);
    const offsets = offsetsOf(page);
    await choose(page, film.path);
    await slowed.halfway;
    await panel(page).getByRole('button', { name: 'Pause film.bin' }).click();
    await panel(page)
      .getByText(/Paused at/)
      .waitFor();
    await slowed.end();
    await panel(page).getByRole('button', { name: 'Go on with film.bin' }).click();
    await ended(page, '1 file uploaded');
    await assertCame('/Mere/paused/film.bin');
    assert.equal(offsets.filter((offset) => offset === 0).length, 1);

    await page.route('**/api/v1/files/content**', (route) =>
      route.fulfill({
        status: 423,
        json: { type: '/', title: 'Locked', status: 423, code: 'locked', detail: 'ben has it' },
      }),
    );
    await choose(page, await small('note.txt'));
    await ended(page, /^1 file could not be uploaded/);
    await panel(page).getByText('ben has it').waitFor();
    await page.unroute('**/api/v1/files/content**');
    await panel(page).getByRole('button', { name: 'Try note.txt again' }).click();
    await ended(page, '1 file uploaded');

    const again = await slowFromHalf(page);
    await choose(page, await small('more.bin', SIZE));
    await again.halfway;
    await panel(page).getByRole('button', { name: 'Pause all' }).click();
    await panel(page).getByRole('button', { name: 'Go on with all' }).click();
    await panel(page).getByRole('button', { name: 'Cancel all' }).click();
    await panel(page).getByText('Cancelled').waitFor();
    await waitFor(async () =>
      (await api.ok('listUploads')).body.items.every(({ state }: { state: string }) => state === 'finished'),
    );
    assert.deepEqual(
      (await api.all('listFiles', { query: { path: '/Mere/paused' } })).map(({ name }) => name),
      ['film.bin', 'note.txt'],
    );
    assert.deepEqual(
      complaints.filter((text) => !text.startsWith('Failed to load resource')),
      [],
    );
    await close();
  });

  async function unfinished(): Promise<unknown[]> {
    const { items } = (await api.ok('listUploads')).body;
    return items.filter(({ state }: { state: string }) => state !== 'finished');
  }

  async function small(name: string, sizeBytes = 10): Promise<string> {
    const path = world.server.scratch.path(name);
    await madeFile(path, sizeBytes);
    return path;
  }

  /** For what the server does without anybody's seeing it. */
  async function waitFor(isSo: () => Promise<boolean>): Promise<void> {
    while (!(await isSo())) await new Promise(setImmediate);
  }

  it('go on by themselves after kill -9 of the server, with what it had', async () => {
    const { page, close } = await openFolder('killed');
    const slowed = await slowFromHalf(page);
    const offsets = offsetsOf(page);
    await choose(page, film.path);
    await slowed.halfway;
    await world.server.kill();
    await panel(page).getByText('Waiting for the network: it goes on by itself.').first().waitFor();
    await slowed.end();
    await world.server.restart();
    await ended(page, '1 file uploaded');
    await assertCame('/Mere/killed/film.bin');
    assert.equal(offsets.filter((offset) => offset === 0).length, 1);
    await close();
  });

  it('are begun and stored once though the answers are lost', async () => {
    const { page, close } = await openFolder('lost');
    let losing = ['POST', 'PUT'];
    const lost: string[] = [];
    const note = await small('small.txt');
    await page.route(/api\/v1\/(uploads(\/|$)|files\/content)/, async (route) => {
      const method = route.request().method();
      if (!losing.includes(method)) return route.continue();
      losing = losing.filter((other) => other !== method);
      lost.push(method);
      // Of files that are sent the test is not told the content.
      await route.fetch(method === 'POST' ? {} : { postData: await readFile(note) });
      await route.abort('connectionreset');
    });
    await choose(page, await small('large.bin', 5 * MIB));
    await ended(page, '1 file uploaded');
    assert.deepEqual(await unfinished(), []);
    // Nobody is asked about a file that came just now.
    await choose(page, note);
    await ended(page, '1 file uploaded');
    losing = ['PATCH'];
    await choose(page, note);
    await page.getByRole('dialog').getByRole('button', { name: 'Keep both' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await ended(page, '1 file uploaded');
    assert.deepEqual(lost, ['POST', 'PUT', 'PATCH']);
    const names = (await api.all('listFiles', { query: { path: '/Mere/lost' } })).map(({ name }) => name);
    assert.deepEqual(names, ['large.bin', 'small (2).txt', 'small.txt']);
    await close();
  });

  it('leave nothing behind that were cancelled while they began', async () => {
    const { page, close } = await openFolder('begun');
    const { promise: held, resolve: letGo } = Promise.withResolvers<undefined>();
    await page.route(/api\/v1\/uploads$/, async (route) => {
      const response = await route.fetch();
      await held;
      await route.fulfill({ response });
    });
    const begun = page.waitForRequest(/api\/v1\/uploads$/);
    await choose(page, await small('never.bin', 5 * MIB));
    await begun;
    await panel(page).getByRole('button', { name: 'Cancel all' }).click();
    const ends = page.waitForResponse((response) => response.request().method() === 'DELETE');
    letGo(undefined);
    assert.equal((await ends).status(), 204);
    assert.deepEqual(await unfinished(), []);
    await close();
  });

  it('go on when another tab has renewed the session, and come anew into a folder that was deleted', async () => {
    const { page, close } = await openFolder('renewed');
    const refused: string[] = [];
    const signedOut = {
      status: 401,
      json: { type: '/', title: 'Sign in', status: 401, code: 'not-authenticated', detail: '' },
    };
    const once = async (route: Route): Promise<void> => {
      const { pathname } = new URL(route.request().url());
      if (refused.includes(pathname)) return route.continue();
      refused.push(pathname);
      await route.fulfill(signedOut);
    };
    await page.route('**/api/v1/files/content**', once);
    await page.route('**/api/v1/session/renew', once);
    const local = world.server.scratch.path('again');
    await mkdir(local);
    await writeFile(join(local, '1.txt'), '1');
    await pickFolder(page, local);
    await ended(page, '1 file uploaded');
    assert.deepEqual(refused, ['/api/v1/files/content', '/api/v1/session/renew']);
    await api.ok('deleteFile', { query: { path: '/Mere/renewed/again' } });
    await pickFolder(page, local);
    await panel(page).getByText('1.txt').waitFor();
    await ended(page, '1 file uploaded');
    assert.equal((await api.all('listFiles', { query: { path: '/Mere/renewed/again' } })).length, 1);
    await close();
  });

  it('go on by themselves when the network is back', async () => {
    const { page, close } = await openFolder('offline');
    const context = page.context();
    const slowed = await slowFromHalf(page);
    const offsets = offsetsOf(page);
    await choose(page, film.path);
    await slowed.halfway;
    await slowed.end();
    await context.setOffline(true);
    await panel(page).getByText('Waiting for the network: it goes on by itself.').first().waitFor();
    await context.setOffline(false);
    await ended(page, '1 file uploaded');
    await assertCame('/Mere/offline/film.bin');
    assert.equal(offsets.filter((offset) => offset === 0).length, 1);
    await close();
  });

  it('ask before the page is left, and go on after it is loaded anew and the same file chosen again', async () => {
    const { page, close } = await openFolder('reloaded');
    const slowed = await slowFromHalf(page);
    await choose(page, film.path);
    await slowed.halfway;
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.accept();
    });
    await page.reload();
    assert.deepEqual(asked, ['beforeunload']);
    await panel(page)
      .getByText(/came before the upload was interrupted. Choose the file again/)
      .waitFor();
    await slowed.end();
    const offsets = offsetsOf(page);
    await chooseAgain(page, await small('other.bin', MIB));
    await panel(page)
      .getByRole('alert')
      .getByText(/This is not “film.bin” as it was/)
      .waitFor();
    await chooseAgain(page, film.path);
    await ended(page, '1 file uploaded');
    await assertCame('/Mere/reloaded/film.bin');
    assert.ok(Math.min(...offsets) >= PIECE);
    await page.reload();
    await shown(page, 'film.bin');
    assert.equal(await panel(page).count(), 0);
    assert.deepEqual(asked, ['beforeunload']);
    await close();
  });

  async function chooseAgain(page: Page, path: string): Promise<void> {
    const chooser = page.waitForEvent('filechooser');
    await panel(page).getByRole('button', { name: 'Choose the file again' }).click();
    await (await chooser).setFiles(path);
  }

  it('go on in another tab when the whole folder is chosen again, without a question and without what came', async () => {
    const { page } = await openFolder('closed');
    const local = world.server.scratch.path('trip');
    await mkdir(local);
    for (const name of ['1', '2', '3']) await writeFile(join(local, `${name}.txt`), name);
    await madeFile(join(local, 'z film.bin'));
    const slowed = await slowFromHalf(page);
    await pickFolder(page, local);
    await slowed.halfway;
    await panel(page).getByRole('heading', { name: 'Uploading: 3 of 4' }).waitFor();
    // What a tab that is ended leaves behind.
    await holds(page, `localStorage.getItem('nosocial.uploads')?.includes('"done":3')`);
    const other = await page.context().newPage();
    await other.goto('/files/Mere/closed');
    await shown(other, 'trip');
    // While another tab sends it, it is not interrupted.
    assert.equal(await other.getByText('Interrupted uploads').count(), 0);
    await page.close({ runBeforeUnload: false });
    await other.reload();
    await panel(other)
      .getByText(/^3 of 4 files came/)
      .waitFor();
    const offsets = offsetsOf(other);
    const sent: string[] = [];
    other.on('request', (request) => request.method() === 'PUT' && sent.push(request.url()));
    const chooser = other.waitForEvent('filechooser');
    await panel(other).getByRole('button', { name: 'Choose the folder again' }).click();
    await (await chooser).setFiles(local);
    await ended(other, '1 file uploaded');
    assert.ok(Math.min(...offsets) >= PIECE);
    assert.deepEqual(sent, []);
  });

  async function pickFolder(page: Page, local: string): Promise<void> {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'New', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Upload a folder' }).click();
    await (await chooser).setFiles(local);
  }
});
