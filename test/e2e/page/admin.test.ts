import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { assertAccessible } from '../browser/chromium.ts';
import { LOOKS } from '../../support/page-looks.ts';
import { PageWorld } from '../../support/web-page.ts';

describe('administration in the web page', () => {
  let world: PageWorld;
  before(async () => {
    const television = { NOSOCIAL_DLNA: 'on', NOSOCIAL_DLNA_INTERFACES: 'lo', NOSOCIAL_DLNA_PORT: '0' };
    world = await PageWorld.start({ env: television });
    await world.addUser('root', { role: 'admin' });
  });
  after(() => world.stop());

  function rowOf(page: Page, name: string) {
    return page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });
  }

  async function userOf(name: string) {
    return (await (await world.api('root')).ok('getUser', { params: { name } })).body;
  }

  it('makes an account that can sign in, with a quota', async () => {
    const { page, complaints } = await world.visit('root', '/admin/users');
    await page.getByRole('button', { name: 'New user' }).click();
    const dialog = page.getByRole('dialog', { name: 'New user' });
    // As the keyboard of a phone completes it.
    await dialog.getByLabel('Name').fill('bea ');
    await dialog.getByLabel('Password', { exact: true }).fill('short');
    await dialog.getByLabel('Room for files').fill('2.5 GB');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('Password', { exact: true }).fill('password of bea');
    await assertAccessible(page);
    await dialog.getByRole('button', { name: 'Create' }).click();
    await rowOf(page, 'bea').waitFor();
    assert.equal((await userOf('bea')).quotaBytes, 2.5e9);
    assert.deepEqual(complaints, []);
  });

  it('shows where televisions find films, and what was wrong with what one asked for', async () => {
    const [, origin = ''] = /^television +(http:\S+)/m.exec(world.server.stdout) ?? [];
    const userAgent = 'DLNADOC/1.50 SEC_HHP_[TV] UE40D7000/1.0';
    assert.equal((await fetch(`${origin}/device.xml`, { headers: { 'user-agent': userAgent } })).status, 200);
    await fetch(`${origin}/device.xml`, { method: 'PUT', headers: { origin: 'http://films.example' } });
    const { page, complaints } = await world.visit('root', '/admin/media');
    await page.getByText(origin.replace('http://', ''), { exact: true }).waitFor();
    await page.getByText('Can be found').waitFor();
    await page.getByText('0 films, 0 pieces of music, 0 pictures').waitFor();
    const seen = page.getByRole('listitem').filter({ hasText: '127.0.0.1' });
    await seen.getByText('sent by a page of http://films.example').waitFor();
    await assertAccessible(page);
    await seen.getByLabel('Who watches at 127.0.0.1').selectOption('root');
    await page.getByText('Saved').waitFor();
    const { body: state } = await (await world.api('root')).ok('getTelevision');
    assert.equal(state.televisions[0].viewer, 'root');
    assert.deepEqual(complaints, []);
  });

  it('changes role and quota, locks out and lets in again', async () => {
    await world.addUser('carl', { role: 'normal' });
    const { page } = await world.visit('root', '/admin/users');
    await rowOf(page, 'carl').getByRole('button', { name: 'Actions for carl' }).click();
    await page.getByRole('menuitem', { name: 'Change…' }).click();
    const dialog = page.getByRole('dialog', { name: 'carl' });
    await dialog.getByLabel('Role').selectOption('advanced');
    await dialog.getByLabel('Room for files').fill('nonsense');
    await dialog.getByText('Write a size, for example 15 GB').waitFor();
    await dialog.getByLabel('Room for files').fill('7 GB');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await rowOf(page, 'carl').getByText('Advanced').waitFor();
    const { role, quotaBytes } = await userOf('carl');
    assert.deepEqual({ role, quotaBytes }, { role: 'advanced', quotaBytes: 7e9 });

    await rowOf(page, 'carl').getByRole('button', { name: 'Actions for carl' }).click();
    await page.getByRole('menuitem', { name: 'Lock out' }).click();
    await rowOf(page, 'carl').getByText('Locked out').waitFor();
    assert.equal((await userOf('carl')).state, 'disabled');
    await rowOf(page, 'carl').getByRole('button', { name: 'Actions for carl' }).click();
    await page.getByRole('menuitem', { name: 'Let in again' }).click();
    await rowOf(page, 'carl').getByText('Locked out').waitFor({ state: 'detached' });
  });

  it('does not lock out the one who asks, and says what the server refuses', async () => {
    const { page } = await world.visit('root', '/admin/users');
    await rowOf(page, 'root').getByRole('button', { name: 'Actions for root' }).click();
    assert.equal(await page.getByRole('menuitem', { name: 'Lock out' }).getAttribute('aria-disabled'), 'true');
    await page.getByRole('menuitem', { name: 'Change…' }).click();
    const dialog = page.getByRole('dialog', { name: 'root' });
    await dialog.getByLabel('Role').selectOption('normal');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByRole('alert').filter({ hasText: 'administrator' }).waitFor();
  });

  it('removes an account, and hands its files to another', async () => {
    await world.addUser('dora', {});
    await (
      await world.api('dora')
    ).ok('uploadFile', { query: { path: '/Mere/diary.txt' }, content: Buffer.from('dear diary') });
    const { page } = await world.visit('root', '/admin/users');
    await page.getByLabel('Find a user').fill('DOR');
    await rowOf(page, 'root').waitFor({ state: 'detached' });
    await rowOf(page, 'dora').getByRole('button', { name: 'Actions for dora' }).click();
    await page.getByRole('menuitem', { name: 'Remove…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Remove dora' });
    await dialog.getByLabel('Give them to somebody else').check();
    await dialog.getByLabel('Who gets them').fill('root');
    await dialog.getByRole('button', { name: 'Remove…' }).click();
    await dialog.waitFor({ state: 'detached' });
    // As soon as the job is done that hands over the files.
    await rowOf(page, 'dora').waitFor({ state: 'detached' });
    await (await world.api('root')).refused('getUser', 'not-found', { params: { name: 'dora' } });
  });

  it('invites: the link is shown once, and taken back', async () => {
    await (await world.api('root')).ok('changeSettings', { body: { 'accounts.registration': 'invitation' } });
    const { page } = await world.visit('root', '/admin/invitations');
    await page.getByRole('button', { name: 'Invite' }).click();
    const dialog = page.getByRole('dialog', { name: 'Invite' });
    await dialog.getByLabel('For whom').fill('the neighbours');
    await dialog.getByLabel('For how many people').fill('3');
    await dialog.getByRole('button', { name: 'Create' }).click();
    const link = await dialog.getByRole('textbox', { name: 'The link' }).inputValue();
    assert.match(link, /\/join#/);
    await dialog.getByRole('img', { name: 'The link as a QR code' }).waitFor();
    await assertAccessible(page);
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await page.getByText('the neighbours').waitFor();
    await page.getByRole('button', { name: 'Take back' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
    await page.getByText('Taken back', { exact: true }).waitFor();
    const [invitation] = await (await world.api('root')).all('listInvitations');
    assert.equal(invitation.state, 'revoked');
  });

  it('shows the disks, adds one and takes it away again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nosocial-disk-'));
    const { page } = await world.visit('root', '/admin/disks');
    await page.getByText('In use').waitFor();
    await page.getByRole('button', { name: 'Add a disk' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a disk' });
    await dialog.getByLabel('Folder on the server').fill('relative');
    await dialog.getByRole('button', { name: 'Add a disk' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('Folder on the server').fill(join(folder, 'second'));
    await dialog.getByLabel('Name').fill('second');
    await dialog.getByRole('button', { name: 'Add a disk' }).click();
    await page.getByRole('heading', { name: 'second' }).waitFor();
    await page.getByRole('listitem').filter({ hasText: 'second' }).getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('heading', { name: 'second' }).waitFor({ state: 'detached' });
    await rm(folder, { recursive: true });
  });

  it('changes a setting at once, and goes back to its default', async () => {
    const { page } = await world.visit('root', '/admin/settings');
    const days = page.getByLabel('Days that deleted files are kept');
    await days.fill('many');
    await days.press('Enter');
    await page.getByText('Write a whole number').waitFor();
    await days.fill('45');
    await days.press('Tab');
    await page.getByText('Saved').waitFor();
    const valueOf = async (key: string) =>
      (await (await world.api('root')).ok('getSettings')).body.items.find((item: { key: string }) => item.key === key)
        .value;
    assert.equal(await valueOf('files.trashKeptDays'), 45);
    await page.reload();
    assert.equal(await days.inputValue(), '45');
    await days.locator('xpath=ancestor::div[contains(@class,"setting")]').getByRole('button').click();
    await page.getByText('Saved').waitFor();
    assert.equal(await days.inputValue(), '30');
  });

  for (const [look, options] of LOOKS) {
    it(`is accessible on every page, ${look}`, async () => {
      const { page, close } = await world.reopen('root', '/admin/users', options);
      for (const section of ['users', 'invitations', 'disks', 'settings', 'media']) {
        await page.goto(`/admin/${section}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.locator('.skeleton').waitFor({ state: 'detached' });
        await assertAccessible(page);
      }
      await close();
    });
  }

  it('is not there for others', async () => {
    await world.addUser('eve');
    const { page } = await world.visit('eve', '/admin/users');
    await page.getByText('There is nothing at this address').waitFor();
  });
});
