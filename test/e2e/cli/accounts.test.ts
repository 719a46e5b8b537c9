import assert from 'node:assert/strict';
import { LIVE_KEYS } from '../../../src/app/live-settings.ts';
import { ApiClient } from '../../support/api-client.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { readJson, runBadly, runWell } from './fixture.ts';

const PASSWORD = 'a password of theirs';

describe('the commands about who has an account', function () {
  this.timeout(120_000);
  let server: TestServer;
  before(async () => {
    server = await startServer({ env: { NOSOCIAL_PUBLIC_URL: 'https://cloud.example.org' } });
    await server.addUser('adam', { password: PASSWORD, role: 'admin' });
  });
  after(() => server.stop());

  it('invite, once the settings let others in', async () => {
    assert.match(await runBadly(server, 4, 'user invite'), /accounts\.registration/);
    assert.match(await runBadly(server, 2, 'settings set accounts.registration ajar'), /cannot be "ajar"/);
    const { said } = await runWell(server, 'settings set accounts.registration invitation');
    assert.match(said, /accounts\.registration is invitation now/);
    assert.match(await runBadly(server, 2, 'user invite --role admin'), /no role to invite to/);

    const { out } = await runWell(server, 'user invite --role normal --quota 5MB --days 2 --uses 3');
    const secret = /^https:\/\/cloud\.example\.org\/join#(\S+)\n$/.exec(out)?.[1];
    assert.ok(secret, out);
    const stranger = new ApiClient(server.url);
    await stranger.ok('register', { body: { name: 'nora', password: PASSWORD, invitation: secret } });
    const nora = (await readJson(server, 'user show nora')) as { role: string; quotaBytes: number };
    assert.deepEqual([nora.role, nora.quotaBytes], ['normal', 5_000_000]);
  });

  it('list and reset settings', async () => {
    const { out } = await runWell(server, 'settings list');
    assert.match(out, /^accounts\.registration +invitation +changed while running$/m);
    assert.match(out, /^files\.defaultQuota +15GB +default$/m);
    assert.match(out, /^dlna\.enabled +false +NOSOCIAL_DLNA$/m);
    const listed = (await readJson(server, 'settings list')) as { key: string }[];
    assert.deepEqual(listed.map(({ key }) => key).toSorted(), LIVE_KEYS.toSorted());
    await runWell(server, 'settings reset accounts.registration');
    assert.match(await runBadly(server, 4, 'user invite'), /closed/);
    assert.match(await runBadly(server, 4, 'settings set publicUrl https://a.example.org'), /cannot be changed/);
    assert.match(await runBadly(server, 2, 'settings set no.such 1'), /no setting "no\.such"/);
  });

  it('let those in who wait', async () => {
    await runWell(server, 'settings set accounts.registration approval');
    await new ApiClient(server.url).ok('register', { body: { name: 'wanda', password: PASSWORD } });
    assert.match((await runWell(server, 'user list')).out, /^wanda .* waiting$/m);
    await runWell(server, 'user enable wanda');
    await ApiClient.login(server.url, { name: 'wanda', password: PASSWORD });
    await runWell(server, 'user remove wanda --delete');
    assert.match(await runBadly(server, 3, 'user show wanda'), /no user "wanda"/);
  });
});
