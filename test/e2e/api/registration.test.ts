import assert from 'node:assert/strict';
import { ApiClient } from '../../support/api-client.ts';
import { DavClient } from '../../support/dav-client.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { auditOf } from './audit-lines.ts';

const ADAM = { name: 'adam', password: 'adam has a password' };
const PASSWORD = 'a password of theirs';

describeOnDatabases('registration', (database) => {
  let server: TestServer;
  let adam: ApiClient;
  let stranger: ApiClient;

  before(async () => {
    server = await startServer({
      database,
      env: { NOSOCIAL_PUBLIC_URL: 'https://cloud.example.org', NOSOCIAL_PROFILE: 'open' },
    });
    stranger = new ApiClient(server.url);
  });
  after(() => server.stop());

  const mode = (registration: string) => adam.ok('changeSettings', { body: { 'accounts.registration': registration } });
  const register = (name: string, more: object = {}) => ({ body: { name, password: PASSWORD, ...more } });
  const invite = async (more: object = {}) => (await adam.ok('createInvitation', { body: more })).body;

  it('is closed while there is no administrator, whatever is set', async () => {
    assert.equal((await stranger.ok('getRegistration')).body.mode, 'closed');
    await stranger.refused('register', 'registration-closed', register('early'));
    await server.addUser('adam', { ...ADAM, role: 'admin' });
    assert.equal((await stranger.ok('getRegistration')).body.mode, 'open');
    assert.equal((await stranger.ok('register', register('early'))).body.role, 'advanced');
    adam = await ApiClient.login(server.url, ADAM);
  });

  it('is closed to all when that is set', async () => {
    await mode('closed');
    assert.equal((await stranger.ok('getRegistration')).body.mode, 'closed');
    await stranger.refused('register', 'registration-closed', register('eve'));
    await stranger.refused('register', 'registration-closed', register('adam', { invitation: 'guessed' }));
    await stranger.refused('familiarRegister', 'registration-closed', register('eve'));
    await adam.refused('createInvitation', 'registration-closed', { body: {} });
  });

  it('lets strangers in where it is open, in the shape of small servers too', async () => {
    await mode('open');
    const { status, body } = await stranger.ok('register', register('Olga'));
    assert.deepEqual([status, body], [201, { name: 'Olga', role: 'advanced', state: 'active' }]);
    await stranger.refused('register', 'already-exists', register('OLGA'));
    await stranger.refused('register', 'bad-name', register('a:b'));
    await stranger.refused('register', 'bad-request', { body: { name: 'short', password: 'short' } });

    const familiar = await stranger.ok('familiarRegister', {
      body: { username: 'oleg', password: PASSWORD, email: 'oleg@example.org', confirm: PASSWORD },
    });
    assert.equal(familiar.status, 201);
    const oleg = new ApiClient(server.url, { 'x-access-token': familiar.body.token as string });
    assert.equal((await oleg.ok('getAccount')).body.name, 'oleg');
    const dav = new DavClient(server.davUrl, { name: 'oleg', password: PASSWORD });
    assert.equal((await dav.request('PUT', 'Mere/first.txt', { body: 'first' })).status, 201);
    dav.close();
  });

  it('gives new accounts the role that is set', async () => {
    await adam.ok('changeSettings', { body: { 'accounts.newRole': 'normal', 'files.defaultQuota': '1MB' } });
    assert.equal((await stranger.ok('register', register('norm'))).body.role, 'normal');
    assert.equal((await adam.ok('getUser', { params: { name: 'norm' } })).body.quotaBytes, 1_000_000);
    await adam.ok('changeSettings', { body: { 'accounts.newRole': null, 'files.defaultQuota': null } });
  });

  it('lets those in who have a link, as often as it says', async () => {
    await mode('invitation');
    await stranger.refused('register', 'registration-closed', register('ivan'));
    const { url, secret, id } = await invite({ role: 'normal', quotaBytes: 5000, maxUses: 2, note: 'for the choir' });
    assert.equal(url, `https://cloud.example.org/join#${secret}`);
    assert.ok(Buffer.from(secret, 'base64url').length >= 16);
    const seen = (await stranger.ok('lookUpInvitation', { body: { invitation: secret } })).body;
    assert.equal(seen.role, 'normal');
    assert.equal(seen.quotaBytes, 5000);

    await stranger.refused('register', 'already-exists', register('adam', { invitation: secret }));
    const { body } = await stranger.ok('register', register('ivan', { invitation: secret }));
    assert.deepEqual(body, { name: 'ivan', role: 'normal', state: 'active' });
    assert.equal((await adam.ok('getUser', { params: { name: 'ivan' } })).body.quotaBytes, 5000);
    await stranger.ok('familiarRegister', register('igor', { invitation: secret }));
    await stranger.refused('register', 'not-found', register('ilja', { invitation: secret }));
    const [listed] = await adam.all('listInvitations');
    assert.equal(listed.id, id);
    assert.equal(listed.state, 'used-up');
    assert.deepEqual(listed.users, ['ivan', 'igor']);
    assert.equal(listed.note, 'for the choir');
    assert.ok(!JSON.stringify(listed).includes(secret));
  });

  it('answers all links alike that are not good', async () => {
    const { secret, id } = await invite();
    await adam.ok('revokeInvitation', { params: { id } });
    await adam.refused('revokeInvitation', 'not-found', { params: { id: 999 } });
    const told = [];
    for (const invitation of [secret, 'no such secret']) {
      told.push((await stranger.refused('lookUpInvitation', 'not-found', { body: { invitation } })).detail);
      // Whether the name is free does not matter either.
      for (const name of ['adam', 'nobody yet']) {
        told.push((await stranger.refused('register', 'not-found', register(name, { invitation }))).detail);
      }
    }
    assert.equal(new Set(told).size, 1);
    assert.equal((await adam.all('listInvitations'))[0].state, 'revoked');
  });

  it('lets exactly one of twenty in who come at once by a link for one', async () => {
    const { secret } = await invite();
    const names = Array.from({ length: 20 }, (_, index) => `racer${index}`);
    const answers = await Promise.all(
      names.map((name) => stranger.call('register', register(name, { invitation: secret }))),
    );
    const statuses = answers.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [201, ...Array.from({ length: 19 }, () => 404)]);
    assert.equal((await adam.all('listUsers', { query: { search: 'racer' } })).length, 1);
  });

  it('lets nobody in by a link while registration is closed', async () => {
    const { secret } = await invite();
    await mode('closed');
    await stranger.refused('lookUpInvitation', 'not-found', { body: { invitation: secret } });
    await stranger.refused('register', 'registration-closed', register('late', { invitation: secret }));
    await mode('invitation');
    await stranger.ok('register', register('late', { invitation: secret }));
  });

  it('has others wait for approval, and tells them so when they know the password', async () => {
    await mode('approval');
    const { status, body } = await stranger.ok('register', register('wanda'));
    assert.deepEqual([status, body.state], [202, 'waiting']);
    const asked = await stranger.ok('familiarRegister', register('walt'));
    assert.equal(asked.status, 202);
    assert.equal(asked.body.token, undefined);

    await stranger.refused('login', 'account-waiting', { body: { username: 'wanda', password: PASSWORD } });
    const wrong = await stranger.refused('login', 'not-authenticated', {
      body: { username: 'wanda', password: 'wrong' },
    });
    const nobody = await stranger.refused('login', 'not-authenticated', {
      body: { username: 'nil', password: 'wrong' },
    });
    assert.equal(wrong.detail, nobody.detail);
    const dav = new DavClient(server.davUrl, { name: 'wanda', password: PASSWORD });
    assert.equal((await dav.request('PROPFIND', '')).status, 401);

    const waiting = await adam.all('listUsers', { query: { state: 'waiting' } });
    assert.deepEqual(
      waiting.map(({ name }) => name),
      ['walt', 'wanda'],
    );
    assert.equal((await adam.ok('approveUser', { params: { name: 'wanda' } })).body.state, 'active');
    assert.equal((await dav.request('PUT', 'Mere/in.txt', { body: 'in' })).status, 201);
    dav.close();
    await adam.refused('approveUser', 'refused', { params: { name: 'wanda' } });
    await adam.refused('declineUser', 'refused', { params: { name: 'wanda' } });
    await adam.ok('declineUser', { params: { name: 'walt' } });
    await adam.refused('getUser', 'not-found', { params: { name: 'walt' } });
    await stranger.refused('login', 'not-authenticated', { body: { username: 'walt', password: PASSWORD } });
  });

  it('tells nobody who is here where accounts wait', async () => {
    const { body } = await stranger.ok('register', register('adam'));
    assert.deepEqual(body, { name: 'adam', role: 'advanced', state: 'waiting' });
    const seen = (await adam.ok('getUser', { params: { name: 'adam' } })).body;
    assert.deepEqual([seen.role, seen.state], ['admin', 'active']);
    await ApiClient.login(server.url, ADAM);
  });

  it('says in the audit log what came to pass', async () => {
    const wanted = [
      'setting-changed',
      'invitation-made',
      'invitation-revoked',
      'user-registered',
      'registration-asked',
      'registration-refused',
      'user-approved',
      'user-declined',
    ];
    const lines = await auditOf(server, (all) => wanted.every((action) => all.some((line) => line.action === action)));
    assert.ok(!JSON.stringify(lines).includes(PASSWORD));
  });

  it('lets one address ask thirty times in ten minutes', async () => {
    await mode('open');
    let refused;
    for (let tries = 0; tries < 31 && !refused; tries += 1) {
      const answer = await stranger.call('register', register('adam'));
      if (answer.status === 429) refused = answer;
    }
    assert.ok(refused);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    // Guesses at links are stopped by the same count.
    await stranger.refused('lookUpInvitation', 'too-many-attempts', { body: { invitation: 'guess' } });
  });
});
