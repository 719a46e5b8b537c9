import assert from 'node:assert/strict';
import { ApiClient } from '../../support/api-client.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { DavClient } from '../../support/dav-client.ts';
import { EventClient } from './event-client.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const PASSWORD = 'correct horse';

describeOnDatabases('changes over the API', function (database) {
  this.timeout(120_000);
  let server: TestServer;
  const tokens = new Map<string, string>();
  const davs = new Map<string, DavClient>();
  const streams: EventClient[] = [];

  before(async () => {
    // Whoever waited for those who listen would wait too long.
    server = await startServer({ database, env: { NOSOCIAL_SHUTDOWN_GRACE_SECONDS: '600' } });
    for (const [name, role] of [
      ['anna', 'admin'],
      ['ben', 'advanced'],
      ['nora', 'normal'],
    ] as const) {
      await server.addUser(name, { password: PASSWORD, role });
      tokens.set(name, await login(name));
      davs.set(name, new DavClient(server.davUrl, { name, password: PASSWORD }));
    }
  });
  after(async () => {
    for (const dav of davs.values()) dav.close();
    await server.stop();
  });
  afterEach(() => {
    for (const stream of streams.splice(0)) stream.close();
  });

  async function login(name: string): Promise<string> {
    const { body } = await new ApiClient(server.url).ok('login', { body: { username: name, password: PASSWORD } });
    return body.token as string;
  }
  const api = (name: string) => new ApiClient(server.url, tokens.get(name));
  const dav = (name: string) => davs.get(name)!;
  const listen = async (name: string, lastEventId?: string, token = tokens.get(name)!) => {
    const stream = await EventClient.open(server.url, { Authorization: `Bearer ${token}` }, lastEventId);
    streams.push(stream);
    return stream;
  };
  const to = (path: string) => ({ headers: { destination: `/dav/${path}` } });

  describe('events', () => {
    it('tell what happens as it happens, in words, to those who may see it', async () => {
      const stream = await listen('ben');
      assert.equal(stream.headers.get('content-type'), 'text/event-stream; charset=utf-8');
      assert.equal(stream.headers.get('x-accel-buffering'), 'no');
      assert.equal((await stream.next())!.event, 'ready');
      const told = async () => {
        const { data } = await stream.nextOf('change');
        return [data.action, data.kind, data.path, data.by, data.from?.path];
      };
      await dav('anna').makeCollection('Workspace/told');
      assert.deepEqual(await told(), ['created', 'folder', '/Workspace/told', 'anna', undefined]);
      await dav('anna').put('Workspace/told/a b.txt', 'one');
      const { data: made } = await stream.nextOf('change');
      assert.equal(made.entry.path, '/Workspace/told/a b.txt');
      assert.equal(made.entry.sizeBytes, 3);
      assert.equal(made.entry.owner, 'anna');
      await dav('anna').put('Workspace/told/a b.txt', 'three');
      assert.deepEqual(await told(), ['changed', 'file', '/Workspace/told/a b.txt', 'anna', undefined]);
      await dav('anna').expect(201, 'MOVE', 'Workspace/told/a b.txt', to('Workspace/told/c'));
      assert.deepEqual(await told(), ['renamed', 'file', '/Workspace/told/c', 'anna', '/Workspace/told/a b.txt']);
      await dav('anna').expect(201, 'MOVE', 'Workspace/told/c', to('Workspace/c'));
      assert.deepEqual(await told(), ['moved', 'file', '/Workspace/c', 'anna', '/Workspace/told/c']);
      await dav('anna').expect(201, 'MOVE', 'Workspace/c', to('Mere/c'));
      assert.deepEqual(await told(), ['removed', 'file', '/Workspace/c', 'anna', undefined]);
      await dav('anna').expect(201, 'MOVE', 'Mere/c', to('Public/c'));
      assert.deepEqual(await told(), ['created', 'file', '/Public/c', 'anna', undefined]);
      await dav('anna').expect(201, 'COPY', 'Public/c', to('Workspace/told/copy'));
      assert.deepEqual(await told(), ['copied', 'file', '/Workspace/told/copy', 'anna', undefined]);
      await dav('anna').expect(204, 'DELETE', 'Workspace/told');
      assert.deepEqual(await told(), ['trashed', 'folder', '/Workspace/told', 'anna', undefined]);
      await dav('anna').expect(204, 'DELETE', 'Public/c');
      assert.deepEqual(await told(), ['trashed', 'file', '/Public/c', 'anna', undefined]);
    });

    it('of a move between two spaces that one sees are one', async () => {
      const stream = await listen('anna');
      await dav('anna').put('Mere/mine', '1');
      assert.equal((await stream.nextOf('change')).data.action, 'created');
      await dav('anna').expect(201, 'MOVE', 'Mere/mine', to('Workspace/ours'));
      const { data } = await stream.nextOf('change');
      assert.deepEqual([data.action, data.path, data.from.path], ['moved', '/Workspace/ours', '/Mere/mine']);
      await dav('anna').expect(204, 'DELETE', 'Workspace/ours');
      assert.equal((await stream.nextOf('change')).data.action, 'trashed');
    });

    it('never tell of the homes of others, nor of what Finder keeps for itself', async () => {
      const stream = await listen('nora');
      const finder = { headers: { 'user-agent': 'WebDAVFS/3.0.0 (03008000) Darwin/23.0.0' }, body: 'x' };
      await dav('anna').put('Mere/secret', '1');
      await dav('anna').expect(201, 'PUT', 'Workspace/._x', finder);
      await dav('anna').put('Workspace/seen', '1');
      assert.equal((await stream.nextOf('change')).data.path, '/Workspace/seen');
    });

    it('and activity tell an app password for one folder of that folder alone', async () => {
      await dav('ben').makeCollection('Mere/phone');
      const body = { name: 'phone', folder: '/Mere/phone' };
      const { password } = (await api('ben').ok('createAppPassword', { body })).body;
      const stream = await listen('ben', undefined, password as string);
      await stream.nextOf('ready');
      await dav('ben').put('Mere/outside', 'x');
      await dav('ben').expect(204, 'DELETE', 'Mere/outside');
      await dav('anna').put('Workspace/outside', 'x');
      await dav('ben').put('Mere/phone/inside', 'x');
      const { data } = await stream.nextOf('change');
      assert.deepEqual([data.path, data.entry.path], ['/inside', '/inside']);
      await dav('ben').expect(201, 'MOVE', 'Mere/phone/inside', to('Mere/secret'));
      const { data: out } = await stream.nextOf('change');
      assert.deepEqual([out.action, out.path, out.from], ['removed', '/inside', undefined]);
      await dav('ben').expect(201, 'MOVE', 'Mere/secret', to('Mere/phone/in'));
      const { data: back } = await stream.nextOf('change');
      assert.deepEqual([back.action, back.path, back.from], ['created', '/in', undefined]);
      await dav('ben').expect(204, 'DELETE', 'Mere/phone/in');
      assert.deepEqual((await stream.nextOf('change')).data.path, '/in');
      const items = await new ApiClient(server.url, password as string).all('listActivity');
      assert.ok(items.length > 0 && items.every(({ folder }) => folder === '/'), JSON.stringify(items));
      assert.doesNotMatch(JSON.stringify(items), /outside|secret/);
    });

    it('go on where they broke off, also when the server was killed', async () => {
      const stream = await listen('ben');
      await dav('ben').put('Mere/r0', '0');
      await stream.nextOf('change');
      stream.close();
      const lastEventId = stream.lastEventId;
      for (const name of ['r1', 'r2']) await dav('ben').put(`Mere/${name}`, name);
      await dav('anna').put('Workspace/r3', '3');
      await server.kill();
      await server.restart();
      await dav('ben').put('Mere/r4', '4');

      const again = await listen('ben', lastEventId);
      const names = new Set<string>();
      while (names.size < 4) names.add((await again.nextOf('change')).data.name as string);
      assert.deepEqual([...names].sort(), ['r1', 'r2', 'r3', 'r4']);
      await dav('ben').put('Mere/r5', '5');
      assert.equal((await again.nextOf('change')).data.name, 'r5');

      const inBetween = await listen('ben', again.lastEventId);
      assert.equal((await inBetween.next())!.event, 'ready');
      for (const unknown of ['nonsense', lastEventId!.replace(/^[0-9a-f]+/, 'abc'), `${lastEventId},9.9.9x`]) {
        const reset = await listen('ben', unknown);
        assert.equal((await reset.next())!.event, 'reset');
        await dav('ben').put('Mere/r5', 'again');
        assert.equal((await reset.nextOf('change')).data.action, 'changed');
      }
    });

    it('say how much of the quota is used', async () => {
      const stream = await listen('ben');
      await stream.nextOf('ready');
      await dav('ben').put('Mere/large', 'x'.repeat(1000));
      const { data } = await stream.nextOf('quota');
      await dav('ben').put('Mere/larger', 'x'.repeat(500));
      assert.equal((await stream.nextOf('quota')).data.usedBytes - (data.usedBytes as number), 500);
    });

    it('tell who began a job how far it is, and nobody else', async () => {
      const [stream, other] = await Promise.all([listen('anna'), listen('ben')]);
      await Promise.all([stream.nextOf('ready'), other.nextOf('ready')]);
      const { body: job } = await api('anna').ok('rebuildSearchIndex');
      let state: string | undefined;
      while (state !== 'done') {
        const { data } = await stream.nextOf('job');
        assert.deepEqual([data.id, data.kind], [job.id, 'rebuild-search']);
        ({ state } = data);
      }
      await dav('anna').put('Workspace/after the job', 'x');
      assert.equal((await other.next())!.event, 'change');
    });

    it('end with the session', async () => {
      const token = await login('ben');
      const stream = await listen('ben', undefined, token);
      await stream.nextOf('ready');
      await new ApiClient(server.url, token).ok('logOutEverywhere');
      await stream.nextOf('end');
      assert.equal(await stream.next(), undefined);
      tokens.set('ben', await login('ben'));
    });

    it('are for so many at once only', async () => {
      const open = await Promise.all(Array.from({ length: 20 }, () => listen('nora')));
      const more = await fetch(`${server.url}/api/v1/events`, {
        headers: { Authorization: `Bearer ${tokens.get('nora')!}` },
      });
      assert.equal(more.status, 503);
      await more.body?.cancel();
      assert.equal((await fetch(`${server.url}/api/v1/events`)).status, 401);
      for (const stream of open) stream.close();
    });
  });

  describe('activity', () => {
    it('says who did what, alike things together', async () => {
      await dav('anna').makeCollection('Workspace/act');
      for (let count = 0; count < 12; count += 1) await dav('anna').put(`Workspace/act/f${count}`, 'x');
      await dav('ben').put('Workspace/act/by ben', 'x');
      await dav('anna').expect(204, 'DELETE', 'Workspace/act/f3');
      const items = await api('ben').all('listActivity', { query: { below: '/Workspace/act' } });
      const told = items.map(({ action, by, count, folder }) => [action, by, count, folder]);
      assert.deepEqual(told, [
        ['trashed', 'anna', 1, '/Workspace/act'],
        ['created', 'ben', 1, '/Workspace/act'],
        ['created', 'anna', 12, '/Workspace/act'],
      ]);
      assert.equal(items[2].changes.length, 5);
      assert.equal(items[2].changes[0].path, '/Workspace/act/f11');
      const own = await api('anna').all('listActivity', { query: { user: 'ben', below: '/Workspace/act', limit: 1 } });
      assert.deepEqual(
        own.map(({ by }) => by),
        ['ben'],
      );
      const removed = await api('anna').all('listActivity', { query: { action: 'trashed', below: '/Workspace/act' } });
      assert.equal(removed.length, 1);
    });

    it('of one file says what happened to that, wherever it was', async () => {
      await dav('anna').put('Workspace/act/one', 'x');
      await dav('anna').put('Workspace/act/another', 'x');
      await api('anna').ok('renameFile', { body: { path: '/Workspace/act/one', name: 'named' } });
      await api('anna').ok('moveFile', { body: { path: '/Workspace/act/named', to: '/Workspace/named' } });
      const items = await api('ben').all('listActivity', { query: { below: '/Workspace/named' } });
      const told = items.map(({ action, count }) => [action, count]);
      assert.deepEqual(told, [
        ['moved', 1],
        ['renamed', 1],
        ['created', 1],
      ]);
      await dav('anna').put('Mere/own', 'x');
      await api('ben').refused('listActivity', 'not-found', { query: { below: '/Mere/own' } });
    });

    it('comes in pages, and shows nobody the home of another', async () => {
      await dav('anna').put('Mere/hidden', 'x');
      const whole = (await api('anna').ok('listActivity')).body.items as any[];
      const pages = await api('anna').all('listActivity', { query: { limit: 2 } });
      const changesOf = (items: any[]) => new Set(items.flatMap(({ changes }) => changes.map((each: any) => each.id)));
      for (const id of changesOf(whole)) assert.ok(changesOf(pages).has(id));
      const others = JSON.stringify(await api('nora').all('listActivity'));
      assert.ok(!others.includes('hidden') && !others.includes('Mere'), others);
      await api('nora').refused('listActivity', 'not-found', { query: { below: '/Mere' } });
      await api('nora').refused('listActivity', 'bad-request', { query: { cursor: 'x' } });
    });
  });

  describe('the audit log', () => {
    it('is for administrators, in pages and filtered', async () => {
      await api('ben').refused('listAudit', 'forbidden');
      await dav('ben').put('Mere/gone', 'x');
      await dav('ben').expect(204, 'DELETE', 'Mere/gone');
      const deleted = await api('anna').all('listAudit', { query: { user: 'ben', action: 'deleted', limit: 1 } });
      assert.ok(deleted.some(({ target }) => target.endsWith('/Mere/gone')));
      assert.ok(deleted.every(({ user }) => user === 'ben'));
      const whole = await api('anna').all('listAudit');
      const inPages = await api('anna').all('listAudit', { query: { limit: 3 } });
      assert.deepEqual(inPages.slice(-10), whole.slice(-10));
      const times = whole.map(({ at }) => Date.parse(at as string));
      assert.deepEqual(
        times,
        times.toSorted((a, b) => b - a),
      );
      const since = whole[2].at as string;
      const latest = await api('anna').all('listAudit', { query: { since } });
      assert.ok(latest.length >= 3 && latest.every(({ at }) => at >= since));
      const lost = Buffer.from(JSON.stringify({ file: 1, offset: 1 })).toString('base64url');
      await api('anna').refused('listAudit', 'position-unknown', { query: { cursor: lost } });
    });

    it('shows everybody what happened to their own account', async () => {
      const guess = { body: { username: 'BEN', password: 'a guess' } };
      await new ApiClient(server.url).refused('login', 'not-authenticated', guess);
      const items = await api('ben').all('listAccountEvents');
      assert.ok(items.some(({ action }) => action === 'login'));
      assert.ok(items.some(({ action, user }) => action === 'login-failed' && user === 'BEN'));
      assert.ok(items.every(({ user, target }) => /^ben$/i.test(user) || target === 'ben'));
      assert.ok(!items.some(({ action }) => action === 'deleted'));
    });

    it('shows nobody what happened to an earlier account of the same name', async () => {
      const eve = { name: 'eve', password: 'eve has a password' };
      for (let account = 0; account < 2; account++) {
        await api('anna').ok('createUser', { body: eve });
        const items = await (await ApiClient.login(server.url, eve)).all('listAccountEvents');
        assert.deepEqual(
          items.map(({ action }) => action),
          ['login'],
        );
        if (account === 0) await api('anna').ok('removeUser', { params: { name: 'eve' } });
      }
    });
  });

  it('lets those who listen go when it ends', async () => {
    const stream = await listen('anna');
    await stream.nextOf('ready');
    assert.equal(await server.end(), 0);
    while ((await stream.next()) !== undefined);
    await server.restart();
  });
});
