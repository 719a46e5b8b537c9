import assert from 'node:assert/strict';
import type { Role } from '../../src/core/actor.ts';
import type { Node, Space } from '../../src/core/node.ts';
import type { MetadataStore } from '../../src/core/ports/metadata-store.ts';
import type {
  CopyTree,
  CreateLock,
  MoveNode,
  MoveResult,
  NewBlob,
  PutFile,
  PutResult,
} from '../../src/core/ports/operations.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { ErrorCode } from '../../src/lib/errors.ts';

/** A database that outlives the stores that are opened on it. */
export interface Backend {
  /** Opens it (again). Everything before was closed, unless a test says that two are open at once. */
  open(clock: Clock): Promise<TestedStore>;
  /** Runs statements past the store, as nothing but damage does. */
  damage(...statements: string[]): Promise<void>;
  remove(): Promise<void>;
}

/** Commits are counted, so that a test can see that operations share them. */
export type TestedStore = MetadataStore & { readonly commitCount: number };

export class TestClock implements Clock {
  ms = 1_700_000_000_000;

  nowMs(): number {
    return this.ms;
  }
}

/** What a test says about a change only if it matters to it. */
type Some<T, K extends keyof T> = Pick<T, K> & Partial<T>;

/** A store with users, a disk and short words for what is done to it. `ann` is who acts unless told otherwise. */
export class World {
  readonly backend: Backend;
  readonly clock = new TestClock();
  store!: TestedStore;
  ann!: number;
  bob!: number;
  home!: Space;
  shared!: Space;
  diskId!: number;
  packId!: number;
  #serial = 0;

  private constructor(backend: Backend) {
    this.backend = backend;
  }

  static async open(backend: Backend): Promise<World> {
    const world = new World(backend);
    world.store = await backend.open(world.clock);
    world.ann = await world.addUser('Ann');
    world.bob = await world.addUser('Bob');
    await world.store.run('createSpace', { kind: 'shared', mountName: 'Workspace', nowMs: world.now });
    const spaces = await world.store.listSpaces(world.ann);
    world.home = spaces.find((space) => space.kind === 'home')!;
    world.shared = spaces.find((space) => space.kind === 'shared')!;
    const disk = { name: 'first', path: '/disks/first', identity: 'one', reserveBytes: 0, nowMs: world.now };
    world.diskId = (await world.store.run('addDisk', disk)).diskId;
    world.packId = (await world.store.run('openPack', { diskId: world.diskId, name: 'pack', nowMs: world.now })).packId;
    return world;
  }

  get now(): number {
    return this.clock.ms;
  }

  get root(): number {
    return this.home.rootId;
  }

  async reopen(): Promise<void> {
    await this.store.close();
    this.store = await this.backend.open(this.clock);
  }

  async addUser(name: string, role: Role = 'advanced', quotaBytes = 1_000_000): Promise<number> {
    const { userId } = await this.store.run('createUser', {
      name,
      role,
      quotaBytes,
      passwordHash: 'hash',
      homeAreas: role === 'normal' ? undefined : [],
      onlyIfFirst: false,
      nowMs: this.now,
    });
    return userId;
  }

  change() {
    return { userId: this.ann, tokens: [] as string[], nowMs: this.now };
  }

  unique(prefix = ''): string {
    this.#serial += 1;
    return `${prefix}${this.#serial.toString(16).padStart(32 - prefix.length, '0')}`;
  }

  /** Stored bytes that no file refers to yet, in a pack. */
  blob(sizeBytes: number): NewBlob {
    const id = this.unique();
    const location = {
      blobId: id,
      diskId: this.diskId,
      sizeBytes,
      checksum: id,
      packId: this.packId,
      packName: 'pack',
      offsetBytes: this.#serial * 100_000,
    };
    return { id, sizeBytes, checksum: id, location };
  }

  /** Writes a file of `sizeBytes`. */
  put(parentId: number, name: string, sizeBytes = 100, more: Partial<PutFile> = {}): Promise<PutResult> {
    return this.store.run('putFile', {
      ...this.change(),
      parentId,
      name,
      replaces: 'any',
      expected: undefined,
      blob: sizeBytes === 0 ? undefined : this.blob(sizeBytes),
      uploadId: undefined,
      mediaType: 'text/plain',
      etag: this.unique('e'),
      modifiedAtMs: undefined,
      versionsKept: 10,
      ...more,
    });
  }

  async mkcol(parentId: number, name: string, more: { userId?: number; tokens?: string[] } = {}): Promise<number> {
    return (await this.store.run('createCollection', { ...this.change(), parentId, name, ...more })).nodeId;
  }

  arrival<T extends Some<MoveNode, 'nodeId' | 'parentId' | 'name'>>(args: T) {
    return {
      ...this.change(),
      overwrite: false,
      replaces: 'any' as const,
      expectedSource: undefined,
      expectedDestination: undefined,
      versionsKept: 10,
      ...args,
    };
  }

  move(args: Some<MoveNode, 'nodeId' | 'parentId' | 'name'>): Promise<MoveResult> {
    return this.store.run('moveNode', this.arrival(args));
  }

  copyArgs(args: Some<CopyTree, 'nodeId' | 'parentId' | 'name'>): CopyTree {
    return this.arrival({ depth: 'infinity' as const, ...args });
  }

  copy(args: Some<CopyTree, 'nodeId' | 'parentId' | 'name'>, limit = 1000): Promise<MoveResult> {
    return this.store.run('copyTree', { ...this.copyArgs(args), limit });
  }

  /** Copies in steps. Returns the result and how many steps there were. */
  async copyInSteps(args: Some<CopyTree, 'nodeId' | 'parentId' | 'name'>, limit: number) {
    const copy = this.copyArgs(args);
    const { copyId } = await this.store.run('startCopy', copy);
    let steps = 0;
    for (let done = false; !done; steps += 1) {
      ({ done } = await this.store.run('continueCopy', { copyId, limit, nowMs: this.now }));
    }
    return { ...(await this.store.run('finishCopy', { ...copy, copyId })), steps };
  }

  trash(nodeId: number, more: { userId?: number; tokens?: string[] } = {}): Promise<void> {
    return this.store.run('trashNode', { ...this.change(), nodeId, expected: undefined, ...more });
  }

  async purge(nodeId: number, limit = 1000): Promise<{ freedBytes: number; steps: number }> {
    let freedBytes = 0;
    for (let steps = 1; ; steps += 1) {
      const step = await this.store.run('purgeTree', { nodeId, limit, nowMs: this.now });
      freedBytes += step.freedBytes;
      if (step.done) return { freedBytes, steps };
    }
  }

  /** Locks a node or a place; returns the token. */
  async lock(target: CreateLock['target'], more: Partial<CreateLock> = {}): Promise<string> {
    const { lock } = await this.store.run('createLock', {
      ...this.change(),
      token: this.unique('urn:uuid:'),
      target,
      depth: 'infinity',
      scope: 'exclusive',
      ownerXml: '<owner/>',
      clientAgent: 'Tester/1.0',
      clientAddress: '192.0.2.1',
      timeoutSeconds: 60,
      etag: this.unique('e'),
      maxLocks: 100,
      ...more,
    });
    return lock.token;
  }

  unlock(nodeId: number, token: string, userId = this.ann): Promise<void> {
    return this.store.run('removeLock', { token, userId, nodeId, nowMs: this.now });
  }

  async node(id: number): Promise<Node> {
    const node = await this.store.getNode(id);
    assert.ok(node, `node ${id} is there`);
    return node;
  }

  async names(parentId: number): Promise<string[]> {
    return (await this.store.listChildren(parentId, { limit: 1000 })).map((node) => node.name);
  }

  async child(parentId: number, name: string): Promise<Node> {
    const found = await this.store.walk(parentId, [name]);
    assert.ok(found?.[1], `"${name}" is there`);
    return found[1];
  }

  async usedBytes(userId = this.ann): Promise<number> {
    return (await this.store.getUser(userId))!.usedBytes;
  }

  /** Every node below a collection, page by page. */
  async below(parentId: number): Promise<Node[]> {
    const nodes: Node[] = [];
    for (let after = ''; ;) {
      const page = await this.store.listChildren(parentId, { after, limit: 500, withSidecars: true });
      for (const node of page) nodes.push(node, ...(node.kind === 'collection' ? await this.below(node.id) : []));
      const last = page.at(-1);
      if (last === undefined) return nodes;
      after = last.name;
    }
  }
}

/** That `promise` fails with one of the codes of the domain, perhaps because of a certain node. */
export async function assertFails(promise: Promise<unknown>, code: ErrorCode, nodeId?: number): Promise<void> {
  await assert.rejects(promise, (error: Error & { code?: string; details?: { nodeId?: number } }) => {
    assert.equal(error.code, code, error.stack ?? error.message);
    if (nodeId !== undefined) assert.equal(error.details?.nodeId, nodeId);
    return true;
  });
}

/**
 * Adds up what can be seen and compares it with what is kept: totals of collections, bytes charged to users.
 * Unwritten files without a lock must have been cleared away before.
 */
export async function assertConsistent({ store, ...world }: World): Promise<void> {
  const owned = new Map<number, number>();
  const roots = (await store.listSpaces(world.ann)).concat(
    (await store.listSpaces(world.bob)).filter((space) => space.ownerId === world.bob),
  );
  for (const space of roots) await addUp(store, (await store.getNode(space.rootId))!, owned);
  const sidecars = [world.ann, world.bob].map((ownerId) => store.listTrashedSidecars(ownerId, 10_000));
  const trash = [store.listTrash(undefined, { limit: 10_000 }), ...sidecars];
  for (const { node } of (await Promise.all(trash)).flat()) await addUp(store, node, owned);
  for (const user of await store.listUsers({ limit: 100 })) {
    assert.equal(user.usedBytes, owned.get(user.id) ?? 0, `bytes used by ${user.name}`);
  }
}

async function addUp(store: MetadataStore, node: Node, owned: Map<number, number>): Promise<[number, number]> {
  if (node.kind === 'file') {
    const versions = await store.listVersions(node.id);
    const bytes = versions.reduce((sum, version) => sum + version.sizeBytes, node.sizeBytes);
    owned.set(node.ownerId, (owned.get(node.ownerId) ?? 0) + bytes);
    return [node.sizeBytes, 0];
  }
  let sizeBytes = 0;
  let nodeCount = 0;
  for (const child of await store.listChildren(node.id, { limit: 100_000, withSidecars: true })) {
    const [childBytes, childNodes] = await addUp(store, child, owned);
    sizeBytes += childBytes;
    nodeCount += childNodes + 1;
  }
  const kept = [node.sizeBytes, node.nodeCount];
  assert.deepEqual(kept, [sizeBytes, nodeCount], `bytes and nodes below "${node.name}" (${node.id})`);
  return [sizeBytes, nodeCount];
}
