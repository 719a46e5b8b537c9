import assert from 'node:assert/strict';
import { startRemoval } from './metadata-store-leaving.ts';
import { assertFails, World, type Backend } from './metadata-store-world.ts';

/** How accounts come by invitation, and who is there. */
export function describeJoining(prepare: () => Promise<Backend>): void {
  let world: World;
  const open = async (): Promise<void> => {
    world = await World.open(await prepare());
  };

  describe('invitations and logins', () => {
    let adam: number;
    beforeEach(async () => {
      await open();
      adam = await world.addUser('Adam', 'admin');
    });
    afterEach(() => world.backend.remove());

    const invite = (secretHash: string, maxUses = 1) =>
      world.store.run('createInvitation', {
        secretHash,
        role: 'normal',
        quotaBytes: 500,
        note: 'for Zoé',
        maxUses,
        createdBy: adam,
        expiresAtMs: world.now + 1000,
        nowMs: world.now,
      });
    const join = (name: string, invitationId: number) =>
      world.store.run('createUser', {
        name,
        passwordHash: 'hash',
        role: 'normal',
        quotaBytes: 500,
        homeAreas: undefined,
        onlyIfFirst: false,
        invitationId,
        nowMs: world.now,
      });
    const { accounts } = { accounts: () => world.store.accounts };

    it('are found by the hash of their secret, and say who came', async () => {
      const { invitationId } = await invite('one', 2);
      await join('Eve', invitationId);
      const found = await accounts().findInvitation('one');
      assert.deepEqual(found, {
        id: invitationId,
        role: 'normal',
        quotaBytes: 500,
        note: 'for Zoé',
        maxUses: 2,
        uses: 1,
        createdByName: 'Adam',
        createdAtMs: world.now,
        expiresAtMs: world.now + 1000,
        revokedAtMs: undefined,
        isByAdministrator: true,
      });
      assert.equal(await accounts().findInvitation('two'), undefined);
      assert.deepEqual(await accounts().listInvited([invitationId]), [{ invitationId, userName: 'Eve' }]);
    });

    it('are used as often as they say, also by many at once', async () => {
      const { invitationId } = await invite('one', 3);
      const joining = Array.from({ length: 8 }, (_, index) => join(`user ${index}`, invitationId));
      const outcomes = await Promise.allSettled(joining);
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 3);
      assert.equal((await accounts().findInvitation('one'))?.uses, 3);
    });

    it('keep their use when the name is taken', async () => {
      const { invitationId } = await invite('one');
      await assertFails(join('BOB', invitationId), 'already-exists');
      assert.equal((await accounts().findInvitation('one'))?.uses, 0);
      await join('Eve', invitationId);
    });

    it('let nobody in once they are revoked or past their time', async () => {
      const [revoked, late] = [await invite('one'), await invite('two')];
      await world.store.run('revokeInvitation', { ...revoked, nowMs: world.now });
      await world.store.run('revokeInvitation', { ...revoked, nowMs: world.now + 5 });
      assert.equal((await accounts().findInvitation('one'))?.revokedAtMs, world.now);
      await assertFails(join('Eve', revoked.invitationId), 'not-found');
      world.clock.ms += 1000;
      await assertFails(join('Eve', late.invitationId), 'not-found');
      await assertFails(world.store.run('revokeInvitation', { invitationId: 999, nowMs: world.now }), 'not-found');
      const ids = (await accounts().listInvitations({ beforeId: undefined, limit: 1 })).map(({ id }) => id);
      assert.deepEqual(ids, [late.invitationId]);
      const rest = await accounts().listInvitations({ beforeId: ids[0], limit: 10 });
      assert.deepEqual(
        rest.map(({ id }) => id),
        [revoked.invitationId],
      );
    });

    it('let nobody in once who made them administrates no more', async () => {
      const { invitationId } = await invite('one');
      const changes = [{ role: 'advanced' }, { role: 'admin', isDisabled: true }] as const;
      for (const change of changes) {
        await world.store.run('updateUser', { userId: adam, ...change, nowMs: world.now });
        await assertFails(join('Eve', invitationId), 'not-found');
        assert.equal((await accounts().findInvitation('one'))?.isByAdministrator, false);
      }
      await world.store.run('removeUser', { userId: adam, nowMs: world.now });
      await assertFails(join('Eve', invitationId), 'not-found');
      const ofMachine = { secretHash: 'two', role: 'normal', quotaBytes: 1, note: '', maxUses: 1 } as const;
      const times = { expiresAtMs: world.now + 1000, nowMs: world.now };
      const made = await world.store.run('createInvitation', { ...ofMachine, createdBy: 0, ...times });
      await join('Eve', made.invitationId);
    });

    it('keeps settings, several in one', async () => {
      const set = (values: Record<string, string | undefined>) =>
        world.store.run(
          'setSettings',
          Object.entries(values).map(([key, value]) => ({ key, value })),
        );
      await set({ one: '1', two: '2' });
      await set({ one: undefined, two: '3' });
      assert.deepEqual([await world.store.getSetting('one'), await world.store.getSetting('two')], [undefined, '3']);
    });

    it('notes a login now and then', async () => {
      const note = () =>
        world.store.run('noteLogin', { userName: 'ANN', olderThanMs: world.now - 60_000, nowMs: world.now });
      const last = async () => (await world.store.getUser(world.ann))?.lastLoginAtMs;
      assert.equal(await last(), undefined);
      const firstMs = world.now;
      await note();
      world.clock.ms += 1000;
      await note();
      assert.equal(await last(), firstMs);
      world.clock.ms += 60_000;
      await note();
      assert.equal(await last(), world.now);
    });

    it('notes from where a user logged in, the last few places, as long as the user is there', async () => {
      const note = (clientHash: string, userId = world.ann) =>
        world.store.run('noteClient', { userId, clientHash, maxPerUser: 3, nowMs: world.now });
      const at = (clientHash: string, userId = world.ann) => accounts().clientNotedAtMs(userId, clientHash);
      await note('a', world.bob);
      const firstMs = world.now;
      for (const clientHash of ['a', 'b', 'c', 'a', 'd']) {
        world.clock.ms += 1000;
        await note(clientHash);
      }
      const noted = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((clientHash) => at(clientHash)));
      assert.deepEqual(noted, [firstMs + 4000, undefined, firstMs + 3000, firstMs + 5000, undefined]);
      assert.equal(await at('a', world.bob), firstMs);
      await Promise.all(Array.from({ length: 8 }, () => note('e')));
      assert.equal(await at('e'), world.now);
      await world.store.run('removeUser', { userId: world.bob, nowMs: world.now });
      assert.equal(await at('a', world.bob), undefined);
      await note('a', world.bob);
      assert.equal(await at('a', world.bob), undefined);
    });

    it('lists users by name, part, role and state', async () => {
      const waiting = {
        passwordHash: 'hash',
        quotaBytes: 1,
        homeAreas: undefined,
        onlyIfFirst: false,
        nowMs: world.now,
      };
      await world.store.run('createUser', { ...waiting, name: 'Zoé', role: 'normal', isWaiting: true });
      const carl = await world.addUser('carl', 'admin');
      await world.store.run('updateUser', { userId: carl, isDisabled: true, nowMs: world.now });
      await startRemoval(world, world.bob, 'keep');
      const query = { afterKey: '', limit: 10, part: '', role: undefined, state: undefined };
      const names = async (more: object) => (await accounts().listUsers({ ...query, ...more })).map(({ name }) => name);
      assert.deepEqual(await names({}), ['Adam', 'Ann', 'Bob', 'carl', 'Zoé']);
      assert.deepEqual(await names({ limit: 2, afterKey: 'ann' }), ['Bob', 'carl']);
      assert.deepEqual(await names({ part: 'oé' }), ['Zoé']);
      assert.deepEqual(await names({ part: '%' }), []);
      assert.deepEqual(await names({ role: 'admin' }), ['Adam', 'carl']);
      assert.deepEqual(await names({ state: 'active' }), ['Adam', 'Ann']);
      assert.deepEqual(await names({ state: 'waiting' }), ['Zoé']);
      assert.deepEqual(await names({ state: 'disabled' }), ['carl']);
      assert.deepEqual(await names({ state: 'leaving' }), ['Bob']);
      assert.equal(await accounts().countWaiting(), 1);
    });
  });
}
