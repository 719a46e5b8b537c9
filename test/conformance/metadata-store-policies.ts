import assert from 'node:assert/strict';
import type { PolicyRules } from '../../src/core/rules.ts';
import { assertConsistent, assertFails, World, type Backend } from './metadata-store-world.ts';

const DAY_MS = 24 * 3600 * 1000;
const EXPIRY = { expireAfterMs: DAY_MS };

export function describePolicies(prepare: () => Promise<Backend>): void {
  describe('policies', () => {
    let world: World;
    beforeEach(async () => {
      world = await World.open(await prepare());
    });
    afterEach(() => world.backend.remove());

    const set = (nodeId: number, changes: PolicyRules, isEnabled?: boolean) =>
      world.store.run('setPolicy', {
        nodeId,
        changes,
        ...(isEnabled !== undefined && { isEnabled }),
        nowMs: world.now,
      });
    const clear = (nodeId: number) => world.store.run('clearPolicy', { nodeId, nowMs: world.now });
    const policies = () => world.store.listPolicies({ limit: 100 });
    const touched = async (nodeId: number) => (await world.node(nodeId)).touchedAtMs;
    const expire = async (nodeId: number) => {
      const { etag } = await world.node(nodeId);
      await world.store.run('expireNode', { nodeId, expected: { nodeId, etag }, nowMs: world.now });
    };

    it('are set, changed in part, switched, listed and taken away', async () => {
      const a = await world.mkcol(world.root, 'a');
      await set(a, { ...EXPIRY, versionsKept: 5 });
      await set(a, { versionsKept: 6, versionsKeptMs: 7 });
      const changes = { expireAfterMs: DAY_MS, versionsKept: 6, versionsKeptMs: 7 };
      assert.deepEqual(await policies(), [{ nodeId: a, preset: 'own', isEnabled: true, changes }]);
      await set(a, {}, false);
      assert.deepEqual(await policies(), [{ nodeId: a, preset: 'own', isEnabled: false, changes }]);
      await set(world.root, { versionsKept: 1 });
      const [first] = await world.store.listPolicies({ limit: 1 });
      assert.equal(first?.nodeId, world.root);
      const [second] = await world.store.listPolicies({ after: world.root, limit: 1 });
      assert.equal(second?.nodeId, a);
      await clear(a);
      await assertFails(clear(a), 'not-found');
      assert.equal((await policies()).length, 1);
    });

    it('are for collections that are there', async () => {
      const { nodeId } = await world.put(world.root, 'f');
      await assertFails(set(nodeId, EXPIRY), 'not-a-collection');
      await assertFails(clear(nodeId), 'not-a-collection');
      await assertFails(set(999, EXPIRY), 'not-found');
      const gone = await world.mkcol(world.root, 'gone');
      await world.trash(gone);
      await assertFails(set(gone, EXPIRY), 'not-found');
    });

    it('start with a new home, keep their presets and go with their collection', async () => {
      const homeAreas = [{ name: 'Temporary', policy: 'temporary' }] as const;
      const user = { name: 'Eve', passwordHash: 'hash', role: 'advanced', quotaBytes: 10, nowMs: world.now } as const;
      const { userId } = await world.store.run('createUser', { ...user, homeAreas, onlyIfFirst: false });
      const home = (await world.store.listSpaces(userId)).find(({ ownerId }) => ownerId === userId)!;
      const area = await world.child(home.rootId, 'Temporary');
      await set(area.id, { expireAfterMs: 5 });
      const [policy] = await policies();
      assert.deepEqual([policy?.preset, policy?.changes.expireAfterMs], ['temporary', 5]);
      await world.trash(area.id, { userId });
      assert.equal((await policies()).length, 1);
      await world.purge(area.id);
      assert.deepEqual(await policies(), []);
    });

    it('are found along chains, in one statement', async () => {
      const a = await world.mkcol(world.root, 'a');
      const b = await world.mkcol(a, 'b');
      const { nodeId } = await world.put(b, 'f');
      await set(a, EXPIRY);
      const before = world.store.statementCount;
      const chains = await world.store.ruleChains([nodeId, world.shared.rootId, 999]);
      assert.equal(world.store.statementCount - before, 1);
      assert.deepEqual(
        [...chains.keys()].sort((x, y) => x - y),
        [world.shared.rootId, nodeId].sort((x, y) => x - y),
      );
      const chain = chains.get(nodeId)!;
      assert.deepEqual(
        chain.map((link) => [link.nodeId, link.policy?.changes.expireAfterMs]),
        [
          [nodeId, undefined],
          [b, undefined],
          [a, DAY_MS],
          [world.root, undefined],
        ],
      );
      assert.equal(chains.get(world.shared.rootId)?.length, 1);
    });

    it('change the etags above, and when their collection was touched', async () => {
      const a = await world.mkcol(world.root, 'a');
      for (const change of [() => set(a, EXPIRY), () => clear(a)]) {
        const before = [(await world.node(a)).etag, (await world.node(world.root)).etag];
        world.clock.ms += 5;
        await change();
        const after = [(await world.node(a)).etag, (await world.node(world.root)).etag];
        assert.ok(before.every((etag, index) => etag !== after[index]));
        assert.equal(await touched(a), world.now);
      }
    });

    it('know when a node was made, written, moved, copied or restored, and nothing else', async () => {
      const a = await world.mkcol(world.root, 'a');
      const { nodeId } = await world.put(a, 'f', 10, { modifiedAtMs: 1 });
      const madeAtMs = world.now;
      world.clock.ms += 5;
      const times = { modifiedAtMs: 2, createdAtMs: 3, set: [], remove: [], expected: undefined };
      await world.store.run('changeProperties', { ...world.change(), nodeId, ...times });
      await world.put(a, 'other', 10);
      await world.unlock(nodeId, await world.lock({ nodeId }));
      assert.deepEqual([await touched(a), await touched(nodeId)], [madeAtMs, madeAtMs]);

      const steps = [
        () => world.put(a, 'f', 20),
        () => world.move({ nodeId, parentId: world.root, name: 'moved' }),
        async () => {
          await world.trash(nodeId);
          world.clock.ms += 5;
          const place = { nodeId, parentId: a, name: 'f' };
          await world.store.run('restoreTrash', { ...world.change(), ...place });
        },
        async () => {
          const [version] = await world.store.listVersions(nodeId);
          const restore = { nodeId, versionId: version!.id, etag: world.unique('e'), versionsKept: 10 };
          await world.store.run('restoreVersion', { ...world.change(), ...restore });
        },
        () => world.move({ nodeId, parentId: a, name: 'g' }),
      ];
      for (const step of steps) {
        world.clock.ms += 5;
        await step();
        assert.equal(await touched(nodeId), world.now);
      }
      world.clock.ms += 5;
      const copied = await world.copy({ nodeId: a, parentId: world.root, name: 'copy' });
      assert.equal(await touched(copied.nodeId), world.now);
      assert.equal((await world.child(copied.nodeId, 'g')).touchedAtMs, world.now);
      assert.equal(await touched(a), madeAtMs);
    });

    it('let go what is due, as its owner, and nothing that is not', async () => {
      const area = await world.mkcol(world.root, 'area');
      await set(area, EXPIRY);
      const inner = await world.mkcol(area, 'inner');
      const { nodeId } = await world.put(inner, 'f', 10);
      const outside = await world.put(world.root, 'outside');
      await assertFails(expire(nodeId), 'precondition-failed');
      world.clock.ms += DAY_MS;
      await assertFails(expire(outside.nodeId), 'precondition-failed');
      await assertFails(expire(area), 'precondition-failed');
      await assertFails(expire(world.root), 'refused');
      const etag = 'other';
      const stale = { nodeId, expected: { nodeId, etag }, nowMs: world.now };
      await assertFails(world.store.run('expireNode', stale), 'precondition-failed');

      const token = await world.lock({ nodeId: inner }, { depth: '0' });
      await assertFails(expire(nodeId), 'locked', inner);
      await world.unlock(inner, token);
      await set(area, {}, false);
      await assertFails(expire(nodeId), 'precondition-failed');
      await set(area, {}, true);
      await assertFails(expire(nodeId), 'precondition-failed');
      world.clock.ms += DAY_MS;
      await expire(inner);
      const [entry] = await world.store.listTrash(world.ann, { limit: 10 });
      assert.deepEqual([entry?.node.id, entry?.deletedBy, entry?.parentId], [inner, world.ann, area]);
      assert.equal(await world.usedBytes(), 110);
      await assertFails(expire(area), 'precondition-failed');
      await assertConsistent(world);
    });

    it('let go of a file with what Finder keeps beside it, however young', async () => {
      const area = await world.mkcol(world.root, 'area');
      await set(area, EXPIRY);
      const { nodeId } = await world.put(area, 'x', 10);
      world.clock.ms += DAY_MS;
      const sidecar = await world.put(area, '._x', 5, { isSidecar: true });
      await expire(nodeId);
      assert.equal((await world.store.getTrash(sidecar.nodeId))?.deletedAtMs, world.now);
      assert.deepEqual(await world.names(area), []);
      await assertConsistent(world);
    });

    it('say how many versions a file keeps, wherever it is replaced', async () => {
      const special = await world.mkcol(world.root, 'special');
      await set(special, { versionsKept: 4 });
      const inner = await world.mkcol(special, 'inner');
      const kept = async (parentId: number, name: string) =>
        (await world.store.listVersions((await world.child(parentId, name)).id)).length;
      for (let size = 1; size <= 6; size += 1) await world.put(inner, 'f', size, { versionsKept: 2 });
      assert.equal(await kept(inner, 'f'), 4);
      const { nodeId } = await world.put(world.root, 'new');
      await world.move({ nodeId, parentId: inner, name: 'f', overwrite: true, versionsKept: 2 });
      assert.equal(await kept(inner, 'f'), 4);
      await set(inner, { versionsKept: 1 });
      await world.put(inner, 'f', 1, { versionsKept: 2 });
      assert.equal(await kept(inner, 'f'), 1);
      await set(inner, {}, false);
      await set(special, {}, false);
      for (let size = 1; size <= 4; size += 1) await world.put(inner, 'f', size, { versionsKept: 2 });
      assert.equal(await kept(inner, 'f'), 2);
      await assertConsistent(world);
    });
  });
}
