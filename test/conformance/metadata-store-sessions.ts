import assert from 'node:assert/strict';
import type { CreateSession, RenewSession } from '../../src/core/ports/session-operations.ts';
import { assertFails, World, type Backend } from './metadata-store-world.ts';

const HOUR_MS = 3600_000;

export function describeSessions(prepare: () => Promise<Backend>): void {
  describe('sessions', () => {
    let world: World;
    beforeEach(async () => {
      world = await World.open(await prepare());
    });
    afterEach(() => world.backend.remove());

    const create = async (sessionId: string, more: Partial<CreateSession> = {}) => {
      const userId = more.userId ?? world.ann;
      const { epoch } = (await world.store.getUser(userId))!;
      await world.store.run('createSession', {
        sessionId,
        userId,
        kind: 'page',
        epoch,
        secretHash: `${sessionId} secret 1`,
        userAgent: 'Agent/1 é',
        address: '192.0.2.1',
        expiresAtMs: world.now + 10 * HOUR_MS,
        maxSessions: 100,
        nowMs: world.now,
        ...more,
      });
    };
    const renew = async (sessionId: string, secretHash: string, more: Partial<RenewSession> = {}) => {
      const { outcome } = await world.store.run('renewSession', {
        sessionId,
        secretHash,
        nextHash: `${secretHash}+`,
        address: '192.0.2.2',
        graceMs: 60_000,
        idleSinceMs: world.now - HOUR_MS,
        nowMs: world.now,
        ...more,
      });
      return outcome;
    };
    const list = async (userId = world.ann) => {
      const when = { nowMs: world.now, idleSinceMs: world.now - HOUR_MS };
      return (await world.store.sessions.list(userId, when)).map(({ id }) => id);
    };
    const advance = (ms: number) => {
      world.clock.ms += ms;
    };

    it('are found with their user, in one statement', async () => {
      await create('one');
      const before = world.store.statementCount;
      const found = await world.store.sessions.find('one');
      assert.equal(world.store.statementCount - before, 1);
      assert.ok(found);
      assert.deepEqual(found.user, await world.store.getUser(world.ann));
      assert.deepEqual(found.session, {
        id: 'one',
        userId: world.ann,
        kind: 'page',
        epoch: found.user.epoch,
        userAgent: 'Agent/1 é',
        address: '192.0.2.1',
        createdAtMs: world.now,
        seenAtMs: world.now,
        expiresAtMs: world.now + 10 * HOUR_MS,
      });
      assert.equal(await world.store.sessions.find('two'), undefined);
    });

    it('are listed by their last use, each user’s own', async () => {
      await create('a');
      await create('b', { kind: 'token', secretHash: undefined });
      await create('c', { userId: world.bob });
      advance(1000);
      await world.store.run('touchSession', { sessionId: 'a', address: '192.0.2.9', nowMs: world.now });
      await world.store.run('touchSession', { sessionId: 'none', address: '192.0.2.9', nowMs: world.now });
      assert.deepEqual(await list(), ['a', 'b']);
      assert.deepEqual(await list(world.bob), ['c']);
      const { session } = (await world.store.sessions.find('a'))!;
      assert.equal(session.seenAtMs, world.now);
      assert.equal(session.address, '192.0.2.9');
    });

    it('are not listed past their time, idle, or of an epoch before', async () => {
      await create('short', { expiresAtMs: world.now + 1000 });
      await create('page');
      await create('token', { kind: 'token', secretHash: undefined });
      advance(1000);
      assert.deepEqual(await list(), ['page', 'token']);
      advance(HOUR_MS);
      assert.deepEqual(await list(), ['token'], 'tokens are not renewed, and so not idle');
      await world.store.run('updateUser', { userId: world.ann, passwordHash: 'other', nowMs: world.now });
      assert.deepEqual(await list(), []);
    });

    it('begin only at the epoch at which the password was checked', async () => {
      const { epoch } = (await world.store.getUser(world.ann))!;
      await world.store.run('logOutEverywhere', { userId: world.ann });
      await assertFails(create('late', { epoch }), 'precondition-failed');
      assert.deepEqual(await list(), []);
    });

    it('give way, the longest unused first, past so many of a kind', async () => {
      for (const id of ['a', 'b', 'c']) {
        await create(id, { maxSessions: 2 });
        advance(1000);
      }
      await create('token', { kind: 'token', secretHash: undefined, maxSessions: 2 });
      assert.deepEqual(await list(), ['token', 'c', 'b']);
    });

    it('are renewed by their secret, and by the one before only for a while', async () => {
      await create('one');
      assert.equal(await renew('one', 'one secret 1'), 'renewed');
      assert.equal(await renew('one', 'one secret 1'), 'repeated');
      advance(60_000);
      assert.equal(await renew('one', 'one secret 1'), 'repeated');
      assert.equal(await renew('one', 'one secret 1+'), 'renewed');
      const { session } = (await world.store.sessions.find('one'))!;
      assert.equal(session.seenAtMs, world.now);
      assert.equal(session.address, '192.0.2.2');
    });

    it('end when a secret comes back that was replaced long ago', async () => {
      await create('one');
      assert.equal(await renew('one', 'one secret 1'), 'renewed');
      advance(60_001);
      const args = { sessionId: 'one', secretHash: 'one secret 1', nextHash: 'x', address: '', graceMs: 60_000 };
      const result = await world.store.run('renewSession', { ...args, idleSinceMs: 0, nowMs: world.now });
      assert.deepEqual(result, { outcome: 'stolen', userName: 'Ann' });
      assert.equal(await world.store.sessions.find('one'), undefined);
      assert.equal(await renew('one', 'one secret 1+'), 'ended');
    });

    it('end when anybody guesses at a secret', async () => {
      await create('one');
      assert.equal(await renew('one', 'another'), 'stolen');
      assert.deepEqual(await list(), []);
    });

    it('are not renewed past their time, idle, at another epoch, for a disabled user, or without a secret', async () => {
      await create('short', { expiresAtMs: world.now + 1000 });
      await create('idle');
      await create('token', { kind: 'token', secretHash: undefined });
      assert.equal(await renew('token', ''), 'ended');
      advance(1000);
      assert.equal(await renew('short', 'short secret 1'), 'ended');
      advance(HOUR_MS);
      assert.equal(await renew('idle', 'idle secret 1'), 'ended');
      await create('epoch');
      await world.store.run('updateUser', { userId: world.ann, isDisabled: true, nowMs: world.now });
      assert.equal(await renew('epoch', 'epoch secret 1'), 'ended');
      await create('disabled');
      assert.equal(await renew('disabled', 'disabled secret 1'), 'ended');
    });

    it('end one by one, all others, and all', async () => {
      for (const id of ['a', 'b', 'c', 'd']) await create(id);
      await create('bobs', { userId: world.bob });
      const end = (userId: number, sessionId: string) => world.store.run('endSession', { userId, sessionId });
      assert.deepEqual(await end(world.ann, 'a'), { hasEnded: true });
      assert.deepEqual(await end(world.ann, 'a'), { hasEnded: false });
      assert.deepEqual(await end(world.ann, 'bobs'), { hasEnded: false });
      const others = await world.store.run('endOtherSessions', { userId: world.ann, keptSessionId: 'b' });
      assert.deepEqual(others, { ended: 2 });
      assert.deepEqual(await list(), ['b']);
      const { epoch } = (await world.store.getUser(world.ann))!;
      await world.store.run('logOutEverywhere', { userId: world.ann });
      assert.equal((await world.store.getUser(world.ann))!.epoch, epoch + 1);
      assert.equal(await world.store.sessions.find('b'), undefined);
      assert.deepEqual(await list(world.bob), ['bobs']);
      await assertFails(world.store.run('logOutEverywhere', { userId: 999 }), 'not-found');
    });

    it('go with a new password, but for the one that asks', async () => {
      for (const id of ['a', 'b']) await create(id);
      const { epoch } = (await world.store.getUser(world.ann))!;
      const change = { userId: world.ann, epoch, passwordHash: 'new', keptSessionId: 'a' };
      assert.deepEqual(await world.store.run('changePassword', change), { epoch: epoch + 1 });
      const { user, session } = (await world.store.sessions.find('a'))!;
      assert.equal(user.passwordHash, 'new');
      assert.equal(user.epoch, epoch + 1);
      assert.equal(session.epoch, epoch + 1);
      assert.deepEqual(await list(), ['a']);
      await assertFails(world.store.run('changePassword', change), 'precondition-failed');
      await world.store.run('changePassword', { ...change, epoch: epoch + 1, keptSessionId: undefined });
      assert.deepEqual(await list(), []);
    });

    it('are removed past their time, some at a time', async () => {
      for (const id of ['a', 'b', 'c']) await create(id, { expiresAtMs: world.now + 1000 });
      await create('idle');
      await create('token', { kind: 'token', secretHash: undefined });
      advance(HOUR_MS);
      await create('live');
      const expire = (limit: number) =>
        world.store.run('expireSessions', { nowMs: world.now, idleSinceMs: world.now - HOUR_MS, limit });
      assert.deepEqual(await expire(3), { removed: 3 });
      assert.deepEqual(await expire(3), { removed: 1 });
      assert.deepEqual(await expire(3), { removed: 0 });
      for (const id of ['token', 'live']) assert.ok(await world.store.sessions.find(id), id);
    });
  });

  describe('second factors', () => {
    let world: World;
    beforeEach(async () => {
      world = await World.open(await prepare());
    });
    afterEach(() => world.backend.remove());

    const begin = (sealedSecret: string) =>
      world.store.run('beginSecondFactor', { userId: world.ann, sealedSecret, nowMs: world.now });
    const confirm = (sealedSecret: string, codeHashes: string[] = ['one', 'two']) =>
      world.store.run('confirmSecondFactor', { userId: world.ann, sealedSecret, step: 100, codeHashes });
    const step = async (value: number) =>
      (await world.store.run('takeSecondFactorStep', { userId: world.ann, step: value })).isTaken;
    const recover = async (codeHash: string, userId = world.ann) =>
      (await world.store.run('takeRecoveryCode', { userId, codeHash })).isTaken;
    const isOn = async () => (await world.store.getUser(world.ann))!.hasSecondFactor;

    it('count once they are confirmed', async () => {
      assert.equal(await world.store.sessions.secondFactor(world.ann), undefined);
      await begin('first');
      await begin('second');
      assert.equal(await isOn(), false);
      assert.equal(await step(101), false);
      await assertFails(confirm('first'), 'refused');
      await confirm('second');
      assert.equal(await isOn(), true);
      assert.deepEqual(await world.store.sessions.secondFactor(world.ann), {
        sealedSecret: 'second',
        isConfirmed: true,
        recoveryCodesLeft: 2,
      });
      await assertFails(confirm('second'), 'refused');
      await assertFails(begin('third'), 'refused');
    });

    it('take each time step once, and none before the last', async () => {
      await begin('secret');
      await confirm('secret');
      assert.equal(await step(100), false, 'it was shown to confirm');
      assert.equal(await step(101), true);
      assert.equal(await step(101), false);
      assert.equal(await step(100), false);
      const both = await Promise.all([step(102), step(102)]);
      assert.deepEqual(both.toSorted(), [false, true]);
    });

    it('take each recovery code once, of its own user', async () => {
      await begin('secret');
      await confirm('secret');
      assert.equal(await recover('one', world.bob), false);
      const both = await Promise.all([recover('one'), recover('one')]);
      assert.deepEqual(both.toSorted(), [false, true]);
      await world.store.run('replaceRecoveryCodes', { userId: world.ann, codeHashes: ['three'] });
      assert.equal(await recover('two'), false);
      assert.equal((await world.store.sessions.secondFactor(world.ann))?.recoveryCodesLeft, 1);
      await assertFails(world.store.run('replaceRecoveryCodes', { userId: world.bob, codeHashes: ['x'] }), 'refused');
    });

    it('leave nothing behind when they are switched off, or their user goes', async () => {
      for (const remove of ['removeSecondFactor', 'removeUser'] as const) {
        await begin('secret');
        await confirm('secret');
        await world.store.run(remove, { userId: world.ann, nowMs: world.now });
        assert.equal(await world.store.sessions.secondFactor(world.ann), undefined);
        assert.equal(await recover('one'), false);
        if (remove === 'removeSecondFactor') assert.equal(await isOn(), false);
      }
    });
  });
}
