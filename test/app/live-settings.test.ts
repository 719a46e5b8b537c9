import assert from 'node:assert/strict';
import { LiveSettings } from '../../src/app/live-settings.ts';
import { loadConfig } from '../../src/config/load.ts';
import { TestCore } from '../support/test-core.ts';

describe('settings while the server runs', () => {
  let world: TestCore;
  beforeEach(async () => {
    world = await TestCore.open();
  });
  afterEach(() => world.close());

  const open = (environment: Record<string, string> = {}) =>
    LiveSettings.open(loadConfig({ environment: { NOSOCIAL_DATA: '/nowhere', ...environment } }), world.core.store);

  const profiles = [
    ['family', { registration: 'closed', newRole: 'advanced', adminsOpenHomes: false }],
    ['classroom', { registration: 'invitation', newRole: 'normal', adminsOpenHomes: true }],
    ['open', { registration: 'open', newRole: 'advanced', adminsOpenHomes: false }],
  ] as const;
  for (const [profile, accounts] of profiles) {
    it(`are those of the profile ${profile}`, async () => {
      assert.deepEqual((await open({ NOSOCIAL_PROFILE: profile })).core.accounts, accounts);
      const settings = await open();
      await settings.change({ 'accounts.profile': profile });
      assert.deepEqual(settings.core.accounts, accounts);
    });
  }

  it('stand above the profile one by one, those of the configuration above all', async () => {
    const environment = { NOSOCIAL_PROFILE: 'classroom', NOSOCIAL_NEW_ROLE: 'advanced' };
    const settings = await open(environment);
    await settings.change({ 'accounts.registration': 'approval', 'files.defaultQuota': '1GB' });
    const expected = { registration: 'approval', newRole: 'advanced', adminsOpenHomes: true };
    assert.deepEqual(settings.core.accounts, expected);
    await assert.rejects(settings.change({ 'accounts.newRole': 'normal' }), {
      code: 'refused',
      message: '"accounts.newRole" is fixed by NOSOCIAL_NEW_ROLE; take it away there to change it here',
    });

    const again = await open(environment);
    assert.deepEqual(again.core.accounts, expected);
    assert.equal(again.core.defaultQuotaBytes, 1_000_000_000);
    // What the configuration comes to say counts from then on.
    const fixed = await open({ ...environment, NOSOCIAL_REGISTRATION: 'open', NOSOCIAL_DEFAULT_QUOTA: '5GB' });
    assert.equal(fixed.core.accounts.registration, 'open');
    assert.equal(fixed.core.defaultQuotaBytes, 5_000_000_000);
  });

  it('hold for whoever has them already, at once', async () => {
    const settings = await open();
    const { core } = settings;
    await settings.change({ 'files.trashKeptDays': 2, 'files.versionsKept': 0 });
    assert.deepEqual([core.trashKeptMs, core.versionsKept], [2 * 24 * 3600 * 1000, 0]);
    await settings.change({ 'files.trashKeptDays': null });
    assert.equal(core.trashKeptMs, 30 * 24 * 3600 * 1000);
  });

  it('take a list as such, or as a variable has it', async () => {
    const settings = await open();
    await settings.change({ 'dlna.viewers': ['192.168.1.20=ann'] });
    assert.deepEqual(settings.dlna.viewers, ['192.168.1.20=ann']);
    await settings.change({ 'dlna.viewers': '192.168.1.20=ann,192.168.1.21=ben' });
    assert.deepEqual(settings.dlna.viewers, ['192.168.1.20=ann', '192.168.1.21=ben']);
    await assert.rejects(settings.change({ 'dlna.viewers': ['the one in the kitchen'] }), { code: 'bad-request' });
    await settings.change({ 'dlna.viewers': null });
    assert.deepEqual(settings.dlna.viewers, []);
  });

  const refused: [changes: Record<string, string | number | boolean>, code: string][] = [
    [{ 'accounts.registration': 'ajar' }, 'bad-request'],
    [{ 'accounts.newRole': 'admin' }, 'bad-request'],
    [{ 'accounts.adminsOpenHomes': 'yes' }, 'bad-request'],
    [{ 'files.defaultQuota': 'much' }, 'bad-request'],
    [{ 'files.trashKeptDays': 0 }, 'bad-request'],
    [{ 'no.such': 1 }, 'bad-request'],
    [{ toString: 1 }, 'bad-request'],
    [{ listen: '127.0.0.1:1' }, 'refused'],
  ];
  for (const [changes, code] of refused) {
    it(`cannot be ${JSON.stringify(changes)}`, async () => {
      const settings = await open();
      await assert.rejects(settings.change({ 'files.versionsKept': 1, ...changes }), { code });
      assert.equal(settings.core.versionsKept, 10);
    });
  }

  it('cannot be anything, and say what they can be', async () => {
    await assert.rejects((await open()).change({ 'accounts.registration': 'ajar' }), {
      message: '"accounts.registration" cannot be "ajar"; it is closed, invitation, approval, open',
    });
  });

  it('change all or none of them', async () => {
    const settings = await open();
    const { store } = world.core;
    const run = store.run.bind(store);
    let operations = 0;
    store.run = (name, args) => {
      operations += 1;
      return operations > 1 ? Promise.reject(new Error('killed')) : run(name, args);
    };
    await settings.change({ 'files.versionsKept': 1, 'files.trashKeptDays': 2 });
    store.run = () => Promise.reject(new Error('killed'));
    await assert.rejects(settings.change({ 'files.versionsKept': 3 }), /killed/);
    store.run = run;
    for (const { core } of [settings, await open()]) {
      assert.deepEqual([core.versionsKept, core.trashKeptMs], [1, 2 * 24 * 3600 * 1000]);
    }
  });

  it('show what the profile says where nothing else does', async () => {
    const settings = await open({ NOSOCIAL_NEW_ROLE: 'normal' });
    await settings.change({ 'accounts.profile': 'open' });
    const shown = new Map(settings.list().map(({ key, ...view }) => [key, view]));
    assert.deepEqual(shown.get('accounts.registration'), { value: 'open', source: 'profile open', isChangeable: true });
    const fixed = { value: 'normal', source: 'NOSOCIAL_NEW_ROLE', isChangeable: false };
    assert.deepEqual(shown.get('accounts.newRole'), fixed);
    const changed = { value: 'open', source: 'changed while running', isChangeable: true };
    assert.deepEqual(shown.get('accounts.profile'), changed);
  });

  it('are as if nothing were stored where that is not understood', async () => {
    await world.core.store.run('setSetting', { key: 'setting:accounts.registration', value: '"by owl"' });
    assert.equal((await open()).core.accounts.registration, 'closed');
  });
});
