import assert from 'node:assert/strict';
import type { Actor } from '../../src/core/actor.ts';

import type { SyncLevel } from '../../src/core/changes/sync-token.ts';
import { syncCollection } from '../../src/core/changes/sync.ts';

import { locate } from '../../src/core/tree.ts';
import { isDomainError } from '../../src/lib/errors.ts';
import { parsePlainPath } from '../../src/lib/node-path.ts';
import { Gardener, randomNumbers, told, wholeTree } from '../support/random-tree.ts';
import { TestCore } from '../support/test-core.ts';

/** A client that knows a folder only by what it was told of it. */
class Mirror {
  readonly entries = new Map<string, string>();
  readonly #test: TestCore;
  readonly #actor: Actor;
  readonly #path: string;
  readonly #level: SyncLevel;
  #token: string | undefined;
  /** How often it had to begin anew. */
  restarts = 0;

  constructor(test: TestCore, actor: Actor, { path, level }: { path: string; level: SyncLevel }) {
    this.#test = test;
    this.#actor = actor;
    this.#path = path;
    this.#level = level;
  }

  /** One answer; whether nothing is left. */
  async step(limit: number): Promise<boolean> {
    const collection = await locate(this.#test.core, this.#actor, parsePlainPath(this.#path));
    try {
      const request = { collection, level: this.#level, token: this.#token, limit };
      const { items, token, isComplete } = await syncCollection(this.#test.core, this.#actor, request);
      assert.ok(items.length <= limit);
      const paths = items.map(({ path }) => path.segments.join('/'));
      assert.equal(new Set(paths).size, paths.length, 'a member appears once');
      for (const [index, { located }] of items.entries()) if (!located) this.#drop(paths[index]!);
      for (const [index, { located }] of items.entries()) if (located) this.#learn(paths[index]!, told(located));
      this.#token = token;
      return isComplete;
    } catch (error) {
      if (!isDomainError(error, 'position-unknown')) throw error;
      assert.notEqual(this.#token, undefined, 'a beginning is always possible');
      this.restarts += 1;
      this.#token = undefined;
      this.entries.clear();
      return false;
    }
  }

  async catchUp(limit: number): Promise<void> {
    while (!(await this.step(limit)));
  }

  async assertTrue(): Promise<void> {
    const whole = await wholeTree(this.#test.core, this.#actor, parsePlainPath(this.#path));
    const depth = parsePlainPath(this.#path).segments.length + 1;
    const seen = this.#level === '1' ? [...whole].filter(([path]) => path.split('/').length === depth) : [...whole];
    assert.deepEqual([...this.entries].sort(), seen.sort(), `${this.#path} ${this.#level}`);
  }

  #drop(path: string): void {
    for (const known of this.entries.keys()) {
      if (known === path || known.startsWith(`${path}/`)) this.entries.delete(known);
    }
  }

  #learn(path: string, what: string): void {
    if (what !== 'folder') this.#drop(path);
    this.entries.set(path, what);
  }
}

describe('following a collection', () => {
  let test: TestCore;
  beforeEach(async () => (test = await TestCore.open({ defaultQuotaBytes: 1e9 })));
  afterEach(() => test.close());

  const rounds = Number(process.env['SYNC_SEEDS'] ?? 12);
  for (let seed = 1; seed <= rounds; seed += 1) {
    it(`shows what a walk shows, whatever happened (${seed})`, async () => {
      const random = randomNumbers(seed);
      const adam = test.as('adam');
      const gardener = new Gardener(test, ['Mere', 'Mere/a', 'Mere/a/b', 'Workspace', 'Workspace/b'], random);
      const follow = (path: string, level: SyncLevel) => new Mirror(test, adam, { path, level });
      const mirrors = [
        follow('', 'infinite'),
        follow('', '1'),
        follow('Mere', 'infinite'),
        follow('Mere', '1'),
        follow('Workspace', 'infinite'),
      ];
      await gardener.work(adam, 30);
      for (let round = 0; round < 6; round += 1) {
        for (const mirror of mirrors) {
          // Things go on between one page and the next, and while it is made.
          for (let page = 0; page < 4; page += 1) {
            await Promise.all([mirror.step(1 + random(4)), gardener.work(adam, random(3))]);
            await gardener.work(random(4) === 0 ? test.as('ann') : adam, random(6));
          }
        }
        for (const mirror of mirrors) {
          await mirror.catchUp(random(2) === 0 ? 1 : 1000);
          await mirror.assertTrue();
        }
      }
      const restarts = mirrors.reduce((sum, mirror) => sum + mirror.restarts, 0);
      if (process.env['SYNC_SEEDS'] !== undefined) console.log(`      restarts: ${restarts}`);
    });
  }
});
