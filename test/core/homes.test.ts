import assert from 'node:assert/strict';
import type { Actor } from '../../src/core/actor.ts';
import { mayOpenHomes } from '../../src/core/homes.ts';
import { createCollection, find, listChildren, locate } from '../../src/core/tree.ts';
import { NO_CONDITIONS } from '../../src/core/core.ts';
import { parsePlainPath } from '../../src/lib/node-path.ts';
import { TestCore } from '../support/test-core.ts';

describe('homes of others', () => {
  let world: TestCore;
  let adam: Actor;
  const visits: string[] = [];
  const accounts = { registration: 'closed', newRole: 'advanced', adminsOpenHomes: true } as const;

  beforeEach(async () => {
    world = await TestCore.open({ accounts });
    visits.length = 0;
    Object.assign(world.core, { onHomeOpened: (_actor: Actor, name: string) => visits.push(name) });
    adam = { ...world.actors.get('adam')!, opensHomes: true };
  });
  afterEach(() => world.close());

  const ann = () => world.actors.get('ann')!;
  const at = (actor: Actor, path: string) => locate(world.core, actor, parsePlainPath(path));
  const statements = async (work: () => Promise<unknown>): Promise<number> => {
    const before = world.core.store.statementCount;
    await work();
    return world.core.store.statementCount - before;
  };
  const namesIn = async (actor: Actor, path: string): Promise<string[]> => {
    const names: string[] = [];
    const render = async (page: readonly { path: { segments: readonly string[] } }[]) => {
      names.push(...page.map((entry) => entry.path.segments.at(-1)!));
      return { rendered: undefined, taken: page.length };
    };
    const pages = listChildren(world.core, actor, await at(actor, path), { render });
    while (!(await pages.next()).done);
    return names;
  };

  it('are for administrators in person, where the settings say so', () => {
    const { core } = world;
    const narrowed = { ...adam, narrowing: { access: 'full', rootId: undefined } } as const;
    assert.equal(mayOpenHomes(core, adam), true);
    assert.equal(mayOpenHomes(core, ann()), false);
    assert.equal(mayOpenHomes(core, narrowed), false);
    Object.assign(core.settings, { accounts: { ...accounts, adminsOpenHomes: false } });
    assert.equal(mayOpenHomes(core, adam), false);
  });

  it('are told of once they are come into, and not before', async () => {
    await namesIn(adam, '');
    assert.deepEqual(await namesIn(adam, 'Homes'), ['ann', 'ben']);
    assert.deepEqual(visits, []);
    const { node } = await at(adam, 'Homes/ann/Mere');
    assert.deepEqual(visits, ['ann']);
    const byId = await locate(world.core, adam, { nodeId: node.id });
    assert.deepEqual(byId.path.segments, ['Homes', 'ann', 'Mere']);
    assert.deepEqual(visits, ['ann', 'ann']);
  });

  it('are found by their exact names only', async () => {
    for (const path of ['Homes/Ann', 'Homes/nora', 'Homes/adam', 'Homes/nobody', 'homes/ann']) {
      await assert.rejects(at(adam, path), { code: 'not-found' }, path);
    }
    assert.deepEqual(visits, []);
  });

  it('give way to a folder of that name that was there before', async () => {
    const base = (await at(adam, '')).node.id;
    await world.core.store.run('createCollection', {
      userId: adam.userId,
      tokens: [],
      nowMs: world.clock.nowMs(),
      parentId: base,
      name: 'Homes',
    });
    assert.deepEqual(await namesIn(adam, 'Homes'), []);
    assert.equal((await namesIn(adam, '')).filter((name) => name === 'Homes').length, 1);
    await assert.rejects(at(adam, 'Homes/ann'), { code: 'not-found' });
    await createCollection(world.core, adam, parsePlainPath('Homes/own'), NO_CONDITIONS);
  });

  it('cost nobody else a statement', async () => {
    const { adminsOpenHomes } = world.core.settings.accounts;
    assert.equal(adminsOpenHomes, true);
    for (const actor of [ann(), world.actors.get('adam')!]) {
      const path = parsePlainPath('Mere');
      assert.equal(await statements(() => find(world.core, actor, path)), 2);
      assert.equal(await statements(() => find(world.core, actor, parsePlainPath('Homes/ben'))), 2);
    }
    // And those who have it none where they go elsewhere.
    assert.equal(await statements(() => find(world.core, adam, parsePlainPath('Mere'))), 2);
  });
});
