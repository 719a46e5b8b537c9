import assert from 'node:assert/strict';
import type { CreateAppPassword } from '../../src/core/ports/app-password-operations.ts';
import { assertFails, World, type Backend } from './metadata-store-world.ts';

export function describeAppPasswords(prepare: () => Promise<Backend>): void {
  describe('app passwords and bandwidth', () => {
    let world: World;
    beforeEach(async () => {
      world = await World.open(await prepare());
    });
    afterEach(() => world.backend.remove());

    const create = async (changes: Partial<CreateAppPassword> = {}) => {
      const args = { name: 'phone', secretHash: 'a'.repeat(64), access: 'full', isDavOnly: false } as const;
      const rest = { rootId: undefined, expiresAtMs: undefined, maxPerUser: 3, nowMs: world.now };
      const { appPasswordId } = await world.store.run('createAppPassword', {
        ...{ ...args, ...rest, userId: world.ann },
        ...changes,
      });
      return appPasswordId;
    };

    it('are found by their hash, with their user, in one query', async () => {
      const id = await create({ access: 'upload-only', rootId: 17, isDavOnly: true, expiresAtMs: world.now + 5 });
      const before = world.store.statementCount;
      const found = await world.store.appPasswords.find('a'.repeat(64));
      assert.equal(world.store.statementCount - before, 1);
      assert.deepEqual(found?.user, await world.store.getUser(world.ann));
      assert.deepEqual(found?.appPassword, {
        id,
        userId: world.ann,
        name: 'phone',
        access: 'upload-only',
        rootId: 17,
        isDavOnly: true,
        createdAtMs: world.now,
        usedAtMs: undefined,
        usedAddress: '',
        expiresAtMs: world.now + 5,
      });
      for (const other of ['b'.repeat(64), 'A'.repeat(64), 'a'.repeat(63), `${'a'.repeat(64)} `, '']) {
        assert.equal(await world.store.appPasswords.find(other), undefined);
      }
    });

    it('are listed by age, each user their own', async () => {
      const ids = [await create(), await create({ secretHash: 'b', name: 'phone' })];
      await create({ secretHash: 'c', userId: world.bob });
      assert.deepEqual(
        (await world.store.appPasswords.list(world.ann)).map(({ id }) => id),
        ids,
      );
      assert.deepEqual(await world.store.appPasswords.list(999), []);
    });

    it('are so many at most, also when they are made at the same time', async () => {
      const made = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map((secretHash) => create({ secretHash })));
      assert.equal(made.filter(({ status }) => status === 'fulfilled').length, 3);
      assert.equal((await world.store.appPasswords.list(world.ann)).length, 3);
      await assertFails(create({ secretHash: 'f' }), 'refused');
      await create({ secretHash: 'f', userId: world.bob });
      await assertFails(create({ secretHash: 'g', userId: 999 }), 'not-found');
    });

    it('are deleted by their own user only', async () => {
      const appPasswordId = await create();
      await assertFails(world.store.run('deleteAppPassword', { userId: world.bob, appPasswordId }), 'not-found');
      await world.store.run('deleteAppPassword', { userId: world.ann, appPasswordId });
      assert.equal(await world.store.appPasswords.find('a'.repeat(64)), undefined);
      await assertFails(world.store.run('deleteAppPassword', { userId: world.ann, appPasswordId }), 'not-found');
    });

    it('keep when and from where they were used, and take no offence when they are gone', async () => {
      const appPasswordId = await create();
      await world.store.run('noteAppPasswordUse', { appPasswordId, address: '2001:db8::1', nowMs: world.now + 7 });
      const [used] = await world.store.appPasswords.list(world.ann);
      assert.deepEqual([used?.usedAtMs, used?.usedAddress], [world.now + 7, '2001:db8::1']);
      await world.store.run('noteAppPasswordUse', { appPasswordId: 999, address: '', nowMs: world.now });
    });

    it('stay when the password of the account changes, and go with the user', async () => {
      const homeless = { role: 'normal', quotaBytes: 1, homeAreas: undefined, onlyIfFirst: false } as const;
      const newUser = { ...homeless, name: 'Eve', passwordHash: 'x', nowMs: world.now };
      const { userId } = await world.store.run('createUser', newUser);
      await create({ userId });
      await world.store.run('updateUser', { userId, passwordHash: 'y', nowMs: world.now });
      assert.equal((await world.store.appPasswords.find('a'.repeat(64)))?.user.passwordHash, 'y');
      await world.store.run('removeUser', { userId, nowMs: world.now });
      assert.equal(await world.store.appPasswords.find('a'.repeat(64)), undefined);
    });

    it('let a cap on the bandwidth be set and taken away, which ends no session', async () => {
      const user = await world.store.getUser(world.ann);
      assert.equal(user?.bandwidthBytesPerSecond, 0);
      for (const bandwidthBytesPerSecond of [250_000, 0]) {
        await world.store.run('updateUser', { userId: world.ann, bandwidthBytesPerSecond, nowMs: world.now });
        assert.deepEqual(await world.store.getUser(world.ann), { ...user, bandwidthBytesPerSecond });
      }
    });
  });
}
