import assert from 'node:assert/strict';
import type { Removal } from '../../src/core/ports/account-operations.ts';
import {
  beginRemoval,
  callOffRemoval,
  carryOutRemoval,
  continueRemovals,
  type Disposal,
} from '../../src/core/removals.ts';
import { updateUser } from '../../src/core/users.ts';
import { NO_CONDITIONS } from '../../src/core/core.ts';
import { recover } from '../../src/core/maintenance/recover.ts';
import { trash } from '../../src/core/trash.ts';
import { createCollection, find } from '../../src/core/tree.ts';
import { parsePlainPath } from '../../src/lib/node-path.ts';
import { TestCore } from '../support/test-core.ts';

const DAY_MS = 24 * 3600 * 1000;

describe('the removal of a user', () => {
  let world: TestCore;
  beforeEach(async () => {
    world = await TestCore.open();
    for (const name of ['one', 'two', 'three']) {
      await createCollection(world.core, world.actors.get('ann')!, parsePlainPath(`Mere/${name}`), NO_CONDITIONS);
    }
  });
  afterEach(() => world.close());

  const ann = () => world.actors.get('ann')!.userId;
  const begin = (disposal: Disposal) => beginRemoval(world.core, 'ann', { disposal, keepsAdministrator: false });
  const isThere = async () => (await world.core.store.getUser(ann())) !== undefined;
  const goOn = async (signal = new AbortController().signal): Promise<string[]> => {
    const removed: string[] = [];
    const onRemoved = ({ userName }: Removal): unknown => removed.push(userName);
    await continueRemovals(world.core, { signal, onRemoved });
    return removed;
  };

  it('comes due when the files were kept for as long as was said', async () => {
    await begin({ files: 'keep', days: 3 });
    world.clock.advanceMs(3 * DAY_MS - 1);
    assert.deepEqual(await goOn(), []);
    assert.equal(await isThere(), true);
    world.clock.advanceMs(1);
    assert.deepEqual(await goOn(), ['ann']);
    assert.equal(await isThere(), false);
  });

  it('does not come due for who was let in again', async () => {
    await begin({ files: 'keep', days: 3 });
    await updateUser(world.core, 'ann', { isDisabled: false });
    world.clock.advanceMs(4 * DAY_MS);
    assert.deepEqual(await goOn(), []);
    assert.equal(await isThere(), true);
  });

  it('stops between steps, and goes on where it was', async () => {
    await begin({ files: 'delete' });
    const abort = new AbortController();
    const onProgress = () => abort.abort(new Error('enough'));
    await assert.rejects(carryOutRemoval(world.core, ann(), { signal: abort.signal, onProgress }), /enough/);
    assert.equal(await isThere(), true);
    assert.equal(world.core.runningRemovals.size, 0);
    assert.deepEqual(await goOn(), ['ann']);
  });

  it('of one does not wait for that of another that cannot be', async () => {
    await begin({ files: 'keep', days: 1 });
    await beginRemoval(world.core, 'ben', {
      disposal: { files: 'keep', days: 1 },
      keepsAdministrator: false,
    });
    world.clock.advanceMs(DAY_MS);
    const { store } = world.core;
    const run = store.run.bind(store);
    store.run = (name, args) => {
      const isOfAnn = name === 'emptyHome' && 'userId' in args && args.userId === ann();
      return isOfAnn ? Promise.reject(new Error('not today')) : run(name, args);
    };
    const removed: string[] = [];
    const onRemoved = ({ userName }: Removal): unknown => removed.push(userName);
    await assert.rejects(
      continueRemovals(world.core, { signal: new AbortController().signal, onRemoved }),
      /not today/,
    );
    store.run = run;
    assert.deepEqual(removed, ['ben']);
    assert.deepEqual(await goOn(), ['ann']);
  });

  it('is over when it is called off, with what is left', async () => {
    await begin({ files: 'delete' });
    await callOffRemoval(world.core, ann());
    assert.deepEqual(await goOn(), []);
    assert.equal((await world.core.store.getUser(ann()))?.isDisabled, true);
    await begin({ files: 'hand-over', to: 'ben' });
    assert.deepEqual(await goOn(), ['ann']);
    const ben = world.actors.get('ben')!;
    const home = (await world.core.store.listSpaces(ben.userId)).find(({ kind }) => kind === 'home')!;
    const found = await world.core.store.walk(home.rootId, ['ann', 'Mere', 'two']);
    assert.equal(found?.at(-1)?.name, 'two');
  });

  for (const disposal of [{ files: 'hand-over', to: 'ben' }, { files: 'delete' }] as const) {
    it(`goes on wherever it was cut off: ${disposal.files}`, async () => {
      const { core } = world;
      await world.put('ann', 'Mere/one/file', 100);
      await world.put('ann', 'Workspace/of ann', 10);
      await world.put('ann', 'gone', 1);
      await trash(core, world.as('ann'), parsePlainPath('gone'), NO_CONDITIONS);
      await begin(disposal);
      const run = core.store.run.bind(core.store);
      let operations = 0;
      for (let isCut = true; isCut; operations += 1) {
        // Each time one operation further than the last; the one after it is never done.
        let left = operations;
        isCut = false;
        core.store.run = (name, args) => {
          isCut ||= left === 0;
          left -= 1;
          return isCut ? Promise.reject(new Error('killed')) : run(name, args);
        };
        await goOn().catch(() => undefined);
        core.store.run = run;
        await recover(core);
      }
      assert.ok(operations > 3, String(operations));
      assert.equal(await isThere(), false);
      const ben = (await core.store.findUser('ben'))!;
      assert.deepEqual([ben.usedBytes, ben.reservedBytes], [disposal.files === 'delete' ? 0 : 110, 0]);
      assert.deepEqual(await core.store.listJobs(), []);
      const { found } = await find(core, world.as('ben'), parsePlainPath('ann/Mere/one/file'));
      assert.equal(found?.node.sizeBytes, disposal.files === 'delete' ? undefined : 100);
    });
  }

  it('is done by one at a time', async () => {
    await begin({ files: 'delete' });
    world.core.runningRemovals.add(ann());
    assert.deepEqual(await goOn(), []);
    assert.equal(await isThere(), true);
  });

  it('gives a home no name that the root keeps for itself', async () => {
    await updateUser(world.core, 'ann', { name: 'Workspace' });
    await beginRemoval(world.core, 'workspace', {
      disposal: { files: 'hand-over', to: 'ben' },
      keepsAdministrator: false,
    });
    assert.deepEqual(await goOn(), ['Workspace']);
    const ben = world.actors.get('ben')!;
    const home = (await world.core.store.listSpaces(ben.userId)).find(({ kind }) => kind === 'home')!;
    const found = await world.core.store.walk(home.rootId, ['Workspace (home)']);
    assert.equal(found?.length, 2);
  });
});
