import assert from 'node:assert/strict';
import type { Actor } from '../../src/core/actor.ts';

import { move } from '../../src/core/copy-move.ts';
import { NO_CONDITIONS } from '../../src/core/core.ts';
import type { SyncLevel } from '../../src/core/changes/sync-token.ts';
import { syncCollection } from '../../src/core/changes/sync.ts';

import { trash } from '../../src/core/trash.ts';
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

  const rounds = Number(process.env['NOSOCIAL_TEST_SYNC_SEEDS'] ?? 4);
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
        // Of one without a home there are only the mounts.
        new Mirror(test, test.as('nora'), { path: '', level: 'infinite' }),
        new Mirror(test, test.as('nora'), { path: '', level: '1' }),
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
    });
  }
});

describe('a client that comes back', () => {
  let test: TestCore;
  let ann: Actor;
  beforeEach(async () => {
    test = await TestCore.open({ defaultQuotaBytes: 1e9 });
    ann = test.as('ann');
  });
  afterEach(() => test.close());

  const sync = async (path: string, token: string | undefined, limit = 1000) => {
    const collection = await locate(test.core, ann, parsePlainPath(path));
    return syncCollection(test.core, ann, { collection, level: 'infinite', token, limit });
  };
  const isUnknown = (error: unknown) => isDomainError(error, 'position-unknown');
  const remove = async (path: string) => {
    const { node } = await locate(test.core, ann, parsePlainPath(path));
    await trash(test.core, ann, parsePlainPath(path), NO_CONDITIONS);
    return node.id;
  };
  const purgeSome = (nodeId: number, limit: number) =>
    test.core.store.run('purgeTree', { nodeId, limit, nowMs: test.clock.nowMs() });

  it('too late has to begin anew', async () => {
    const spaceId = (await locate(test.core, ann, parsePlainPath('Mere'))).space.id;
    const { token } = await sync('Mere', undefined);
    for (let count = 0; count < 5; count += 1) await test.mkcol('ann', `Mere/f${count}`);
    const inTime = await sync('Mere', token, 2);
    await test.core.store.run('pruneChanges', { spaceId, kept: 4, limit: 100 });
    await assert.rejects(sync('Mere', token), isUnknown);
    const rest = await sync('Mere', inTime.token);
    assert.equal(rest.items.length, 3);
    await test.core.store.run('pruneChanges', { spaceId, kept: 0, limit: 100 });
    await assert.rejects(sync('Mere', inTime.token), isUnknown);
    assert.deepEqual((await sync('Mere', rest.token)).items, []);
  });

  it('is told what another folder of the same name has not, as long as that is known', async () => {
    await test.mkcol('ann', 'Mere/build');
    for (const name of ['a', 'b', 'c']) await test.put('ann', `Mere/build/${name}`, 1);
    const { token } = await sync('Mere', undefined);
    const old = await remove('Mere/build');
    await test.mkcol('ann', 'Mere/build');
    await test.put('ann', 'Mere/build/b', 2);
    const { items } = await sync('Mere', token);
    const told = items.map(({ path, located }) => [path.segments.slice(1).join('/'), located !== undefined]);
    assert.deepEqual(told, [
      ['build/a', false],
      ['build/c', false],
      ['build', true],
      ['build/b', true],
    ]);
    await purgeSome(old, 1);
    await assert.rejects(sync('Mere', token), isUnknown);
    await purgeSome(old, 1000);
    await assert.rejects(sync('Mere', token), isUnknown);
  });

  it('gets large trees in as many pages as it likes', async () => {
    await test.mkcol('ann', 'Mere/large');
    for (let count = 0; count < 12; count += 1) {
      await test.mkcol('ann', `Mere/large/d${count}`);
      for (let file = 0; file < 10; file += 1) await test.put('ann', `Mere/large/d${count}/f${file}`, 1);
    }
    const { token } = await sync('Special', undefined);
    const request = { from: parsePlainPath('Mere/large'), to: parsePlainPath('Special/large'), overwrite: false };
    await move(test.core, ann, request, NO_CONDITIONS);
    const found = new Set<string>();
    let next = token;
    for (let isComplete = false; !isComplete;) {
      const answer = await sync('Special', next, 7);
      for (const { path } of answer.items) found.add(path.segments.join('/'));
      ({ token: next, isComplete } = answer);
    }
    assert.equal(found.size, 133);
  });
});
