import assert from 'node:assert/strict';
import { observedStore } from '../../src/app/observed-store.ts';
import type { MetadataStore } from '../../src/core/ports/metadata-store.ts';

/** With a private field, as stores have: methods must run on the store itself. */
class Store {
  readonly #answer = 'value';
  statementCount = 0;

  async run(name: string): Promise<string> {
    this.statementCount++;
    if (name === 'removeDisk') throw new Error('refused');
    return this.#answer;
  }

  async getSetting(): Promise<string> {
    return this.#answer;
  }
}

describe('observed store', () => {
  it('is the same store, with its operations timed whether or not they succeed', async () => {
    const seen: string[] = [];
    const store = observedStore(new Store() as unknown as MetadataStore, (operation, seconds) => {
      assert.ok(seconds >= 0);
      seen.push(operation);
    });
    assert.equal(await store.run('openPack', { diskId: 1, name: 'a', nowMs: 0 }), 'value');
    await assert.rejects(store.run('removeDisk', { diskId: 1 }), /refused/);
    assert.equal(await store.getSetting('a'), 'value');
    assert.deepEqual(seen, ['openPack', 'removeDisk']);
    assert.equal(store.statementCount, 2);
  });
});
