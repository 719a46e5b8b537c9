import type { User } from '../../src/core/actor.ts';
import type { MetadataStore } from '../../src/core/ports/metadata-store.ts';
import type { OperationArgs } from '../../src/core/ports/operations.ts';
import { foldedName } from '../../src/lib/node-path.ts';
import type { HashEngine } from '../../src/auth/password.ts';

const PREFIX = '$argon2id$v=19$m=19456,p=1,t=2$';

export function fakeHash(password: string, prefix = PREFIX): string {
  return `${prefix}${Buffer.from(password).toString('hex')}`;
}

/** Hashes that are quick and plain to see through. While `isHeld`, nothing is finished. */
export class FakeEngine implements HashEngine {
  jobs = 0;
  isHeld = false;
  failure: Error | undefined;
  #waiting: (() => void)[] = [];

  async run({ password, storedHash }: { password: string; storedHash?: string }): Promise<string | boolean> {
    this.jobs++;
    if (this.isHeld) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.failure) throw this.failure;
    if (storedHash === undefined) return fakeHash(password);
    return storedHash.split('$').at(-1) === fakeHash(password).split('$').at(-1);
  }

  release(): void {
    this.isHeld = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  close(): void {
    this.release();
  }
}

export function user(name: string, changes: Partial<User> = {}): User {
  const id = changes.id ?? 1;
  return {
    id,
    userId: id,
    name,
    role: 'advanced',
    passwordHash: fakeHash('correct horse'),
    epoch: 1,
    isDisabled: false,
    quotaBytes: 0,
    usedBytes: 0,
    reservedBytes: 0,
    homeSpaceId: undefined,
    createdAtMs: 0,
    hasSecondFactor: false,
    bandwidthBytesPerSecond: 0,
    isWaiting: false,
    lastLoginAtMs: undefined,
    ...changes,
  };
}

/** As much of a store as knows users. */
export class FakeUsers {
  readonly users = new Map<string, User>();
  reads = 0;

  set(changed: User): void {
    this.users.set(foldedName(changed.name), changed);
  }

  async findUser(name: string): Promise<User | undefined> {
    this.reads++;
    return this.users.get(foldedName(name));
  }

  readonly run: MetadataStore['run'] = (name, args) => {
    if (name !== 'updateUser') throw new Error(`unexpected ${name}`);
    const { userId, passwordHash } = args as OperationArgs<'updateUser'>;
    const found = [...this.users.values()].find(({ id }) => id === userId);
    if (found && passwordHash) this.set({ ...found, passwordHash, epoch: found.epoch + 1 });
    return Promise.resolve(undefined as never);
  };
}

/** Known clients of one process. */
export class FakeClients {
  readonly #known = new Set<string>();

  async has(userId: number | undefined, address: string): Promise<boolean> {
    return this.#known.has(`${userId} ${address}`);
  }

  async note(userId: number, address: string): Promise<void> {
    this.#known.add(`${userId} ${address}`);
  }
}

export function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}
