import assert from 'node:assert/strict';
import { addDisk, listDisks, removeDisk } from '../../src/core/disks.ts';
import { find } from '../../src/core/tree.ts';
import { createFirstAdministrator, createUser, listUsers, removeUser, updateUser } from '../../src/core/users.ts';
import { parsePlainPath } from '../../src/lib/node-path.ts';
import { TestCore } from '../support/test-core.ts';

describe('users', () => {
  let test: TestCore;
  beforeEach(async () => {
    test = await TestCore.open();
  });
  afterEach(() => test.close());

  const add = (name: string) =>
    createUser(test.core, { name, passwordHash: 'none', role: 'normal', quotaBytes: undefined });

  it('are listed by age', async () => {
    const names: string[] = [];
    for await (const page of listUsers(test.core)) names.push(...page.map((user) => user.name));
    assert.deepEqual(names, ['ann', 'ben', 'nora', 'adam']);
  });

  for (const name of ['a:b', ' a', 'a ', '', 'a/b', '..', 'x'.repeat(65)]) {
    it(`cannot be named "${name.slice(0, 10)}"`, async () => {
      await assert.rejects(add(name), { code: 'bad-name' });
    });
  }

  it('have names of their own, whatever their case', async () => {
    await assert.rejects(add('ANN'), { code: 'already-exists' });
  });

  it('get a home with their first role that has one', async () => {
    const nora = test.as('nora');
    const rootOf = async () => (await find(test.core, { ...nora, role: 'advanced' }, parsePlainPath('Mere'))).found;
    assert.equal(await rootOf(), undefined);
    await updateUser(test.core, 'nora', { role: 'advanced' });
    assert.equal((await rootOf())?.node.kind, 'collection');
  });

  it('lose what was cached of them with every change of rights', async () => {
    const epoch = async () => (await test.core.store.findUser('ann'))!.epoch;
    const before = await epoch();
    await updateUser(test.core, 'ann', { quotaBytes: 5 });
    assert.equal(await epoch(), before);
    await updateUser(test.core, 'ann', { isDisabled: true });
    assert.ok((await epoch()) > before);
  });

  it('go only when they own nothing', async () => {
    await test.put('ann', 'f', 10);
    await assert.rejects(removeUser(test.core, 'ann'), { code: 'refused' });
    await removeUser(test.core, 'ben');
    await assert.rejects(removeUser(test.core, 'ben'), { code: 'not-found' });
  });

  it('have one first administrator', async () => {
    const first = createFirstAdministrator(test.core, { name: 'second', passwordHash: 'none' });
    await assert.rejects(first, { code: 'refused' });
  });
});

describe('disks', () => {
  let test: TestCore;
  beforeEach(async () => {
    test = await TestCore.open();
  });
  afterEach(() => test.close());

  it('keep what they are when they are added again', async () => {
    const again = await addDisk(test.core, { path: '/memory', name: 'other', reserveBytes: 7 });
    assert.deepEqual([again.name, again.reserveBytes], ['memory', 7]);
    assert.equal((await listDisks(test.core)).length, 1);
  });

  it('are told with what they hold, also when they are not in use', async () => {
    await test.put('ann', 'f', 100_000);
    const [disk] = await listDisks(test.core);
    assert.deepEqual([disk?.state, disk?.blobCount, disk?.blobBytes], ['up', 1, 100_000]);
    await test.core.blobs.unmountDisk(disk!.id);
    const [unused] = await listDisks(test.core);
    assert.deepEqual([unused?.state, unused?.blobCount], ['down', 1]);
  });

  it('that hold files of another database are refused, and left as they are', async () => {
    await test.put('ann', 'f', 100_000);
    const other = await TestCore.open();
    try {
      const core = { ...other.core, blobs: test.core.blobs };
      await assert.rejects(addDisk(core, { path: '/memory', name: 'lost', reserveBytes: 0 }), { code: 'refused' });
      assert.equal((await listDisks(core)).length, 1);
      assert.equal((await listDisks(test.core))[0]?.state, 'up');
    } finally {
      await other.close();
    }
  });

  it('are removed only while they hold nothing', async () => {
    await test.put('ann', 'f', 100_000);
    await addDisk(test.core, { path: '/empty', name: 'empty', reserveBytes: 0 });
    await assert.rejects(removeDisk(test.core, 'memory'), { code: 'refused' });
    await removeDisk(test.core, 'empty');
    await assert.rejects(removeDisk(test.core, 'empty'), { code: 'not-found' });
    assert.equal((await listDisks(test.core)).length, 1);
  });
});
