import assert from 'node:assert/strict';
import { isDomainError, type ErrorCode } from '../../src/lib/errors.ts';
import type { Node } from '../../src/core/node.ts';
import { assertConsistent, World, type Backend } from './metadata-store-world.ts';

/** What an operation on something chosen at random may say. */
const EXPECTED: ErrorCode[] = [
  'already-exists',
  'into-itself',
  'is-a-collection',
  'lock-conflict',
  'locked',
  'not-a-collection',
  'not-found',
  'parent-missing',
  'precondition-failed',
  'quota-exceeded',
  'refused',
];

/** mulberry32 */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

export function describeInvariants(prepare: () => Promise<Backend>): void {
  describe('whatever happens', () => {
    let world: World;
    beforeEach(async () => {
      world = await World.open(await prepare());
    });
    afterEach(() => world.backend.remove());

    for (const seed of [1, 2, 3, 4, 5]) {
      it(`keeps sizes, counts, quotas and etags right (${seed})`, async () => {
        const random = new RandomChanges(world, seed);
        for (let round = 0; round < 12; round += 1) {
          for (let i = 0; i < 40; i += 1) await random.step();
          await world.store.run('expireLocks', { nowMs: world.now, limit: 1000 });
          await assertConsistent(world);
          await random.assertEtags();
        }
        assert.ok(random.done > 100, `${random.done} operations succeeded`);
      });
    }
  });
}

/** Does one thing after the other to nodes chosen at random, as one of two users. */
class RandomChanges {
  readonly #world: World;
  readonly #random: (below: number) => number;
  readonly #listings = new Map<string, string>();
  done = 0;

  constructor(world: World, seed: number) {
    this.#world = world;
    this.#random = randomFrom(seed);
  }

  async step(): Promise<void> {
    const world = this.#world;
    world.clock.ms += this.#random(20_000);
    const changes = this.#changes(this.#pick([world.ann, world.bob]), await this.#nodes());
    try {
      await this.#pick(changes)();
      this.done += 1;
    } catch (error) {
      if (!isDomainError(error, ...EXPECTED)) throw error;
    }
  }

  /** A collection never has an etag again that it had with other members. */
  async assertEtags(): Promise<void> {
    for (const node of await this.#nodes()) {
      if (node.kind === 'file') continue;
      const members = await this.#world.store.listChildren(node.id, { limit: 1000 });
      const listing = JSON.stringify(members.map(({ id, name, etag, sizeBytes }) => [id, name, etag, sizeBytes]));
      const key = `${node.id} ${node.etag}`;
      assert.equal(this.#listings.get(key) ?? listing, listing, key);
      this.#listings.set(key, listing);
    }
  }

  async #nodes(): Promise<Node[]> {
    const roots = [this.#world.root, this.#world.shared.rootId];
    const nodes: Node[] = [];
    for (const id of roots) nodes.push(await this.#world.node(id), ...(await this.#world.below(id)));
    return nodes;
  }

  #pick<T>(choices: readonly T[]): T {
    return this.#pickIfAny(choices)!;
  }

  #pickIfAny<T>(choices: readonly T[]): T | undefined {
    return choices[this.#random(choices.length)];
  }

  #changes(userId: number, nodes: readonly Node[]): (() => Promise<unknown>)[] {
    const world = this.#world;
    const node = () => this.#pick(nodes).id;
    const parentId = node();
    const name = this.#pick(['a', 'b', 'c', 'd', 'e', 'f']);
    const by = { ...world.change(), userId };
    const overwrite = this.#random(2) === 0;
    const versionsKept = this.#random(3);
    const place = { parentId, name, ...by, overwrite, versionsKept };
    const trashed = async () => this.#pickIfAny(await world.store.listTrash(undefined, { limit: 100 }))?.node.id ?? 0;
    return [
      () => world.mkcol(parentId, name, by),
      () => world.mkcol(parentId, name, by),
      () => world.put(parentId, name, this.#random(2000), { userId, versionsKept }),
      () => world.put(parentId, name, this.#random(2000), { userId, versionsKept }),
      () => world.put(parentId, name, 0, { userId, versionsKept }),
      () => world.move({ nodeId: node(), ...place }),
      () => world.copy({ nodeId: node(), ...place }),
      () => world.copyInSteps({ nodeId: node(), ...place }, 1 + this.#random(5)),
      () => world.trash(node(), by),
      async () => world.store.run('restoreTrash', { ...by, nodeId: await trashed(), parentId, name }),
      async () => world.purge(await trashed(), 1 + this.#random(5)),
      () => world.lock(overwrite ? { parentId, name } : { nodeId: parentId }, { userId, timeoutSeconds: 30 }),
      () => world.store.run('expireLocks', { nowMs: world.now, limit: 100 }),
      () => this.#dropVersions(),
      () => this.#restoreVersion(userId, node()),
      () => this.#setPolicy(node()),
      () => world.store.run('clearPolicy', { nodeId: node(), nowMs: world.now }),
      () => this.#expire(node()),
      () => world.store.run('updateUser', { userId, role: overwrite ? 'admin' : 'normal', nowMs: world.now }),
      () => this.#finishJobs(),
      () => this.#collect(),
    ];
  }

  async #restoreVersion(userId: number, nodeId: number): Promise<void> {
    const version = this.#pickIfAny(await this.#world.store.listVersions(nodeId));
    if (version === undefined) return;
    const by = { ...this.#world.change(), userId };
    const etag = this.#world.unique('e');
    await this.#world.store.run('restoreVersion', { ...by, nodeId, versionId: version.id, etag, versionsKept: 3 });
  }

  async #setPolicy(nodeId: number): Promise<void> {
    const changes = { expireAfterMs: this.#random(3) * 100_000, versionsKept: this.#random(4) };
    await this.#world.store.run('setPolicy', { nodeId, changes, nowMs: this.#world.now });
  }

  async #expire(nodeId: number): Promise<void> {
    const { etag } = await this.#world.node(nodeId);
    await this.#world.store.run('expireNode', { nodeId, expected: { nodeId, etag }, nowMs: this.#world.now });
  }

  async #dropVersions(): Promise<void> {
    const versions = await this.#world.store.listOldVersions({ beforeMs: this.#world.now - 100_000, limit: 3 });
    await this.#world.store.run('dropVersions', { versionIds: versions.map(({ id }) => id) });
  }

  async #finishJobs(): Promise<void> {
    const { store, now } = this.#world;
    for (const { kind, jobId, nodeId } of await store.listJobs()) {
      if (kind === 'copy') await store.run('abandonCopy', { copyId: jobId });
      if (kind === 'adopt') await store.run('adoptTree', { jobId, limit: 3 });
      if (kind === 'purge') await store.run('purgeTree', { nodeId, limit: 3, nowMs: now });
    }
  }

  /** Nothing that can be reached loses its bytes. */
  async #collect(): Promise<void> {
    const { store, now } = this.#world;
    const { dead } = await store.run('collectBlobs', { beforeMs: now, limit: 10 });
    await store.run('forgetBlobs', { blobIds: dead.map((location) => location.blobId) });
    for (const node of await this.#nodes()) {
      if (node.blobId === undefined) continue;
      assert.equal((await store.locateBlob(node.blobId))?.sizeBytes, node.sizeBytes, `the bytes of ${node.id}`);
    }
  }
}
