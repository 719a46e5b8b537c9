import assert from 'node:assert/strict';
import { AccountWorld, DAY_MS } from './account-world.ts';

const CLIENT = { address: '192.0.2.1', userAgent: 'Test/1' };
const MINUTE = 60;

describe('sessions', () => {
  let world: AccountWorld;
  beforeEach(async () => {
    world = await AccountWorld.open();
  });
  afterEach(() => world.close());

  const openPage = async () => world.sessions.openPage(await world.ann(), CLIENT);
  const openToken = async () => world.sessions.openToken(await world.ann(), CLIENT);
  const identify = (token: string, kind: 'page' | 'token' = 'page') =>
    world.sessions.identify(token, kind, CLIENT.address);
  const refused = (promise: Promise<unknown>) => assert.rejects(promise, { code: 'not-authenticated' });

  it('know a page by its token for 15 minutes, with one query', async () => {
    const { token, tokenExpiresAtMs } = await openPage();
    assert.equal(tokenExpiresAtMs - world.test.clock.nowMs(), 15 * MINUTE * 1000);
    const before = world.test.core.store.statementCount;
    const { user } = await identify(token);
    assert.equal(world.test.core.store.statementCount - before, 1);
    assert.equal(user.name, 'ann');
    world.advance(15 * MINUTE - 1);
    await identify(token);
    world.advance(1);
    await refused(identify(token));
  });

  it('are known after their token, as long as they are live', async () => {
    const { token, sessionId, user } = await openPage();
    world.advance(15 * MINUTE);
    await refused(identify(token));
    assert.equal((await world.sessions.userOf(sessionId))?.name, 'ann');
    await world.sessions.end(user.id, sessionId);
    assert.equal(await world.sessions.userOf(sessionId), undefined);
  });

  it('know a program by its token for 24 hours', async () => {
    const { token } = await openToken();
    world.advance(24 * 60 * MINUTE - 1);
    await identify(token, 'token');
    world.advance(1);
    await refused(identify(token, 'token'));
  });

  it('take no page for a program, and no program for a page', async () => {
    await refused(identify((await openPage()).token, 'token'));
    await refused(identify((await openToken()).token, 'page'));
  });

  it('begin anew each time', async () => {
    const [one, two] = [await openPage(), await openPage()];
    assert.notEqual(one.sessionId, two.sessionId);
    assert.notEqual(one.renewal, two.renewal);
  });

  it('are renewed, with another token and another secret', async () => {
    const opened = await openPage();
    world.advance(20 * MINUTE);
    await refused(identify(opened.token));
    const renewed = await world.sessions.renew(opened.renewal, CLIENT);
    assert.equal(renewed.sessionId, opened.sessionId);
    assert.notEqual(renewed.renewal, opened.renewal);
    await identify(renewed.token);
    await world.sessions.renew(renewed.renewal, CLIENT);
  });

  it('tell two tabs that renew at once the same', async () => {
    const { renewal } = await openPage();
    const [one, two] = await Promise.all([
      world.sessions.renew(renewal, CLIENT),
      world.sessions.renew(renewal, CLIENT),
    ]);
    assert.equal(one.renewal, two.renewal);
    world.advance(MINUTE);
    assert.equal((await world.sessions.renew(renewal, CLIENT)).renewal, one.renewal, 'the answer may have been lost');
    assert.deepEqual(world.stolen, []);
  });

  it('end when a secret comes back that was replaced long ago', async () => {
    const opened = await openPage();
    const { renewal, token } = await world.sessions.renew(opened.renewal, CLIENT);
    world.advance(MINUTE + 1);
    await refused(world.sessions.renew(opened.renewal, CLIENT));
    assert.deepEqual(world.stolen, ['ann']);
    await refused(world.sessions.renew(renewal, CLIENT));
    await refused(identify(token));
  });

  it('are not renewed by what is no secret', async () => {
    const { renewal, token } = await openPage();
    for (const text of ['', '.', 'x.y', token, renewal.split('.')[1]!]) {
      await refused(world.sessions.renew(text, CLIENT));
    }
    await identify(token);
    assert.deepEqual(world.stolen, []);
  });

  it('end when they are idle, and after their time in any case', async () => {
    const idle = await openPage();
    world.test.clock.advanceMs(30 * DAY_MS);
    await refused(world.sessions.renew(idle.renewal, CLIENT));
    let { renewal } = await openPage();
    for (let days = 0; days < 160; days += 20) {
      world.test.clock.advanceMs(20 * DAY_MS);
      ({ renewal } = await world.sessions.renew(renewal, CLIENT));
    }
    world.test.clock.advanceMs(20 * DAY_MS - 5 * MINUTE * 1000);
    const last = await world.sessions.renew(renewal, CLIENT);
    assert.equal(last.tokenExpiresAtMs - world.test.clock.nowMs(), 5 * MINUTE * 1000, 'no token outlives its session');
    world.advance(5 * MINUTE);
    await refused(world.sessions.renew(last.renewal, CLIENT));
    await refused(identify(last.token));
  });

  it('end from the next request on: one, by an epoch, by being disabled', async () => {
    const { core } = world.test;
    const ann = await world.ann();
    const one = await openPage();
    assert.equal(await world.sessions.end(ann.id, one.sessionId), true);
    await refused(identify(one.token));
    await refused(world.sessions.renew(one.renewal, CLIENT));

    const [page, token] = [await openPage(), await openToken()];
    await world.accounts.logOutEverywhere(ann.id);
    await refused(identify(page.token));
    await refused(identify(token.token, 'token'));

    const other = await openPage();
    await core.store.run('updateUser', { userId: ann.id, isDisabled: true, nowMs: 0 });
    await refused(identify(other.token));
    await core.store.run('updateUser', { userId: ann.id, isDisabled: false, nowMs: 0 });
    await refused(identify(other.token));
  });

  it('go on with a new password, but not with the token of before', async () => {
    const opened = await openPage();
    const changed = await world.accounts.changePassword(await world.ann(), 'staple of battery', opened.sessionId);
    await refused(identify(opened.token));
    const { session } = (await world.test.core.store.sessions.find(opened.sessionId))!;
    await identify((await world.sessions.pageTokenOf(changed, session)).token);
    await world.sessions.renew(opened.renewal, CLIENT);
  });

  it('note their use once a minute, and let nobody wait for it', async () => {
    const { token, sessionId } = await openToken();
    const seenAtMs = async () => (await world.test.core.store.sessions.find(sessionId))!.session.seenAtMs;
    const createdAtMs = await seenAtMs();
    const operations: string[] = [];
    const { store } = world.test.core;
    const run = store.run.bind(store);
    store.run = (name, args) => {
      operations.push(name);
      return run(name, args);
    };
    world.advance(MINUTE - 1);
    await identify(token, 'token');
    assert.deepEqual(operations, []);
    world.advance(1);
    await Promise.all([identify(token, 'token'), identify(token, 'token'), identify(token, 'token')]);
    assert.deepEqual(operations, ['touchSession']);
    // Operations are done in their order: once another is, this one is.
    await run('setSetting', { key: 'x', value: undefined });
    assert.equal(await seenAtMs(), createdAtMs + MINUTE * 1000);
  });

  it('keep of a client what fits', async () => {
    const client = { address: 'a'.repeat(100), userAgent: `${'é'.repeat(200)}\ud800` };
    const { sessionId } = await world.sessions.openPage(await world.ann(), client);
    const [session] = await world.sessions.list((await world.ann()).id);
    assert.equal(session?.id, sessionId);
    assert.equal(session.userAgent, 'é'.repeat(127));
    assert.equal(session.address, 'a'.repeat(64));
  });

  it('are forgotten past their time', async () => {
    await openToken();
    await openPage();
    world.test.clock.advanceMs(DAY_MS);
    assert.equal(await world.sessions.removeExpired(), 1);
    world.test.clock.advanceMs(30 * DAY_MS);
    assert.equal(await world.sessions.removeExpired(), 1);
    assert.equal(await world.sessions.removeExpired(), 0);
  });
});
