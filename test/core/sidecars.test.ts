import assert from 'node:assert/strict';
import { NO_CONDITIONS } from '../../src/core/core.ts';
import { isSidecarName, sidecarNameOf } from '../../src/core/sidecar.ts';
import { listTrash, purgeAllTrash, purgeTrash, restoreTrash, trash } from '../../src/core/trash.ts';
import { find } from '../../src/core/tree.ts';
import { parsePlainPath } from '../../src/lib/node-path.ts';
import { TestCore } from '../support/test-core.ts';

describe('what Finder keeps beside a file', () => {
  let test: TestCore;
  beforeEach(async () => {
    test = await TestCore.open({ defaultQuotaBytes: 1_000_000 });
  });
  afterEach(() => test.close());

  const remove = (path: string, leavesSidecar = false) =>
    trash(test.core, test.as('ann'), parsePlainPath(path), { ...NO_CONDITIONS, leavesSidecar });
  const exists = async (path: string) =>
    (await find(test.core, test.as('ann'), parsePlainPath(path))).found !== undefined;
  const both = async (name: string) => {
    await test.put('ann', sidecarNameOf(name), 10, true);
    return test.put('ann', name, 100);
  };

  it('has a name of its kind', () => {
    assert.ok(isSidecarName(sidecarNameOf('x')));
  });

  it('comes back with it, in any spelling of the name, under the name that it gets', async () => {
    const name = 'Übersicht.txt'.normalize('NFC');
    await test.put('ann', sidecarNameOf(name.normalize('NFD')), 10, true);
    const nodeId = await test.put('ann', name, 100);
    await remove(name);
    await test.put('ann', name, 5);
    assert.equal((await restoreTrash(test.core, test.as('ann'), nodeId)).name, 'Übersicht (restored).txt');
    assert.equal(await exists('._Übersicht (restored).txt'), true);
    assert.equal(await exists('._Übersicht.txt'), false);
  });

  it('comes back with it when Finder deleted the one after the other, and not when that was long after', async () => {
    for (const [minutes, isTogether] of [
      [5, true],
      [15, false],
    ] as const) {
      const nodeId = await both('x');
      await remove('x', true);
      test.clock.advance(minutes * 60);
      await remove('._x');
      await restoreTrash(test.core, test.as('ann'), nodeId);
      assert.equal(await exists('._x'), isTogether, `${minutes} minutes`);
      await remove('x');
      await purgeAllTrash(test.core, test.as('ann'));
    }
    assert.equal(await test.usedBytes('ann'), 0);
  });

  it('is its own, also where a file of the same name was deleted soon after', async () => {
    const nodeId = await both('x');
    await remove('x');
    test.clock.advance(60);
    const again = await both('x');
    await test.put('ann', '._x', 20, true);
    await remove('x');
    await purgeTrash(test.core, test.as('ann'), nodeId);
    assert.equal(await test.usedBytes('ann'), 120);
    await restoreTrash(test.core, test.as('ann'), again);
    assert.equal((await find(test.core, test.as('ann'), parsePlainPath('._x'))).found?.node.sizeBytes, 20);
  });

  it('comes back with it also when it is of somebody else, who sees the folder', async () => {
    const nodeId = await test.put('ann', 'Workspace/x', 100);
    await test.put('ben', 'Workspace/._x', 10, true);
    await remove('Workspace/x');
    assert.equal(await exists('Workspace/._x'), false);
    await restoreTrash(test.core, test.as('ann'), nodeId);
    assert.equal(await exists('Workspace/._x'), true);
    assert.equal(await test.usedBytes('ben'), 10);
  });

  it('goes for good with it, and with all trash', async () => {
    const nodeId = await both('x');
    await remove('x');
    await purgeTrash(test.core, test.as('ann'), nodeId);
    assert.equal(await test.usedBytes('ann'), 0);

    await both('x');
    await remove('._x');
    await remove('x');
    assert.equal(await purgeAllTrash(test.core, test.as('ann')), 1);
    assert.equal(await test.usedBytes('ann'), 0);
    for await (const page of listTrash(test.core, test.as('ann'))) assert.deepEqual(page, []);
  });
});
