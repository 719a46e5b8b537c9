import assert from 'node:assert/strict';
import { hasForeignNode } from '../../src/core/foreign-nodes.ts';
import { locate } from '../../src/core/tree.ts';
import { parsePlainPath } from '../../src/lib/node-path.ts';
import { TestCore } from '../support/test-core.ts';

describe('what belongs to others in a large tree', function () {
  this.timeout(20_000);
  let test: TestCore;
  before(async () => {
    test = await TestCore.open();
    await test.mkcol('ann', 'Workspace/large');
    for (const folder of ['a', 'b', 'c', 'd', 'e']) {
      await test.mkcol('ann', `Workspace/large/${folder}`);
      await test.mkcol('ann', `Workspace/large/${folder}/inner`);
      const files = Array.from({ length: 600 }, (_, index) => `Workspace/large/${folder}/inner/${index}`);
      await Promise.all(files.map((file) => test.put('ann', file, 0)));
    }
  });
  after(() => test.close());

  const isForeign = async () => {
    const ann = test.as('ann');
    const { node } = await locate(test.core, ann, parsePlainPath('Workspace/large'));
    assert.ok(node.nodeCount > 3000);
    return hasForeignNode(test.core, node, ann.userId);
  };

  it('is not found where there is none', async () => {
    assert.equal(await isForeign(), false);
  });

  it('is found wherever it lies', async () => {
    await test.put('ben', 'Workspace/large/e/inner/his', 0);
    assert.equal(await isForeign(), true);
  });
});
